#include "scenarios/parse/range.hpp"

#include <array>

namespace gauntlet::scenarios {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kOfNumbers = "0123456789.";

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool begins_with_digit(std::string_view text) {
  return !text.empty() && kDigits.find(text.front()) != std::string_view::npos;
}

}  // namespace

std::optional<Range> range_in(std::string_view text) {
  constexpr std::string_view kBetween = "between ";
  constexpr std::string_view kAnd = " and ";
  constexpr std::array<std::string_view, 5> kMiddles{" to ", "..", "\u2013", "-", "~"};
  const auto cut = [&](std::string_view middle) -> std::optional<Range> {
    const std::size_t at = text.find(middle);
    if (at == text.npos) return std::nullopt;
    return range_between(text.substr(0, at), text.substr(at + middle.size()));
  };
  if (text.starts_with(kBetween)) {
    text.remove_prefix(kBetween.size());
    return cut(kAnd);
  }
  for (const std::string_view middle : kMiddles)
    if (text.find(middle) != text.npos) return cut(middle);
  return std::nullopt;
}

std::optional<Range> range_between(std::string_view from, std::string_view to) {
  from = trimmed(from);
  to = trimmed(to);
  if (!begins_with_digit(from) || !begins_with_digit(to)) return std::nullopt;
  Range range{std::string{from}, std::string{to}};
  const std::size_t unit = to.find_first_not_of(kOfNumbers);
  if (from.find_first_not_of(kOfNumbers) == from.npos && unit != to.npos)
    range.from += to.substr(unit);
  return range;
}

}  // namespace gauntlet::scenarios
