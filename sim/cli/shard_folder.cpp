#include "sim/cli/shard_folder.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "metrics/summary/words.hpp"
#include "scenarios/parse/parse.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/version.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::size_t kBytesAtOnce = std::size_t{256} * 1024;

metrics::ShardPart part_of(const Occasion& occasion, metrics::ShardIdentity who,
                           std::uint64_t events, RunResult result) {
  metrics::ShardPart part;
  part.who = std::move(who);
  part.started_unix_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(occasion.started.time_since_epoch())
          .count();
  part.lasted = occasion.lasted;
  part.measured = result.measured;
  part.closed = result.closed;
  part.version = kVersion;
  part.host = host_description();
  part.interrupted = result.interrupted;
  part.never_started = std::move(result.never_started);
  part.breaches = std::move(result.breaches);
  part.warnings = occasion.warnings;
  part.events = events;
  part.generator = std::move(result.generator);
  part.snapshot = std::move(result.snapshot);
  part.intervals = std::move(result.intervals);
  return part;
}

}  // namespace

Result<std::unique_ptr<EventFile>, std::string> EventFile::create(
    const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(folder.string() + " cannot be made: " + error.message());
  auto events = std::make_unique<EventFile>(folder / kEventsName);
  if (!events->file_)
    return fail(events->path_.string() + " cannot be written: " + std::strerror(errno));
  return events;
}

EventFile::EventFile(const std::filesystem::path& path)
    : path_{path}, file_{path, std::ios::binary} {}

void EventFile::add(Track::Book book, const metrics::LedgerEvent& event) {
  encoder_.append(buffer_, {.of_arena = book == Track::Book::arena, .event = event});
  ++events_;
  if (buffer_.size() < kBytesAtOnce) return;
  file_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  buffer_.clear();
}

Result<std::uint64_t, std::string> EventFile::finish() {
  file_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  buffer_.clear();
  file_.close();
  if (!file_) return fail(path_.string() + " cannot be written: " + std::strerror(errno));
  return events_;
}

ExitCode conclude_shard(const Occasion& occasion, metrics::ShardIdentity who, EventFile& events,
                        RunResult result) {
  const std::filesystem::path& folder = *occasion.out;
  const auto cannot = [](const std::string& why) { return refuse({Obstacle::Whose::user, why}); };
  const auto count = events.finish();
  if (!count) return cannot(count.error());
  if (const auto written =
          write_file(folder / "scenario.yaml", scenarios::to_yaml(occasion.scenario));
      !written)
    return cannot(written.error());
  const metrics::ShardPart part =
      part_of(occasion, std::move(who), count.value(), std::move(result));
  // Last, so that whoever waits for it finds the others there.
  if (const auto written = write_file(folder / kShardName, metrics::shard_json(part)); !written)
    return cannot(written.error());
  fmt::print("{} of {}, plan {:#018x}, {}: {} events in {}\n", metrics::in_words(part.who),
             part.who.scenario, part.who.plan_hash,
             part.interrupted ? "interrupted" : "ran to its end", metrics::in_words(count.value()),
             folder.string());
  fmt::print("the verdict is that of all shards: gauntlet merge DIR...\n");
  return part.interrupted ? ExitCode::interrupted : ExitCode::met;
}

Result<ShardFolder, std::string> read_shard_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error))
    return fail(folder.string() + " is not a folder");
  if (!std::filesystem::exists(folder / kShardName, error))
    return fail(folder.string() + " is not the result of a shard: " + kShardName + " is not there" +
                (std::filesystem::exists(folder / kEventsName, error)
                     ? ", so the shard has not ended, or it died"
                     : ""));
  const auto text = read_file(folder / kShardName);
  if (!text) return fail(text.error());
  auto part = metrics::read_shard(text.value());
  if (!part) return fail((folder / kShardName).string() + " cannot be used: " + part.error());
  auto events = recording::MappedFile::open(folder / kEventsName);
  if (!events) return fail(events.error());
  return ShardFolder{{folder.string(), std::move(part).value()}, std::move(events).value()};
}

}  // namespace gauntlet::sim
