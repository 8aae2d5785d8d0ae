// Lines of text for a terminal: painted or plain, wrapped at 80 columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gauntlet::metrics {

using Lines = std::vector<std::string>;

inline constexpr std::size_t kColumns = 80;

inline void append(Lines& lines, const Lines& more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

/// How wide a text is on a terminal, for the characters that reports use (one column each).
std::size_t width_of(std::string_view utf8);

/// Filled up with spaces to a width: behind the text, or before it.
std::string padded(std::string text, std::size_t width);
std::string padded_left(const std::string& text, std::size_t width);

/// ANSI colours, or none.
class Paint {
 public:
  explicit Paint(bool on) : on_{on} {}
  std::string good(std::string_view text) const { return with("32", text); }
  std::string bad(std::string_view text) const { return with("31", text); }
  std::string doubtful(std::string_view text) const { return with("33", text); }
  std::string strong(std::string_view text) const { return with("1", text); }
  std::string faint(std::string_view text) const { return with("2", text); }

 private:
  std::string with(std::string_view code, std::string_view text) const;
  bool on_;
};

/// `lead` and `text`, broken between words into lines of at most 80 columns; the second and further
/// ones begin below the text's beginning.
Lines wrapped(std::string_view lead, std::string_view text);

}  // namespace gauntlet::metrics
