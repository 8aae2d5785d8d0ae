// A recording as what its actors have to do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/plan/plan.hpp"
#include "scenarios/terms/result.hpp"
#include "sim/recording/recording_reader.hpp"

namespace gauntlet::sim::replay {

/// The texts stay in the recording; of each act only its time and its place there are kept.
/// @threads Any, once it was read.
class Script {
 public:
  struct Act {
    Instant at;
    std::uint64_t where;
  };
  /// What one actor does, what it was answered over HTTP, and on each connection on which the
  /// target spoke first, that it did.
  struct Part {
    ActorId actor{};  // of the recording
    scenarios::Role role{};
    Instant start{};
    std::vector<Act> acts;
    std::uint64_t sends{0};  // messages and requests
    std::uint64_t hears{0};  // messages
    std::uint64_t cuts{0};   // connections that ended although it had not ended them
  };
  /// What there has to be for a replay.
  struct Needs {
    bool relay{false};
    bool arena{false};
    bool pin{false};  // which none of the actors finds out
  };

  /// @param recording  its bytes; they outlive the script.
  /// @error  As RecordingReader's; or there is nothing to replay in it.
  static Result<Script, recording::Unreadable> read(std::string_view recording);

  const recording::Head& head() const { return head_; }
  /// In the order of their numbers.
  const std::vector<Part>& parts() const { return parts_; }
  const Needs& needs() const { return needs_; }
  /// Of the last entry.
  Instant end() const { return end_; }
  std::uint64_t lost() const { return lost_; }
  const recording::Ending& ending() const { return ending_; }
  /// Its first entry is that of an act.
  recording::EntryReader at(const Act& act) const {
    return {recording_, static_cast<std::size_t>(act.where), act.at};
  }

 private:
  explicit Script(std::string_view recording) : recording_{recording} {}

  std::string_view recording_;
  recording::Head head_;
  std::vector<Part> parts_;
  Needs needs_;
  Instant end_{};
  std::uint64_t lost_{0};
  recording::Ending ending_{};
};

/// Whether it is one of Part::sends.
constexpr bool is_send(recording::Kind kind) {
  using recording::Kind;
  return kind == Kind::says || kind == Kind::says_bytes || kind == Kind::asks;
}

/// The actors by their roles, as a scenario has them.
std::vector<scenarios::Population> crowds_of(const Script& script);

/// Who acts when, as fast as `speed` (1: as recorded). The actors are the parts, numbered anew.
/// @param relays  over which the agents are spread.
/// @param drain   what may be late is waited for, for so long.
scenarios::Plan plan_of(const Script& script, double speed, std::uint32_t relays, Duration drain);

/// When something is due that was recorded at a moment.
Instant paced(Instant recorded, double speed);

}  // namespace gauntlet::sim::replay
