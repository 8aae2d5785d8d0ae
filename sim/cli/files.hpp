// Reading and writing whole files, with errors that say which and why.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "scenarios/terms/result.hpp"

namespace gauntlet::sim {

/// @error A sentence with the path and the cause.
Result<std::string, std::string> read_file(const std::filesystem::path& path);

/// Writes beside the file first and renames, so that no reader sees half of it.
/// @error A sentence with the path and the cause.
Result<bool, std::string> write_file(const std::filesystem::path& path, std::string_view content);

}  // namespace gauntlet::sim
