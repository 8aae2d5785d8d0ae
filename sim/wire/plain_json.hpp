// Reading JSON that is as plain as most messages are. Private to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/wire/plain_text.hpp"

namespace gauntlet::sim::wire {

/// A place in a JSON text, from which values of a known kind are taken one after another: strings
/// of plain ASCII without escapes, whole numbers, objects and arrays of them. For anything else,
/// valid or not, the answer is "not so plain", and a real parser has to say what it is. A quarter
/// of its time, for nine messages of ten.
class PlainJson {
 public:
  explicit PlainJson(std::string_view text) : rest_{text} { skip_blanks(); }

  /// Takes one character, and the blanks behind it.
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    skip_blanks();
    return true;
  }

  /// The content of a string, as a view into the text.
  std::optional<std::string_view> take_string() {
    if (rest_.empty() || rest_.front() != '"') return std::nullopt;
    rest_.remove_prefix(1);
    const std::size_t length = plain_prefix(rest_);
    const std::string_view content = rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (!take('"')) return std::nullopt;
    return content;
  }

  /// A number without a fraction or an exponent, of at most 18 digits.
  std::optional<std::int64_t> take_integer() {
    const bool negative = !rest_.empty() && rest_.front() == '-';
    std::size_t i = negative ? 1 : 0;
    const std::size_t first = i;
    std::int64_t number = 0;
    for (; i < rest_.size() && rest_[i] >= '0' && rest_[i] <= '9'; ++i) {
      if (i - first == kDigitsMax) return std::nullopt;
      number = 10 * number + (rest_[i] - '0');
    }
    const std::size_t digits = i - first;
    if (digits == 0 || (digits > 1 && rest_[first] == '0')) return std::nullopt;
    if (i < rest_.size() && (rest_[i] == '.' || rest_[i] == 'e' || rest_[i] == 'E'))
      return std::nullopt;
    rest_.remove_prefix(i);
    skip_blanks();
    return negative ? -number : number;
  }

  /// Takes exactly these characters, when they are next.
  bool take_literal(std::string_view literal) {
    if (!rest_.starts_with(literal)) return false;
    rest_.remove_prefix(literal.size());
    return true;
  }

  /// Takes an object, calling `on_field(key) -> bool` to take each value. False as soon as it says
  /// so, or when this is none.
  template <class OnField>
  bool take_object(OnField&& on_field) {
    if (!take('{')) return false;
    if (take('}')) return true;
    do {
      const auto key = take_string();
      if (!key || !take(':') || !on_field(*key)) return false;
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

  bool at_end() const { return rest_.empty(); }
  /// Where it is.
  const char* here() const { return rest_.data(); }

 private:
  static constexpr std::size_t kDigitsMax = 18;

  void skip_blanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n' ||
                              rest_.front() == '\r' || rest_.front() == '\t'))
      rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

}  // namespace gauntlet::sim::wire
