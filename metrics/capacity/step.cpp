#include "metrics/capacity/step.hpp"

#include <algorithm>
#include <array>

#include "metrics/record/rows.hpp"

namespace gauntlet::metrics {

namespace {

constexpr std::string_view kDeliveries = "relay.delivery";
constexpr std::string_view kFirstTokens = "arena.first_token";

// In the order in which they are told: what was turned away before what was lost for it.
constexpr std::array<std::string_view, 15> kSymptoms{
    "relay.failures",    "arena.failures",      "runner.failures",      "relay.rate_limited",
    "relay.lost",        "relay.in_flight",     "relay.unsent",         "relay.unanswered",
    "relay.duplicated",  "arena.rounds_failed", "arena.rounds_expired", "arena.rounds_missed",
    "arena.tokens_lost", "arena.rounds_cut",    "arena.errors"};

std::vector<Symptom> symptoms_of(const Snapshot& snapshot) {
  std::vector<Symptom> all;
  for (const std::string_view name : kSymptoms)
    for (const CounterDef& row : rows_of(counter_table(), name))
      if (const std::uint64_t count = snapshot.counter(row.id); count > 0)
        all.push_back({row_name(row.name, row.label), count});
  return all;
}

// What was answered while measuring, and not in the drain: a target that is asked for too much
// answers no faster for it.
double answered_per_s(std::string_view series, const RunReport& report) {
  std::uint64_t count = 0;
  for (const Interval& interval : report.intervals.measured)
    count += interval.merged(series).count();
  const double length_s = seconds(report.measured);
  return length_s > 0 ? static_cast<double>(count) / length_s : 0;
}

}  // namespace

std::string_view latency_series(std::span<const ThresholdRule> rules, const Snapshot& snapshot) {
  const auto limit = std::ranges::find_if(rules, [](const ThresholdRule& rule) {
    return std::holds_alternative<LatencyClaim>(rule.claim);
  });
  if (limit != rules.end()) return limit->name;
  return snapshot.series(kDeliveries) != nullptr ? kDeliveries : kFirstTokens;
}

Step make_step(const Probe& probe, const RunReport& report, std::span<const ThresholdRule> rules) {
  Step step{.probe = probe,
            .seed = report.seed,
            .verdict = verdict(report),
            .judged = report.judged,
            .why_invalid = report.why_invalid,
            .backlog = report.steadiness.backlog,
            .symptoms = symptoms_of(report.snapshot)};
  const std::string_view series = latency_series(rules, report.snapshot);
  if (const auto answered = report.snapshot.series(series))
    step.latency_p99 = answered->quantile(0.99);
  step.goodput_per_s =
      report.slo.empty() ? answered_per_s(series, report) : report.slo.front().goodput_per_s;
  if (step.backlog && step.verdict == Verdict::met) step.verdict = Verdict::not_met;
  return step;
}

}  // namespace gauntlet::metrics
