// Where two traces part: the first event that is not the same in both.
#pragma once

#include <cstdint>
#include <deque>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gauntlet::sim {

struct Parting {
  std::uint64_t same{0};            // events that are the same in both, from the start
  std::deque<std::string> before;   // the last of them
  std::vector<std::string> first;   // how the first goes on; empty: it ends here
  std::vector<std::string> second;  // how the second goes on
};

/// Whether a trace, in words or in JSON, can have this line.
bool is_event(std::string_view line);

/// Reads two traces, an event a line, for as long as they are the same.
/// @return nothing when they are the same to their ends.
std::optional<Parting> where_they_part(std::istream& first, std::istream& second);

/// The same for a person, in several lines.
/// @param names  of the two.
std::string in_words(const Parting& parting, const std::string& first_name,
                     const std::string& second_name);

}  // namespace gauntlet::sim
