// Files with the text that a test expects. GAUNTLET_UPDATE_GOLDEN=1 writes them anew; the
// difference is then reviewed like any other.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace gauntlet::tests {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

inline std::filesystem::path source_path(const std::string& relative) {
  return std::filesystem::path{GAUNTLET_SOURCE_DIR} / relative;
}

/// The expected text; the actual one after writing it, when the update was asked for.
inline std::string golden(const std::string& relative, const std::string& actual) {
  const auto path = source_path(relative);
  if (std::getenv("GAUNTLET_UPDATE_GOLDEN") != nullptr) std::ofstream{path} << actual;
  return read_file(path);
}

/// @param relative  From the root of the repository.
inline void expect_golden(const std::string& relative, const std::string& actual) {
  EXPECT_EQ(actual, golden(relative, actual))
      << "if " << relative << " should be so, run with GAUNTLET_UPDATE_GOLDEN=1";
}

}  // namespace gauntlet::tests
