#include "metrics/verdict/validity.hpp"

#include <algorithm>
#include <optional>

#include "metrics/summary/confidence.hpp"
#include "metrics/summary/words.hpp"
#include "metrics/verdict/machine_reasons.hpp"

namespace gauntlet::metrics {

namespace {

constexpr const char* kWhatToDo =
    " Lower the load, let a crowd arrive over some time (`arrive: {over: ...}`), or give the "
    "generator more cores and `--threads`.";

// One in a hundred may. Of fewer than a thousand, so may ten, or half of them: that is the luck of
// a few, and no quantile that the report prints is any wiser.
bool too_many(std::uint64_t beyond, std::uint64_t count) {
  return beyond > std::max(count / 100, std::min(kSamplesBeyond, count / 2));
}

// A clause that says by how much a series is beyond its limit, if it is.
std::optional<std::string> excess(const Snapshot& snapshot, const char* name, Duration limit) {
  const auto samples = snapshot.series(name);
  if (!samples) return std::nullopt;
  const std::uint64_t beyond = samples->count() - samples->count_at_most(limit);
  if (!too_many(beyond, samples->count())) return std::nullopt;
  if (carries(samples->count(), 0.99))
    return std::string{"the p99 of "} + name + " is " + in_words(samples->quantile(0.99)) +
           ", its limit " + in_words(limit);
  return in_words(beyond) + " of " + in_words(samples->count()) + " samples of " + name +
         ", up to " + in_words(samples->max()) + ", are beyond its limit " + in_words(limit);
}

std::optional<std::string> late(const Snapshot& snapshot, Duration limit) {
  const auto how = excess(snapshot, "generator.slip", limit);
  if (!how) return std::nullopt;
  return "The generator sent late: " + *how + "." + kWhatToDo;
}

std::optional<std::string> heard_late(const Snapshot& snapshot, Duration limit) {
  const auto how = excess(snapshot, "generator.loop_lag", limit);
  if (!how) return std::nullopt;
  return "The generator read late: " + *how + "; by so much a latency may be too long." + kWhatToDo;
}

// A send that waits for a buffer of ours is late as one that is made late, and judged likewise: by
// the limit of slip.
std::optional<std::string> own_buffers_full(const Snapshot& snapshot, Duration limit) {
  const auto& blocked = snapshot.measured[static_cast<std::size_t>(Series::generator_blocked_own)];
  const auto slip = snapshot.series("generator.slip");
  if (!blocked || !slip) return std::nullopt;
  const std::uint64_t too_long = blocked->count() - blocked->count_at_most(limit);
  if (!too_many(too_long, slip->count())) return std::nullopt;
  return "The generator's own send buffers were full: " + in_words(too_long) +
         " sends waited longer than " + in_words(limit) + " for the kernel, up to " +
         in_words(blocked->max()) +
         ", although the target had room. Raise net.ipv4.tcp_wmem (sysctl), send smaller "
         "payloads, or look for a slow network in between.";
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
                                     const ValidityLimits& limits) {
  // What the machine did stands before what came of it.
  std::vector<std::string> reasons = generator.losses;
  for (auto& reason :
       {paused(snapshot, generator, limits.pause), throttled(generator.host, limits.throttled),
        stolen(generator.host, limits.stolen), starved(generator, limits.starved),
        late(snapshot, limits.slip_p99), heard_late(snapshot, limits.loop_lag_p99),
        own_buffers_full(snapshot, limits.slip_p99),
        packets_dropped(generator.host, limits.packets_dropped), dropped(snapshot, generator),
        exhausted(snapshot), saturated(generator), interrupted(generator)})
    if (reason) reasons.push_back(*reason);
  return reasons;
}

std::vector<std::string> held_up(const Snapshot& snapshot, const GeneratorFacts& generator) {
  std::vector<std::string> sentences;
  if (const auto& waited =
          snapshot.measured[static_cast<std::size_t>(Series::generator_blocked_target)])
    sentences.push_back(in_words(waited->count()) +
                        " sends found the way to the target full, since it had not read what was "
                        "sent before, and waited up to " +
                        in_words(waited->max()) + ": response times hold that wait.");
  for (const SeriesDef& def : kSeries)
    if (const auto& samples = snapshot.measured[static_cast<std::size_t>(def.id)];
        samples && samples->clamped() > 0)
      sentences.push_back(in_words(samples->clamped()) + " samples of " + std::string{def.name} +
                          " were longer than an hour, and count as an hour.");
  if (const auto& packets = generator.host.packets; packets && packets->refused > 0)
    sentences.push_back("A server on this machine had no room in its accept queue for " +
                        in_words(packets->refused) +
                        " connects: each tried again after a second or more. Let clients arrive "
                        "more slowly, or raise its listen backlog and net.core.somaxconn.");
  return sentences;
}

}  // namespace gauntlet::metrics
