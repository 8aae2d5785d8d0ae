// Reading JSON that is as plain as most messages are. Private to this folder.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "sim/wire/plain_text.hpp"

namespace gauntlet::sim::wire {

/// A place in a JSON text, from which values of a known kind are taken one after another: strings
/// of plain ASCII without escapes, whole numbers, objects and arrays of them. For anything else,
/// valid or not, the answer is false, "not so plain", and a real parser has to say what it is. A
/// fifth of its time, for nine messages of ten.
class PlainJson {
 public:
  explicit PlainJson(std::string_view text) : at_{text.data()}, end_{at_ + text.size()} {
    skip_blanks();
  }

  /// Takes one character, and the blanks behind it.
  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    skip_blanks();
    return true;
  }

  /// The content of a string, as a view into the text.
  bool take_string(std::string_view& content) {
    if (at_ == end_ || *at_ != '"') return false;
    const char* const begin = at_ + 1;
    at_ = begin + plain_prefix({begin, end_});
    content = {begin, at_};
    return take('"');
  }

  /// A number without a fraction or an exponent, of at most 18 digits.
  bool take_integer(std::int64_t& number) {
    const bool negative = at_ != end_ && *at_ == '-';
    const char* const first = at_ + (negative ? 1 : 0);
    const char* last = first;
    std::uint64_t size = 0;
    for (; last != end_ && *last >= '0' && *last <= '9'; ++last)
      size = 10 * size + static_cast<std::uint64_t>(*last - '0');
    const std::ptrdiff_t digits = last - first;
    if (digits == 0 || digits > kDigitsMax || (*first == '0' && digits > 1)) return false;
    if (last != end_ && (*last == '.' || *last == 'e' || *last == 'E')) return false;
    number = static_cast<std::int64_t>(negative ? 0 - size : size);
    at_ = last;
    skip_blanks();
    return true;
  }

  /// Takes exactly these characters, when they are next.
  bool take_literal(std::string_view literal) {
    if (static_cast<std::size_t>(end_ - at_) < literal.size() ||
        std::memcmp(at_, literal.data(), literal.size()) != 0)
      return false;
    at_ += literal.size();
    return true;
  }

  /// Takes an object, calling `on_field(key) -> bool` to take each value. False as soon as it says
  /// so, or when this is none.
  template <class OnField>
  bool take_object(OnField&& on_field) {
    if (!take('{')) return false;
    if (take('}')) return true;
    do {
      std::string_view key;
      if (!take_string(key) || !take(':') || !on_field(key)) return false;
    } while (take(','));
    return take('}');
  }

  /// Likewise an array, calling `on_element() -> bool`.
  template <class OnElement>
  bool take_array(OnElement&& on_element) {
    if (!take('[')) return false;
    if (take(']')) return true;
    do {
      if (!on_element()) return false;
    } while (take(','));
    return take(']');
  }

  bool at_end() const { return at_ == end_; }
  /// Where it is.
  const char* here() const { return at_; }

 private:
  static constexpr std::ptrdiff_t kDigitsMax = 18;

  void skip_blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  const char* at_;
  const char* end_;
};

}  // namespace gauntlet::sim::wire
