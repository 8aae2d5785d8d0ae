#include "sim/explore/exploration.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include "sim/explore/fault_draw.hpp"

namespace gauntlet::sim {
namespace {

// Enough not to meet again, and few enough to be read aloud.
constexpr std::uint64_t kSeeds = 1'000'000'000;

constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();

class Exploration {
 public:
  Exploration(const scenarios::Scenario& scenario, const ExplorationSettings& settings)
      : scenario_{scenario}, settings_{settings} {}

  Explored run() {
    {
      std::vector<std::jthread> threads;
      for (unsigned i = 0; i < std::max(settings_.threads, 1U); ++i)
        threads.emplace_back([this] { work(); });
    }
    explored_.runs = made_;
    return std::move(explored_);
  }

 private:
  void work() {
    Coverage reached;
    // Every run before the one that found something is still made: another may find it earlier.
    for (std::uint64_t number = next_++; number < settings_.runs && number < found_;
         number = next_++) {
      if (settings_.enough && settings_.enough(made_)) break;
      const scenarios::Scenario varied = variation(scenario_, number);
      if (const auto failure = try_once(varied, settings_.claims, &reached))
        keep(number, {varied, *failure});
      ++made_;
    }
    const std::lock_guard lock{mutex_};
    explored_.coverage.add(reached);
  }

  void keep(std::uint64_t number, Found found) {
    const std::lock_guard lock{mutex_};
    if (number >= found_) return;
    found_ = number;
    explored_.found = std::move(found);
  }

  const scenarios::Scenario& scenario_;
  const ExplorationSettings& settings_;
  std::atomic<std::uint64_t> next_{0};
  std::atomic<std::uint64_t> made_{0};
  std::atomic<std::uint64_t> found_{kNone};  // the number of the run
  std::mutex mutex_;
  Explored explored_;
};

}  // namespace

bool add_witness(scenarios::Scenario& scenario) {
  if (!has_unwatched_arena(scenario)) return false;
  scenario.population.emplace_back(scenarios::Observers{.count = 1});
  return true;
}

scenarios::Scenario variation(const scenarios::Scenario& scenario, std::uint64_t number) {
  scenarios::Scenario varied = scenario;
  varied.seed = key_of(scenario.seed, number) % kSeeds;
  Stream random{varied.seed, 0, Purpose::exploration};
  for (const scenarios::Fault& fault : draw_faults(scenario, random))
    varied.faults.push_back(fault);
  return varied;
}

Explored explore(const scenarios::Scenario& scenario, const ExplorationSettings& settings) {
  return Exploration{scenario, settings}.run();
}

}  // namespace gauntlet::sim
