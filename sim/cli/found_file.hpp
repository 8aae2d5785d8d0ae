// What an exploration found, for people and as a scenario file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "scenarios/terms/result.hpp"
#include "sim/explore/exploration.hpp"

namespace gauntlet::sim {

/// What it means that this was broken, as a sentence.
std::string meaning_of(const std::string& what);

/// "2 actors, 1 fault, 3.00 s".
std::string size_of(const scenarios::Scenario& scenario);

/// Where it was broken, and by how much of a scenario; on one line.
std::string in_words(const Found& found);

/// "found-once.yaml".
std::string file_name_of(const std::string& what);

/// Leaves a scenario with nothing to claim but that this is not broken: what else it wanted of a
/// run may fail for the faults alone, and then its file would never pass.
void expect_only(scenarios::Scenario& scenario, const std::string& what);

/// The scenario, as short as it can be, below comments that say what it is.
std::string found_text(const scenarios::Scenario& scenario, const std::string& comment);

/// Writes the scenario, as short as it can be, below comments that say what it is.
/// @param comment  lines, each of which begins with '#'.
/// @error  A sentence: the file cannot be written.
Result<bool, std::string> write_found(const scenarios::Scenario& scenario,
                                      const std::string& comment,
                                      const std::filesystem::path& file);

}  // namespace gauntlet::sim
