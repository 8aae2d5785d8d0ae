// The lines of our own sources.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace gauntlet {

/// Calls visit(file, number, line) for each line of each file, file by file.
template <class Visit>
void for_each_line_of_the_tree(Visit visit) {
  namespace fs = std::filesystem;
  const fs::path root{GAUNTLET_SOURCE_DIR};
  for (const char* top : {"scenarios", "metrics", "runners", "sim"}) {
    for (const auto& entry : fs::recursive_directory_iterator{root / top}) {
      const std::string extension = entry.path().extension();
      if (extension != ".hpp" && extension != ".cpp") continue;
      const std::string file = fs::relative(entry.path(), root);
      std::ifstream stream{entry.path()};
      std::string line;
      for (int number = 1; std::getline(stream, line); ++number) visit(file, number, line);
    }
  }
}

}  // namespace gauntlet
