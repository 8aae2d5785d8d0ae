// A reader's place in a text.
#pragma once

#include <cstddef>
#include <string_view>

#include "metrics/verdict/grammar.hpp"

namespace gauntlet::metrics::grammar {

/// Reads a text from left to right and knows where it is, for the offsets of problems.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_{text} { skip_spaces(); }

  std::size_t offset() const { return offset_; }
  std::string_view rest() const { return text_.substr(offset_); }
  void skip(std::size_t bytes) { offset_ += bytes; }

  void skip_spaces() { take_while(kSpaces); }

  std::string_view take_while(std::string_view allowed) {
    return take(rest().find_first_not_of(allowed));
  }
  std::string_view take_until(std::string_view stops) { return take(rest().find_first_of(stops)); }

 private:
  std::string_view take(std::size_t size) {
    const std::string_view taken = rest().substr(0, size);
    offset_ += taken.size();
    return taken;
  }

  std::string_view text_;
  std::size_t offset_{0};
};

}  // namespace gauntlet::metrics::grammar
