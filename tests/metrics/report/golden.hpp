// Expected output in files, reviewed in the diff: GAUNTLET_UPDATE_GOLDEN=1 rewrites them.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace gauntlet {

/// @param name  From the root of the repository.
inline void expect_golden(const std::string& name, const std::string& text) {
  std::string path{GAUNTLET_SOURCE_DIR "/"};
  path += name;
  if (std::getenv("GAUNTLET_UPDATE_GOLDEN") != nullptr) {
    std::ofstream{path} << text;
    return;
  }
  std::ifstream file{path};
  ASSERT_TRUE(file) << path << " is missing: run with GAUNTLET_UPDATE_GOLDEN=1";
  const std::string expected{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(text, expected) << "if this is what it should be, run with GAUNTLET_UPDATE_GOLDEN=1";
}

}  // namespace gauntlet
