// What defects make of texts that should stay as they are.
#pragma once

#include <string>
#include <string_view>

namespace gauntlet::sim {

/// Of A to Z; whatever else is there stays as it is.
inline std::string in_small_letters(std::string_view text) {
  std::string small{text};
  for (char& letter : small)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return small;
}

/// But for those at its ends.
inline std::string_view without_outer(std::string_view text, char outer) {
  while (text.starts_with(outer)) text.remove_prefix(1);
  while (text.ends_with(outer)) text.remove_suffix(1);
  return text;
}
inline std::string_view without_blanks(std::string_view text) { return without_outer(text, ' '); }

inline std::string with_all(std::string_view text, std::string_view part,
                            std::string_view instead) {
  std::string spoilt{text};
  for (auto at = spoilt.find(part); at != std::string::npos;
       at = spoilt.find(part, at + instead.size()))
    spoilt.replace(at, part.size(), instead);
  return spoilt;
}

/// With something else for each letter beyond ASCII.
inline std::string in_ascii(std::string_view text, std::string_view instead) {
  std::string folded;
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (code < 0x80)
      folded += letter;
    else if (code >= 0xC0)  // those that follow are of the same letter
      folded += instead;
  }
  return folded;
}

inline std::string without_all(std::string_view text, std::string_view part) {
  std::string rest{text};
  for (auto at = rest.find(part); at != std::string::npos; at = rest.find(part, at))
    rest.erase(at, part.size());
  return rest;
}

}  // namespace gauntlet::sim
