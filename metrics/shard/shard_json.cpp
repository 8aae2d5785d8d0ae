#include <nlohmann/json.hpp>

#include "metrics/record/rows.hpp"
#include "metrics/shard/shard_format.hpp"
#include "metrics/shard/shard_part.hpp"

namespace gauntlet::metrics {

namespace {

using Json = nlohmann::ordered_json;

// Index and count in turn.
Json flat(const BucketCounts& counts) {
  Json numbers = Json::array();
  for (const auto& [index, count] : counts.buckets()) {
    numbers.push_back(index);
    numbers.push_back(count);
  }
  return numbers;
}

Json histogram(const Histogram& samples) {
  const HistogramRest rest = samples.rest();
  Json row;
  row["buckets"] = flat(BucketCounts{samples});
  row["clamped"] = rest.clamped;
  row["sum_ns"] = rest.sum_ns;
  row["min_ns"] = rest.min.count();
  row["max_ns"] = rest.max.count();
  return row;
}

Json histograms(const std::array<std::unique_ptr<Histogram>, kSeriesCount>& all) {
  Json rows = Json::object();
  for (const SeriesDef& def : kSeries)
    if (const auto& samples = all[static_cast<std::size_t>(def.id)])
      rows[row_name(def.name, def.label)] = histogram(*samples);
  return rows;
}

template <class Counts>
Json counters(const Counts& counts) {
  Json rows = Json::object();
  for (const CounterDef& def : kCounters)
    if (const auto count = counts[static_cast<std::size_t>(def.id)]; count != 0)
      rows[row_name(def.name, def.label)] = count;
  return rows;
}

Json gauges(const Snapshot& snapshot) {
  Json rows = Json::object();
  for (const GaugeDef& def : kGauges)
    rows[std::string{def.name}] = snapshot.gauges[static_cast<std::size_t>(def.id)];
  return rows;
}

Json interval(const Interval& each) {
  Json row;
  row["begin_ns"] = each.begin.time_since_epoch().count();
  row["end_ns"] = each.end.time_since_epoch().count();
  row["counters"] = counters(each.counters);
  Json& series = row["series"] = Json::object();
  for (const SeriesDef& def : kSeries)
    if (const BucketCounts& samples = each.of(def.id); !samples.empty())
      series[row_name(def.name, def.label)] = flat(samples);
  return row;
}

Json intervals(const Intervals& all) {
  Json rows;
  rows["before"] = interval(all.before);
  Json& measured = rows["measured"] = Json::array();
  for (const Interval& each : all.measured) measured.push_back(interval(each));
  rows["after"] = interval(all.after);
  return rows;
}

Json breaches(const std::vector<Breach>& all) {
  Json rows = Json::array();
  for (const Breach& breach : all)
    rows.push_back({{"invariant", def(breach.invariant).name},
                    {"actor", breach.actor},
                    {"at_ns", breach.at.time_since_epoch().count()}});
  return rows;
}

Json host(const HostFacts& facts) {
  Json row = Json::object();
  if (facts.stolen) row["stolen"] = *facts.stolen;
  if (facts.throttled)
    row["throttled"] = {{"times", facts.throttled->times},
                        {"lasting_ns", facts.throttled->lasting.count()},
                        {"share", facts.throttled->share}};
  if (facts.packets)
    row["packets"] = {{"segments", facts.packets->segments},
                      {"dropped", facts.packets->dropped},
                      {"refused", facts.packets->refused}};
  return row;
}

Json generator(const GeneratorFacts& facts) {
  Json row;
  row["loop_busy"] = facts.loop_busy;
  row["loop_starved"] = facts.loop_starved;
  row["longest_pause_at_ns"] = facts.longest_pause_at.time_since_epoch().count();
  row["host"] = host(facts.host);
  row["cpu_seconds"] = facts.cpu_seconds;
  row["rss_bytes"] = facts.rss_bytes;
  row["losses"] = facts.losses;
  return row;
}

}  // namespace

std::string shard_json(const ShardPart& part) {
  Json json;
  json["schema"] = kShardSchema;
  json["scenario"] = part.who.scenario;
  json["plan_hash"] = hex(part.who.plan_hash);
  json["run"] = part.who.run;
  json["shard"] = part.who.number + 1;
  json["shards"] = part.who.count;
  json["started_unix_ns"] = part.started_unix_ns;
  json["lasted_ns"] = part.lasted.count();
  json["measured_ns"] = part.measured.count();
  json["closed_ns"] = part.closed.time_since_epoch().count();
  json["interrupted"] = part.interrupted;
  json["version"] = part.version;
  json["host"] = part.host;
  json["warnings"] = part.warnings;
  json["never_started"] = part.never_started;
  json["breaches"] = breaches(part.breaches);
  json["events"] = part.events;
  json["generator"] = generator(part.generator);
  json["gauges"] = gauges(part.snapshot);
  json["counters"] = counters(part.snapshot.counters);
  json["measured"] = histograms(part.snapshot.measured);
  json["warm_up"] = histograms(part.snapshot.warm_up);
  json["intervals"] = intervals(part.intervals);
  // A name may hold any bytes; what is not UTF-8 becomes U+FFFD rather than an exception.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace gauntlet::metrics
