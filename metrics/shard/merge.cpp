#include "metrics/shard/merge.hpp"

#include <algorithm>
#include <map>

#include "metrics/shard/shard_format.hpp"

namespace gauntlet::metrics {

namespace {

std::string plan_of(const ShardIdentity& who) {
  return "`" + who.scenario + "` with plan " + hex(who.plan_hash);
}

Duration longest_pause(const ShardPart& part) {
  const auto& pauses = part.snapshot.measured[static_cast<std::size_t>(Series::generator_pause)];
  return pauses ? pauses->max() : Duration{-1};
}

double dropped_share(const HostCounters::Packets& packets) {
  return packets.segments == 0
             ? 0
             : static_cast<double>(packets.dropped) / static_cast<double>(packets.segments);
}

// Shards may be on one machine, whose facts each of them has: they are not added.
void add_worst(HostFacts& whole, const HostFacts& part) {
  if (part.stolen) whole.stolen = std::max(whole.stolen.value_or(0), *part.stolen);
  if (part.throttled && (!whole.throttled || part.throttled->share > whole.throttled->share))
    whole.throttled = part.throttled;
  if (!part.packets) return;
  const std::uint64_t refused =
      std::max(whole.packets ? whole.packets->refused : 0, part.packets->refused);
  if (!whole.packets || dropped_share(*part.packets) > dropped_share(*whole.packets))
    whole.packets = part.packets;
  whole.packets->refused = refused;
}

std::string capitalized(std::string sentence) {
  if (!sentence.empty() && sentence.front() == 's') sentence.front() = 'S';
  return sentence;
}

void add_facts(GeneratorFacts& whole, const ShardPart& part) {
  const GeneratorFacts& facts = part.generator;
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(whole.loop_busy, facts.loop_busy);
  append(whole.loop_starved, facts.loop_starved);
  whole.cpu_seconds += facts.cpu_seconds;
  whole.rss_bytes += facts.rss_bytes;
  add_worst(whole.host, facts.host);
  const std::string who = capitalized(in_words(part.who));
  for (const std::string& loss : facts.losses)
    whole.losses.emplace_back(who).append(": ").append(loss);
  if (part.interrupted)
    whole.losses.push_back(who +
                           " was interrupted, so the load was not what the scenario asks for. Run "
                           "all shards again, to their end.");
}

// "1 shard on Linux 6.1, x86_64, 4 cores; 2 shards on Linux 6.1, x86_64, 2 cores".
std::string hosts_of(std::span<const FoundPart> parts) {
  std::map<std::string, int> shards;
  for (const FoundPart& found : parts) ++shards[found.part.host];
  std::string text;
  for (const auto& [host, count] : shards)
    text.append(text.empty() ? "" : "; ")
        .append(std::to_string(count))
        .append(count == 1 ? " shard on " : " shards on ")
        .append(host);
  return text;
}

}  // namespace

std::string in_words(const ShardIdentity& who) {
  return "shard " + std::to_string(who.number + 1) + " of " + std::to_string(who.count);
}

std::vector<Misfit> misfits(std::span<const FoundPart> parts) {
  std::vector<Misfit> all;
  const FoundPart& first = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const ShardIdentity& who = parts[i].part.who;
    const ShardIdentity& model = first.part.who;
    const std::string& folder = parts[i].folder;
    if (who.plan_hash != model.plan_hash || who.scenario != model.scenario) {
      all.push_back({folder + " is of another plan: " + plan_of(who) + ", and " + first.folder +
                         " of " + plan_of(model),
                     "run every shard with the same file, --set and --seed"});
    } else if (who.count != model.count) {
      all.push_back(
          {folder + " is " + in_words(who) + ", and " + first.folder + " " + in_words(model),
           "run every shard with the same N in --shard K/N"});
    } else if (who.run != model.run) {
      all.push_back({folder + " is of another run than " + first.folder,
                     "run every shard with the same --start-at"});
    } else if (const auto twin =
                   std::ranges::find(parts.first(i), who.number,
                                     [](const FoundPart& found) { return found.part.who.number; });
               twin != parts.first(i).end()) {
      all.push_back({folder + " and " + twin->folder + " are both " + in_words(who),
                     "leave one of them out"});
    }
  }
  return all;
}

std::vector<std::uint32_t> missing_shards(std::span<const FoundPart> parts) {
  std::vector<std::uint32_t> missing;
  for (std::uint32_t number = 0; number < parts.front().part.who.count; ++number)
    if (std::ranges::none_of(
            parts, [&](const FoundPart& found) { return found.part.who.number == number; }))
      missing.push_back(number);
  return missing;
}

ShardPart put_together(std::span<const FoundPart> parts, const MeasuredWindow& window) {
  ShardPart whole;
  whole.who = {.scenario = parts.front().part.who.scenario,
               .plan_hash = parts.front().part.who.plan_hash,
               .run = parts.front().part.who.run};
  whole.version = parts.front().part.version;
  whole.started_unix_ns = parts.front().part.started_unix_ns;
  whole.host = hosts_of(parts);
  std::vector<const Intervals*> timelines;
  const ShardPart* slowest = &parts.front().part;
  for (const FoundPart& found : parts) {
    const ShardPart& part = found.part;
    whole.started_unix_ns = std::min(whole.started_unix_ns, part.started_unix_ns);
    whole.lasted = std::max(whole.lasted, part.lasted);
    whole.measured = std::max(whole.measured, part.measured);
    whole.closed = std::max(whole.closed, part.closed);
    if (!part.interrupted)
      whole.never_started.insert(whole.never_started.end(), part.never_started.begin(),
                                 part.never_started.end());
    for (const std::string& warning : part.warnings)
      whole.warnings.push_back(capitalized(in_words(part.who)) + ": " + warning);
    add_facts(whole.generator, part);
    if (longest_pause(part) > longest_pause(*slowest)) slowest = &part;
    whole.snapshot.add(part.snapshot);
    timelines.push_back(&part.intervals);
  }
  whole.generator.longest_pause_at = slowest->generator.longest_pause_at;
  std::ranges::sort(whole.never_started);
  whole.intervals = merged(timelines, window);
  return whole;
}

}  // namespace gauntlet::metrics
