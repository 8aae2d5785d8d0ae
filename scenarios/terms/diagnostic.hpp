// What is wrong with something that a user wrote, and what to do about it.
#pragma once

#include <string>
#include <vector>

namespace gauntlet {

struct SourcePos {
  std::string file;
  int line{0};    // from 1
  int column{0};  // from 1
};

/// One thing wrong with a scenario, said so that its author can fix it without reading our source.
struct Diagnostic {
  SourcePos where;
  std::string what;  // what is there, and what is allowed
  std::string fix;   // the smallest edit that makes it valid
};
using Diagnostics = std::vector<Diagnostic>;

/// "file:line:col: error: what" then "  fix: ...": the shape editors and CI logs already link.
inline std::string to_string(const Diagnostic& d) {
  return d.where.file + ':' + std::to_string(d.where.line) + ':' + std::to_string(d.where.column) +
         ": error: " + d.what + "\n  fix: " + d.fix + '\n';
}

}  // namespace gauntlet
