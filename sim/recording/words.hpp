// An entry as a line, for people and for diff.
#pragma once

#include <map>
#include <string>

#include "sim/recording/entry.hpp"

namespace gauntlet::sim::recording {

/// Knows every actor by its role, once it started.
class Words {
 public:
  /// "  1.002003004  agent 17  says  {"to":["*"],...}", without an end of line: the time in seconds
  /// first, so that lines can be sorted. Whatever is not printable is escaped as in JSON.
  std::string line(const Entry& entry);

 private:
  std::map<ActorId, std::string> names_;
};

}  // namespace gauntlet::sim::recording
