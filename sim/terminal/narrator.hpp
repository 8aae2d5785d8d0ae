// Words for a terminal: whole lines, and text that streams between them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace gauntlet::sim {

/// Text that somebody else chose must not move the cursor, change colours or ring bells: control
/// characters but line ends and tabs are dropped.
std::string printable(std::string_view text);

class Narrator {
 public:
  using Write = std::function<void(std::string_view)>;

  explicit Narrator(Write write) : write_{std::move(write)} {}

  /// A line of its own: text that streams is ended before.
  void line(std::string_view text) {
    if (std::exchange(mid_line_, false)) write_("\n");
    write_(std::string{text} + '\n');
  }
  /// More of a text that streams.
  void stream(std::string_view text) {
    if (text.empty()) return;
    mid_line_ = text.back() != '\n';
    write_(printable(text));
  }

 private:
  Write write_;
  bool mid_line_{false};
};

}  // namespace gauntlet::sim
