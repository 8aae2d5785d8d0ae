// The arena's state as JSON: what HTTP answers and what a public screen is told at its start. For
// the sources of this folder only.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "sim/target/arena_session.hpp"
#include "sim/target/scoreboard.hpp"
#include "sim/target/wall_clock.hpp"

namespace gauntlet::sim {

nlohmann::json round_view(const ArenaSession& session, const ArenaRound& round,
                          const WallClock& clock);
nlohmann::json participant_view(const Participant& participant, const WallClock& clock);
/// @param all  those who are away too.
nlohmann::json participants_view(const ArenaSession& session, const WallClock& clock, bool all);
/// {participant_id: [token, ...]}
nlohmann::json live_tokens_view(const ArenaSession& session, const ArenaRound& round);
/// Without the PIN.
nlohmann::json session_view(const ArenaSession& session, const WallClock& clock);
nlohmann::json scoreboard_view(const ArenaRound& round, std::span<const ScoreRow> rows);
nlohmann::json metrics_view(const ArenaSession& session);

std::string state_snapshot_text(const ArenaSession& session, const WallClock& clock);
std::string round_state_text(const ArenaSession& session, const ArenaRound& round,
                             const WallClock& clock);
std::string participant_registered_text(const Participant& participant, const WallClock& clock);

}  // namespace gauntlet::sim
