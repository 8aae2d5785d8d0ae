#include <fmt/format.h>

#include <algorithm>

#include "metrics/report/run_report.hpp"
#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

// "7", "950", "1.2k", "15k", "3.0M": a line has no room for more.
std::string short_number(double number) {
  if (number < 999.5) return fmt::format("{:.0f}", number);
  if (number < 9'950) return fmt::format("{:.1f}k", number / 1e3);
  if (number < 999'500) return fmt::format("{:.0f}k", number / 1e3);
  return fmt::format("{:.1f}M", number / 1e6);
}

std::string gauge(const Snapshot& snapshot, Gauge id) {
  return short_number(static_cast<double>(snapshot.gauges[static_cast<std::size_t>(id)]));
}

std::uint64_t sent(const Snapshot& snapshot) {
  return snapshot.counter("relay.sent") + snapshot.counter(Counter::arena_tokens_sent) +
         snapshot.counter(Counter::replay_sent);
}

std::uint64_t delivered(const Snapshot& snapshot) {
  return snapshot.counter(Counter::relay_received) +
         snapshot.counter(Counter::arena_tokens_received) + snapshot.counter(Counter::replay_heard);
}

std::string per_second(std::uint64_t now, std::uint64_t before, Duration span) {
  if (span <= Duration::zero() || now < before) return "0";
  return short_number(static_cast<double>(now - before) / seconds(span));
}

// Of deliveries; of first tokens in a run without any.
std::string p99(const Snapshot& snapshot) {
  for (const std::string_view name : {"relay.delivery", "arena.first_token"})
    if (const auto samples = snapshot.series(name)) return in_words(samples->quantile(0.99));
  return "-";
}

std::string clock(Duration duration) {
  const auto whole_s = std::chrono::ceil<std::chrono::seconds>(duration).count();
  return fmt::format("{}:{:02}", whole_s / 60, whole_s % 60);
}

}  // namespace

std::string progress_line(const Snapshot& now, const Snapshot& before, const ProgressTimes& times) {
  const Duration left = std::max(times.total - times.elapsed, Duration::zero());
  return fmt::format("-{}  agents {}  arena {}  sent {}/s  got {}/s  p99 {}  failed {}",
                     clock(left), gauge(now, Gauge::relay_agents),
                     gauge(now, Gauge::arena_participants),
                     per_second(sent(now), sent(before), times.since_before),
                     per_second(delivered(now), delivered(before), times.since_before), p99(now),
                     short_number(static_cast<double>(now.counter("relay.failures") +
                                                      now.counter("arena.failures") +
                                                      now.counter("runner.failures"))));
}

}  // namespace gauntlet::metrics
