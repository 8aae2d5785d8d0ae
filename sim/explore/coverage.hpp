// What an exploration has reached: faults and what came of them, states of clients, steps between
// them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "metrics/record/snapshot.hpp"
#include "scenarios/terms/fault_kind.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// @threads One at a time; each run has its own, and they are added up.
class Coverage {
 public:
  struct Fate {  // of the faults of one kind
    std::uint64_t injected{0};
    std::uint64_t noticed{0};  // answered or closed for
    std::uint64_t recovered{0};
  };
  /// By from and to. Also of steps that no chart has.
  using Steps = std::map<std::pair<std::uint8_t, std::uint8_t>, std::uint64_t>;

  void step(const StateChart& chart, std::uint8_t from, std::uint8_t to) {
    ++steps_[&chart][{from, to}];
  }
  /// The faults of a run.
  void add(const metrics::Snapshot& snapshot);
  void add(const Coverage& other);

  const Fate& of(FaultKind kind) const { return faults_[static_cast<std::size_t>(kind)]; }
  const std::map<const StateChart*, Steps>& steps() const { return steps_; }

 private:
  std::array<Fate, kFaultKinds> faults_{};
  std::map<const StateChart*, Steps> steps_;
};

/// The machine itself, but each of its steps is noted. `coverage` must outlive it.
std::unique_ptr<Machine> watched(std::unique_ptr<Machine> machine, Coverage& coverage);

}  // namespace gauntlet::sim
