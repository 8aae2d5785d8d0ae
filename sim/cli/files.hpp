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

/// Tries a folder, and removes what an earlier run left there (summary.json, timeline.json,
/// scenario.yaml,
/// *.hlog, a recording, a shard's files), so that nobody takes it for the result of a run that did
/// not get as far. Everything else stays, and so does `needed`, wherever it is: a run may be
/// repeated from its own results.
/// @error A sentence with the path and the cause.
Result<bool, std::string> prepare_folder(const std::filesystem::path& folder,
                                         const std::filesystem::path& needed);

}  // namespace gauntlet::sim
