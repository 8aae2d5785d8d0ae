#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "metrics/record/rows.hpp"
#include "metrics/report/run_report.hpp"
#include "metrics/summary/confidence.hpp"
#include "metrics/summary/statistic.hpp"

namespace gauntlet::metrics {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

bool has_interval(const Statistic& statistic) {
  constexpr std::array<std::string_view, 4> kWith{"p50", "p90", "p99", "p99_9"};
  return std::ranges::count(kWith, statistic.name) > 0;
}

std::string hex(std::uint64_t hash) { return fmt::format("0x{:016x}", hash); }

Json interval(const std::optional<Bounds>& bounds) {
  return bounds ? Json{seconds(bounds->low), seconds(bounds->high)} : Json{};
}

// What the samples do not carry has no number: null, not a latency of 0 or the luck of a few.
Json statistics(const Histogram* histogram) {
  const std::uint64_t count = histogram == nullptr ? 0 : histogram->count();
  const auto carried = [&](const Statistic& statistic) {
    return count > 0 &&
           (statistic.kind != Statistic::Kind::quantile || carries(count, statistic.fraction));
  };
  Json row;
  row["count"] = count;
  for (const Statistic& statistic : kStatistics)
    row[std::string{statistic.name}] =
        carried(statistic) ? Json(seconds(value_of(statistic, *histogram))) : Json{};
  row["unit"] = "seconds";
  row["carried"] = count > 0 ? Json(highest_carried(count)) : Json{};
  for (const Statistic& statistic : kStatistics)
    if (has_interval(statistic))
      row[std::string{statistic.name} + "_ci"] =
          carried(statistic) ? interval(confidence_bounds(*histogram, statistic.fraction)) : Json{};
  return row;
}

Json series(const Snapshot& snapshot) {
  Json all = Json::object();
  for_each_name(series_table(), [&](std::span<const SeriesDef> rows) {
    const std::string_view name = rows.front().name;
    all[std::string{name}] = statistics(snapshot.series(name).get());
    if (rows.size() == 1) return;
    for (const SeriesDef& row : rows)
      all[row_name(name, row.label)] =
          statistics(snapshot.measured[static_cast<std::size_t>(row.id)].get());
  });
  return all;
}

Json counters(const Snapshot& snapshot) {
  Json all = Json::object();
  for_each_name(counter_table(), [&](std::span<const CounterDef> rows) {
    const std::string_view name = rows.front().name;
    all[std::string{name}] = snapshot.counter(name);
    if (rows.size() == 1) return;
    for (const CounterDef& row : rows) all[row_name(name, row.label)] = snapshot.counter(row.id);
  });
  return all;
}

Json gauges(const Snapshot& snapshot) {
  Json all = Json::object();
  for (const GaugeDef& def : kGauges)
    all[std::string{def.name}] = snapshot.gauges[static_cast<std::size_t>(def.id)];
  return all;
}

Json thresholds(const RunReport& report) {
  Json all = Json::array();
  for (const Judged& judged : report.judged) {
    Json row;
    row["text"] = judged.text;
    row["met"] = judged.met && report.why_invalid.empty();
    row["value"] = judged.value;
    row["number"] = judged.number ? Json(*judged.number) : Json{};
    row["measured"] = judged.measured;
    row["ci"] = interval(judged.bounds);
    row["doubt"] = judged.doubt ? Json(*judged.doubt) : Json{};
    all.push_back(std::move(row));
  }
  return all;
}

Json slo(const RunReport& report) {
  Json all = Json::array();
  for (const Attainment& each : report.slo) {
    Json row;
    row["text"] = each.text;
    row["good"] = each.good;
    row["offered"] = each.offered;
    row["attainment"] = each.attainment;
    row["goodput_per_s"] = each.goodput_per_s;
    all.push_back(std::move(row));
  }
  return all;
}

Json case_outcome(const CaseOutcome& outcome) {
  Json row;
  row["verdict"] = outcome.verdict;
  row["holds"] = outcome.holds;
  if (!outcome.expected.empty()) row["expected"] = outcome.expected;
  if (!outcome.came.empty()) row["came"] = outcome.came;
  row["took_s"] = seconds(outcome.took);
  if (!outcome.transcript.empty()) row["transcript"] = outcome.transcript;
  return row;
}

Json conformance_cases(const Correctness& one) {
  Json all = Json::array();
  for (const CaseTwice& each : one.cases) {
    Json row;
    row["id"] = each.id;
    row["level"] = each.level;
    row["does"] = each.does;
    row["clause"] = each.clause;
    row["worse_under_load"] = each.worse_under_load();
    row["idle"] = case_outcome(each.idle);
    row["under_load"] = case_outcome(each.loaded);
    all.push_back(std::move(row));
  }
  return all;
}

Json verdict_counts(const Correctness& one, CaseOutcome CaseTwice::*when) {
  Json all = Json::object();
  for (const std::string& verdict : verdicts(one)) all[verdict] = count(one, when, verdict);
  return all;
}

Json conformance(const RunReport& report) {
  Json all = Json::array();
  for (const Correctness& one : report.correctness) {
    Json row;
    row["subject"] = one.subject;
    row["idle"] = verdict_counts(one, &CaseTwice::idle);
    row["under_load"] = verdict_counts(one, &CaseTwice::loaded);
    row["cases"] = conformance_cases(one);
    row["left_out"] = Json::array();
    for (const CaseLeftOut& each : one.left_out)
      row["left_out"].push_back({{"id", each.id}, {"why", each.why}});
    all.push_back(std::move(row));
  }
  return all;
}

// What this kernel does not tell is null.
Json throttled(const HostFacts& host) {
  if (!host.throttled) return {};
  Json row;
  row["times"] = host.throttled->times;
  row["seconds"] = seconds(host.throttled->lasting);
  row["share"] = host.throttled->share;
  return row;
}

Json packets(const HostFacts& host) {
  if (!host.packets) return {};
  Json row;
  row["segments"] = host.packets->segments;
  row["dropped"] = host.packets->dropped;
  row["refused"] = host.packets->refused;
  return row;
}

Json longest_pause(const RunReport& report) {
  const auto pauses = report.snapshot.series("generator.pause");
  if (!pauses) return {};
  Json row;
  row["seconds"] = seconds(pauses->max());
  row["at_s"] = seconds(report.generator.longest_pause_at.time_since_epoch());
  return row;
}

Json generator(const RunReport& report) {
  Json row;
  row["cpu_seconds"] = report.generator.cpu_seconds;
  row["rss_bytes"] = report.generator.rss_bytes;
  row["loop_busy"] = report.generator.loop_busy;
  row["loop_starved"] = report.generator.loop_starved;
  row["dropped"] = report.generator.dropped;
  row["slip"] = statistics(report.snapshot.series("generator.slip").get());
  row["loop_lag"] = statistics(report.snapshot.series("generator.loop_lag").get());
  row["longest_pause"] = longest_pause(report);
  const HostFacts& host = report.generator.host;
  row["stolen"] = host.stolen ? Json(*host.stolen) : Json{};
  row["throttled"] = throttled(host);
  row["packets"] = packets(host);
  return row;
}

Json broken_invariants(const RunReport& report) {
  Json all = Json::object();
  for (const InvariantDef& invariant : kInvariants)
    if (const std::uint64_t times = report.snapshot.counter(broken(invariant.id)); times > 0)
      all[std::string{invariant.name}] = {{"times", times}, {"first", nullptr}};
  for (const FirstBreach& first : report.first_breaches)
    all[std::string{def(first.invariant).name}]["first"] = first.where;
  return all;
}

Json notes(const RunReport& report) {
  Json all = Json::array();
  if (const auto unsent = unsent_note(report.snapshot)) all.push_back(*unsent);
  for (const std::string& note : report.notes) all.push_back(note);
  return all;
}

}  // namespace

std::string summary_json(const RunReport& report) {
  Json summary;
  summary["schema"] = kSchema;
  summary["scenario"] = report.scenario_name;
  summary["verdict"] = name(verdict(report));
  summary["valid"] = report.why_invalid.empty();
  summary["why_invalid"] = report.why_invalid;
  summary["interrupted"] = report.generator.interrupted;
  summary["seed"] = report.seed;
  summary["plan_hash"] = hex(report.plan_hash);
  if (report.trace_hash) summary["trace_hash"] = hex(*report.trace_hash);
  summary["driver"] = report.driver;
  summary["started_at"] = report.started_at;
  summary["duration_s"] = seconds(report.duration);
  summary["measured_s"] = seconds(report.measured);
  summary["thresholds"] = thresholds(report);
  summary["slo"] = slo(report);
  if (!report.correctness.empty()) summary["conformance"] = conformance(report);
  summary["broken"] = broken_invariants(report);
  summary["series"] = series(report.snapshot);
  summary["counters"] = counters(report.snapshot);
  summary["gauges"] = gauges(report.snapshot);
  summary["generator"] = generator(report);
  summary["steadiness"] = {{"kind", name(report.steadiness.kind)},
                           {"text", report.steadiness.text}};
  summary["target"] = report.target;
  summary["version"] = report.version;
  summary["host"] = report.host;
  summary["warnings"] = report.warnings;
  summary["notes"] = notes(report);
  if (!report.recording.empty()) summary["recording"] = report.recording;
  summary["effective_scenario"] = report.effective_yaml;
  // A name may hold any bytes; what is not UTF-8 becomes U+FFFD rather than an exception.
  return summary.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace gauntlet::metrics
