#include "metrics/verdict/validity.hpp"

#include <algorithm>
#include <optional>

#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

constexpr const char* kWhatToDo =
    " Lower the load, let a crowd arrive over some time (`arrive: {over: ...}`), or give the "
    "generator more cores and `--threads`.";

std::optional<std::string> late(const Snapshot& snapshot, Duration limit) {
  const auto slip = snapshot.series("generator.slip");
  if (!slip || slip->quantile(0.99) <= limit) return std::nullopt;
  return "The generator sent late: the p99 of generator.slip is " + in_words(slip->quantile(0.99)) +
         ", its limit " + in_words(limit) + "." + kWhatToDo;
}

std::optional<std::string> dropped(const Snapshot& snapshot, const GeneratorFacts& generator) {
  const std::uint64_t count =
      std::max(generator.dropped, snapshot.counter(Counter::generator_dropped));
  if (count == 0) return std::nullopt;
  return "The generator dropped " + in_words(count) + " of " +
         in_words(snapshot.counter(Counter::relay_offered)) +
         " planned operations; none may be dropped." + kWhatToDo;
}

std::optional<std::string> saturated(const GeneratorFacts& generator) {
  const auto over =
      std::ranges::count_if(generator.loop_busy, [](double busy) { return busy > kLoopBusyMax; });
  if (over == 0) return std::nullopt;
  const double busiest = *std::ranges::max_element(generator.loop_busy);
  return std::to_string(over) + " of " + std::to_string(generator.loop_busy.size()) +
         " generator threads were saturated: the busiest one for " + in_words(100 * busiest, 1) +
         " % of the time, its limit " + in_words(100 * kLoopBusyMax, 0) + " %." + kWhatToDo;
}

std::optional<std::string> exhausted(const Snapshot& snapshot) {
  const std::uint64_t count = snapshot.counter(relay_failure(Outcome::exhausted)) +
                              snapshot.counter(arena_failure(Outcome::exhausted)) +
                              snapshot.counter(runner_failure(Outcome::exhausted));
  if (count == 0) return std::nullopt;
  return "The generator could not open " + in_words(count) +
         " connections: this machine had no file descriptor, local port or memory left for them. "
         "Raise `ulimit -n`, use fewer clients, or let them arrive more slowly.";
}

std::optional<std::string> interrupted(const GeneratorFacts& generator) {
  if (!generator.interrupted) return std::nullopt;
  return "The run was interrupted before its end, so it is not the run that the scenario asks for. "
         "Let it finish, or set a shorter duration.";
}

}  // namespace

std::vector<std::string> why_invalid(const Snapshot& snapshot, const GeneratorFacts& generator,
                                     Duration slip_p99_limit) {
  std::vector<std::string> reasons;
  for (auto& reason : {late(snapshot, slip_p99_limit), dropped(snapshot, generator),
                       exhausted(snapshot), saturated(generator), interrupted(generator)})
    if (reason) reasons.push_back(*reason);
  return reasons;
}

}  // namespace gauntlet::metrics
