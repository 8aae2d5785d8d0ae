#include "metrics/summary/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <string_view>

namespace gauntlet::metrics {

namespace {

struct Unit {
  std::string_view name;
  double size;
};

constexpr std::array kTimeUnits{Unit{" ns", 1}, Unit{" µs", 1e3}, Unit{" ms", 1e6},
                                Unit{" s", 1e9}};
constexpr std::array kByteUnits{Unit{" B", 1}, Unit{" KiB", 0x1p10}, Unit{" MiB", 0x1p20},
                                Unit{" GiB", 0x1p30}};

std::size_t whole_digits(std::string_view number) {
  return std::min(number.find('.'), number.size());
}

// Rounding may add a digit (9.999 becomes 10.00), so the text decides how many decimals fit, and
// whether the next unit suits it better.
std::string scaled(double value, std::span<const Unit> units, int digits) {
  std::string text;
  for (const Unit& unit : units) {
    const bool smallest = &unit == &units.front();
    for (int decimals = smallest ? 0 : digits - 1; decimals >= 0; --decimals) {
      text = in_words(value / unit.size, decimals);
      if (whole_digits(text) + static_cast<std::size_t>(decimals) <=
          static_cast<std::size_t>(digits))
        break;
    }
    const bool largest = &unit == &units.back();
    if (whole_digits(text) <= 3 || largest) return text.append(unit.name);
  }
  return text;
}

}  // namespace

std::string in_words(Duration duration, int digits) {
  return scaled(static_cast<double>(duration.count()), kTimeUnits, digits);
}

std::string in_words(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t from_end = 3; from_end < text.size(); from_end += 4)
    text.insert(text.size() - from_end, 1, ',');
  return text;
}

std::string in_words(double number, int decimals) {
  std::array<char, 400> digits{};  // the largest double has 309 before the point
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                 std::chars_format::fixed, decimals);
  return {digits.data(), end.ptr};
}

std::string rate_in_words(double per_second) {
  if (per_second >= 100)
    return in_words(static_cast<std::uint64_t>(std::llround(per_second))) + "/s";
  return in_words(per_second, per_second < 10 ? 2 : 1) + "/s";
}

std::string bytes_in_words(std::uint64_t bytes) {
  return scaled(static_cast<double>(bytes), kByteUnits, 3);
}

}  // namespace gauntlet::metrics
