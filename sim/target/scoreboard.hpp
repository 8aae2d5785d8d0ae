// What the arena says that came of a round: the scoreboard, and all rounds as CSV.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/target/arena_session.hpp"
#include "sim/target/wall_clock.hpp"

namespace gauntlet::sim {

struct ScoreRow {
  const Participant* participant;
  const TakenGeneration* generation;
  std::int64_t tokens{0};  // those that the arena took, whatever the participant reports
  /// As the participant reported, else as the arena saw it from the round's start.
  std::optional<double> latency_first_token_ms;
  std::optional<double> duration_ms;
  double tokens_per_s{0};  // zero without a duration
  std::uint64_t votes{0};
  double avg_score{0};
  double total_score{0};
};

/// A row for everybody who answered, the highest average score first.
std::vector<ScoreRow> scoreboard(const ArenaSession& session, const ArenaRound& round);

/// All rounds that were started, with a header line. RFC 4180, lines end in LF.
/// @param retouch  what becomes of the rows of a round before they are written.
std::string to_csv(const ArenaSession& session, const WallClock& clock,
                   const std::function<void(std::vector<ScoreRow>&)>& retouch = {});

}  // namespace gauntlet::sim
