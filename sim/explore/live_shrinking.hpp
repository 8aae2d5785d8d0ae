// What was found in a run over sockets -> a smaller scenario after which the same is found.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "scenarios/model/scenario.hpp"
#include "sim/explore/trial.hpp"

namespace gauntlet::sim {

/// Why an exploration over sockets ends with a run.
struct LiveFinding {
  bool ill{false};       // the target is dead or hung; else the run itself broke something
  std::string kind;      // the same in every run that finds the same: "the relay is dead", "once"
  std::string sentence;  // what happened
  std::optional<Failure> broken{};  // in the run itself; of an ill target, what shows it
};

/// One run over sockets, and how the target was afterwards.
struct LiveTrial {
  std::optional<LiveFinding> finding{};
  bool ill{false};  // then nothing can be tried until it is back
  bool interrupted{false};
};

/// What shrinking needs of the world.
struct LiveShrinkSettings {
  std::function<LiveTrial(const scenarios::Scenario&)> try_out;
  /// Has an ill target back. False: it stays away.
  std::function<bool()> revive;
  /// Whether the parser would accept it.
  std::function<bool(const scenarios::Scenario&)> is_sound;
  /// Asked before each trial; true ends it.
  std::function<bool()> enough;
  std::uint64_t trials_max{60};
};

struct LiveShrunk {
  enum class End : std::uint8_t {
    smallest,     // nothing can be left out any more
    enough,       // or it was enough, or as many runs as there may be
    never_again,  // the run itself, made again, found nothing
    stays_away,   // the target did not come back
  };
  scenarios::Scenario scenario;
  LiveFinding finding;  // after that very scenario
  std::uint64_t trials{0};
  End end{End::smallest};
};

/// The same delta debugging as in virtual time. What shows in one run need not show in the next, so
/// each candidate has up to three, all with its own seed. A smaller scenario must find the same,
/// and where the run itself showed it, must show it, too: the file that is written expects that.
LiveShrunk shrink_live(const scenarios::Scenario& scenario, const LiveFinding& finding,
                       const LiveShrinkSettings& settings);

}  // namespace gauntlet::sim
