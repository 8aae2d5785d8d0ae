#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "metrics/record/rows.hpp"
#include "metrics/shard/shard_format.hpp"
#include "metrics/shard/shard_part.hpp"

namespace gauntlet::metrics {

namespace {

using Json = nlohmann::json;

// Thrown here and caught in read_shard(), as what the JSON library throws is.
[[noreturn]] void refuse(const std::string& why) { throw std::invalid_argument{why}; }

template <class Def>
std::size_t index_of(std::span<const Def> table, const std::string& name) {
  const auto row = std::ranges::find_if(
      table, [&](const Def& def) { return row_name(def.name, def.label) == name; });
  if (row == table.end()) refuse("it has `" + name + "`, which this version does not know");
  return static_cast<std::size_t>(row->id);
}

Duration duration(const Json& json) { return Duration{json.get<std::int64_t>()}; }

BucketCounts bucket_counts(const Json& numbers) {
  BucketCounts counts;
  std::size_t least = 0;
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    const auto index = numbers.at(i).get<std::size_t>();
    if (index < least || index >= Histogram::bucket_count()) refuse("its buckets are out of order");
    counts.append(index, numbers.at(i + 1).get<std::uint64_t>());
    least = index + 1;
  }
  return counts;
}

void read_histograms(const Json& rows, std::array<std::unique_ptr<Histogram>, kSeriesCount>& into) {
  for (const auto& [name, row] : rows.items()) {
    auto& samples = into[index_of(series_table(), name)] = std::make_unique<Histogram>();
    samples->merge(bucket_counts(row.at("buckets")).buckets(),
                   {.clamped = row.at("clamped").get<std::uint64_t>(),
                    .sum_ns = row.at("sum_ns").get<std::uint64_t>(),
                    .min = duration(row.at("min_ns")),
                    .max = duration(row.at("max_ns"))});
  }
}

template <class Counts>
void read_counters(const Json& rows, Counts& into) {
  for (const auto& [name, count] : rows.items())
    count.get_to(into[index_of(counter_table(), name)]);
}

void read_gauges(const Json& rows, Snapshot& into) {
  for (const GaugeDef& def : kGauges)
    rows.at(std::string{def.name}).get_to(into.gauges[static_cast<std::size_t>(def.id)]);
}

Interval interval(const Json& json) {
  Interval read{.begin = at(duration(json.at("begin_ns"))), .end = at(duration(json.at("end_ns")))};
  read_counters(json.at("counters"), read.counters);
  for (const auto& [name, numbers] : json.at("series").items())
    read.series[index_of(series_table(), name)] = bucket_counts(numbers);
  return read;
}

Intervals intervals(const Json& json) {
  Intervals read{.before = interval(json.at("before")), .measured = {}, .after = {}};
  for (const Json& each : json.at("measured")) read.measured.push_back(interval(each));
  read.after = interval(json.at("after"));
  return read;
}

// One that concerns nobody else and lasts no time.
Breach breach(const Json& json) {
  const auto name = json.at("invariant").get<std::string>();
  const auto invariant = invariant_named(name);
  if (!invariant) refuse("it has the invariant `" + name + "`, which this version does not know");
  const Instant when = at(duration(json.at("at_ns")));
  const auto actor = json.at("actor").get<ActorId>();
  return {.invariant = *invariant,
          .at = when,
          .since = when,
          .actor = actor,
          .message = {.sender = actor}};
}

HostFacts host(const Json& json) {
  HostFacts facts;
  if (json.contains("stolen")) facts.stolen = json.at("stolen").get<double>();
  if (json.contains("throttled")) {
    const Json& row = json.at("throttled");
    facts.throttled = HostFacts::Throttled{.times = row.at("times").get<std::uint64_t>(),
                                           .lasting = duration(row.at("lasting_ns")),
                                           .share = row.at("share").get<double>()};
  }
  if (json.contains("packets")) {
    const Json& row = json.at("packets");
    facts.packets = HostCounters::Packets{.segments = row.at("segments").get<std::uint64_t>(),
                                          .dropped = row.at("dropped").get<std::uint64_t>(),
                                          .refused = row.at("refused").get<std::uint64_t>()};
  }
  return facts;
}

GeneratorFacts generator(const Json& json) {
  GeneratorFacts facts;
  json.at("loop_busy").get_to(facts.loop_busy);
  json.at("loop_starved").get_to(facts.loop_starved);
  facts.longest_pause_at = at(duration(json.at("longest_pause_at_ns")));
  facts.host = host(json.at("host"));
  json.at("cpu_seconds").get_to(facts.cpu_seconds);
  json.at("rss_bytes").get_to(facts.rss_bytes);
  json.at("losses").get_to(facts.losses);
  return facts;
}

ShardIdentity identity(const Json& json) {
  ShardIdentity who;
  json.at("scenario").get_to(who.scenario);
  const auto hash = from_hex(json.at("plan_hash").get<std::string>());
  if (!hash) refuse("its plan_hash is no hash");
  who.plan_hash = *hash;
  json.at("run").get_to(who.run);
  const auto number = json.at("shard").get<std::uint32_t>();
  json.at("shards").get_to(who.count);
  if (number < 1 || number > who.count) refuse("it is no shard of as many as it says");
  who.number = number - 1;
  return who;
}

ShardPart part_of(const Json& json) {
  if (json.at("schema") != kShardSchema)
    refuse("its schema is " + json.at("schema").dump() + ", this version reads " +
           std::to_string(kShardSchema));
  ShardPart part;
  part.who = identity(json);
  json.at("started_unix_ns").get_to(part.started_unix_ns);
  part.lasted = duration(json.at("lasted_ns"));
  part.measured = duration(json.at("measured_ns"));
  part.closed = at(duration(json.at("closed_ns")));
  json.at("interrupted").get_to(part.interrupted);
  json.at("version").get_to(part.version);
  json.at("host").get_to(part.host);
  json.at("warnings").get_to(part.warnings);
  json.at("never_started").get_to(part.never_started);
  for (const Json& each : json.at("breaches")) part.breaches.push_back(breach(each));
  json.at("events").get_to(part.events);
  part.generator = generator(json.at("generator"));
  read_gauges(json.at("gauges"), part.snapshot);
  read_counters(json.at("counters"), part.snapshot.counters);
  read_histograms(json.at("measured"), part.snapshot.measured);
  read_histograms(json.at("warm_up"), part.snapshot.warm_up);
  part.intervals = intervals(json.at("intervals"));
  return part;
}

}  // namespace

Result<ShardPart, std::string> read_shard(std::string_view text) {
  try {
    return part_of(Json::parse(text));
  } catch (const Json::exception& error) {
    return fail(std::string{"it is not as Gauntlet writes it: "} + error.what());
  } catch (const std::invalid_argument& error) {
    return fail(std::string{error.what()});
  }
}

}  // namespace gauntlet::metrics
