// UTF-8 as RFC 3629 §4 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gauntlet::sim::wire {

/// The length of the well-formed character at the front of `text`: 1 to 4, or 0 when there is none.
std::size_t utf8_character(std::string_view text);

/// Checks text that comes in pieces, cut anywhere. Many at a time while they are ASCII.
class Utf8Checker {
 public:
  /// False at the first byte that no continuation could make right, and from then on meaningless
  /// until the next reset().
  bool feed(std::string_view piece);
  /// True when the text may end here: no character is half there.
  bool complete() const { return due_ == 0; }
  void reset() { due_ = 0; }

 private:
  std::uint8_t due_{0};   // bytes that the current character still lacks
  std::uint8_t low_{0};   // what the next of them may be, at least
  std::uint8_t high_{0};  // and at most
};

}  // namespace gauntlet::sim::wire
