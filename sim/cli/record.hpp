// The recording that a command makes of its run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/model/scenario.hpp"
#include "scenarios/terms/result.hpp"
#include "sim/recording/recording_file.hpp"

namespace gauntlet::sim {

/// Null: nothing is recorded.
using Recording = std::unique_ptr<recording::RecordingFile>;

/// What its head says of a run.
recording::Head head_of_run(const scenarios::Scenario& scenario, std::string driver,
                            std::uint32_t processes = 1);

/// Begins one in a folder for results, with the pace that its driver needs.
/// @error A sentence with the path and the cause.
Result<Recording, std::string> begin_recording(const std::filesystem::path& folder,
                                               const recording::Head& head);

/// A sentence when not all of it could be written, for the report.
std::vector<std::string> troubles_of(const Recording& recording);
}  // namespace gauntlet::sim
