#include "sim/explore/live_shrinking.hpp"

#include <utility>

#include "scenarios/plan/plan.hpp"
#include "sim/explore/shrinker.hpp"

namespace gauntlet::sim {
namespace {

using scenarios::Scenario;
using End = LiveShrunk::End;

class LiveShrinking {
 public:
  LiveShrinking(const LiveFinding& finding, const LiveShrinkSettings& settings)
      : settings_{settings}, wanted_{finding}, newest_{finding}, ill_{finding.ill} {}

  LiveShrunk run(const Scenario& scenario) {
    const auto failure = shows_again(scenario);
    if (!failure) return {scenario, wanted_, trials_, end_.value_or(End::never_again)};
    Shrinker shrinker{{.claims = {},
                       .trials_max = settings_.trials_max,
                       .is_sound = settings_.is_sound,
                       .enough = [this](const Scenario&) { return is_over(); },
                       .try_live = [this](const Scenario& s) { return try_out(s); }}};
    Found small = shrinker.shrink({scenario, *failure});
    return {std::move(small.scenario), newest_, trials_, end_.value_or(End::smallest)};
  }

 private:
  // What cannot be had again cannot be shrunk, and would cost all the runs there may be.
  std::optional<Failure> shows_again(const Scenario& scenario) {
    for (std::uint64_t i = 0; i < kLiveTries && !is_over(); ++i)
      if (auto failure = try_out(scenario)) return failure;
    return std::nullopt;
  }

  bool is_over() {
    if (!end_ && (trials_ >= settings_.trials_max || settings_.enough())) end_ = End::enough;
    if (!end_ && ill_) {
      ill_ = !settings_.revive();
      if (ill_) end_ = settings_.enough() ? End::enough : End::stays_away;
    }
    return end_.has_value();
  }

  std::optional<Failure> try_out(const Scenario& candidate) {
    ++trials_;
    LiveTrial trial = settings_.try_out(candidate);
    ill_ = trial.ill;
    if (trial.interrupted) end_ = End::enough;
    if (!trial.finding || trial.finding->kind != wanted_.kind) return std::nullopt;
    if (wanted_.broken && !trial.finding->broken) return std::nullopt;
    newest_ = *std::move(trial.finding);
    const Instant end = scenarios::make_plan(candidate).phases.drain;
    const metrics::Breach at_the_end{.at = end, .since = end};
    return Failure{wanted_.kind, newest_.broken ? newest_.broken->breach : at_the_end};
  }

  const LiveShrinkSettings& settings_;
  LiveFinding wanted_;
  LiveFinding newest_;  // of the smallest so far
  bool ill_;
  std::uint64_t trials_{0};
  std::optional<End> end_;
};

}  // namespace

LiveShrunk shrink_live(const Scenario& scenario, const LiveFinding& finding,
                       const LiveShrinkSettings& settings) {
  return LiveShrinking{finding, settings}.run(scenario);
}

}  // namespace gauntlet::sim
