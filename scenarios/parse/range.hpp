// "500us to 2ms": two values where one belongs. That is how people write a range, and understood
// only to say how it is written here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "scenarios/parse/quantity.hpp"

namespace gauntlet::scenarios {

/// Its two ends as texts, in the order in which they were written.
struct Range {
  std::string from;
  std::string to;
};

/// "500us to 2ms", "between 500us and 2ms", "500us-2ms", "500us..2ms"; of "5-10ms", the first end
/// is in the unit of the second. Both begin like numbers; whether they are any is not looked at.
std::optional<Range> range_in(std::string_view text);
/// From its ends.
std::optional<Range> range_between(std::string_view from, std::string_view to);

/// The range, if both of its ends can be read.
template <class Parse>
std::optional<Range> readable(std::optional<Range> range, const Parse& parse) {
  const bool both = range && parse(range->from).ok() && parse(range->to).ok();
  return both ? std::move(range) : std::nullopt;
}

/// What was read of a text; or, where it is a range, that it must be one value.
/// @param one  "one time"
template <class T, class Parse>
Quantity<T> no_range(std::string_view text, Quantity<T> read, const Parse& parse,
                     std::string_view one) {
  if (read) return read;
  auto range = readable(range_in(text), parse);
  if (!range) return read;
  return fail(
      Misread{std::string{"must be "}.append(one).append(", not a range"), std::move(range->from)});
}

}  // namespace gauntlet::scenarios
