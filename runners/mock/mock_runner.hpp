// A model that exists only as numbers: when tokens come, how many, and what goes wrong.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "runners/contract/runner.hpp"
#include "scenarios/model/population.hpp"
#include "scenarios/terms/random.hpp"

namespace gauntlet::runners {

/// Generations under way, shared by the runners of a population: what they slow each other down by.
/// @threads Any.
struct MockLoad {
  std::atomic<std::uint32_t> active{0};
};

/// Draws each generation from (seed, actor, round) alone: its number of tokens, their text, the
/// time to the first, the gaps between the rest, and whether and where it fails. Only the
/// slow-down, if the scenario has one, depends on what else runs. Planned times are absolute: a
/// driver that is late for one token is not late for the next.
class MockRunner final : public Runner {
 public:
  /// @param load  must outlive the runner; counts this one while it generates.
  MockRunner(const scenarios::MockRunner& spec, std::uint64_t seed, std::uint32_t actor,
             MockLoad& load);
  ~MockRunner() override;

  void start(Instant now, const Prompt& prompt) override;
  void cancel(Instant now) override;
  std::optional<Instant> next_deadline() const override;
  std::optional<Output> next(Instant now) override;

 private:
  void stop();
  TokenOut emit();
  Duration gap();

  scenarios::MockRunner spec_;
  std::uint64_t seed_;
  MockLoad& load_;
  std::uint32_t actor_;
  std::uint32_t tokens_{0};  // of this generation
  std::uint32_t emitted_{0};
  std::optional<std::uint32_t> fails_after_;  // so many tokens
  Stream random_{0};
  Instant due_{};
  bool active_{false};
};

}  // namespace gauntlet::runners
