// Reading and writing whole files, with errors that say which and why.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "scenarios/terms/result.hpp"

namespace gauntlet::sim {

/// Of a run's recording, among its results.
inline constexpr const char* kRecordingName = "recording.gauntlet";
/// Of a shard: what it knows, and its events for the ledgers.
inline constexpr const char* kShardName = "shard.json";
inline constexpr const char* kEventsName = "events.bin";

/// @error A sentence with the path and the cause.
Result<std::string, std::string> read_file(const std::filesystem::path& path);

/// Writes beside the file first and renames, so that no reader sees half of it.
/// @error A sentence with the path and the cause.
Result<bool, std::string> write_file(const std::filesystem::path& path, std::string_view content);

/// Whether a folder can be made and written to, so that nobody learns that it cannot at the end of
/// a long run; leaves no trace.
/// @error A sentence with the path and the cause.
Result<bool, std::string> try_folder(const std::filesystem::path& folder);

/// What an earlier run left in a folder (summary.json, timeline.json, scenario.yaml, *.hlog, a
/// recording, a shard's files), kept in a hidden folder beside while another run is on, so that
/// nobody takes it for the result of one that did not get as far. Everything else stays, and so
/// does `needed`, wherever it is: a run may be repeated from its own results.
class OldResults {
 public:
  /// Tries the folder, too.
  /// @error A sentence with the path and the cause.
  static Result<OldResults, std::string> set_aside(const std::filesystem::path& folder,
                                                   const std::filesystem::path& needed);
  /// If no run took place, they are back where they were, and what it had begun is gone.
  ~OldResults();
  OldResults(OldResults&& other) noexcept;
  OldResults& operator=(OldResults&&) = delete;

  /// There are new ones.
  void forget();

 private:
  OldResults(std::filesystem::path folder, std::filesystem::path needed);
  std::filesystem::path aside() const;

  std::filesystem::path folder_;  // empty: nothing is left to do
  std::filesystem::path needed_;
};

}  // namespace gauntlet::sim
