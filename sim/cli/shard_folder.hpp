// What `gauntlet run --shard` leaves, and `gauntlet merge` finds.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "metrics/shard/event_log.hpp"
#include "metrics/shard/merge.hpp"
#include "scenarios/plan/shard.hpp"
#include "sim/cli/results.hpp"
#include "sim/recording/mapped_file.hpp"
#include "sim/session/context.hpp"

namespace gauntlet::sim {

/// The events of a shard on their way into its folder.
/// @threads One at a time.
class EventFile final : public LedgerSink {
 public:
  /// @error A sentence with the path and the cause.
  static Result<std::unique_ptr<EventFile>, std::string> create(
      const std::filesystem::path& folder);
  explicit EventFile(const std::filesystem::path& path);

  void add(Track::Book book, const metrics::LedgerEvent& event) override;
  /// @return How many there were.
  /// @error A sentence: not all of them are in the file.
  Result<std::uint64_t, std::string> finish();

 private:
  std::filesystem::path path_;
  std::ofstream file_;
  metrics::EventEncoder encoder_;
  std::string buffer_;
  std::uint64_t events_{0};
};

/// Writes what a shard knows into its folder, and says what it was and what to do with it.
ExitCode conclude_shard(const Occasion& occasion, metrics::ShardIdentity who, EventFile& events,
                        RunResult result);

/// A folder as it is merged.
struct ShardFolder {
  metrics::FoundPart found;
  recording::MappedFile events;
};
/// @error A sentence with the folder and what is wrong with it.
Result<ShardFolder, std::string> read_shard_folder(const std::filesystem::path& folder);

}  // namespace gauntlet::sim
