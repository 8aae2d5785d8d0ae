// What is said of a range at places where it has a form of its own.
#pragma once

#include <functional>
#include <tuple>
#include <utility>

#include "scenarios/parse/kind.hpp"
#include "scenarios/parse/range.hpp"

namespace gauntlet::scenarios {

/// "500us to 2ms" in any spelling; also `[500us, 2ms]` and `{min: 500us, max: 2ms}`.
std::optional<Range> range_in(const Value& value);

/// The same kind, but of ranges something of its own is said.
/// @param parse  reads an end; what it cannot read is no range.
template <class T, class Parse>
Kind<T> but_of_ranges(Kind<T> kind, Parse parse,
                      std::function<void(const Range&, const Value&, Reader&)> complain) {
  kind.read = [read = std::move(kind.read), parse, complain = std::move(complain)](
                  const Value& value, Reader& reader, T& into) {
    if (const auto range = readable(range_in(value), parse)) return complain(*range, value, reader);
    read(value, reader, into);
  };
  return kind;
}

/// The same kind, where a range is written as `{uniform: {min, max}}`.
template <class T, class Parse>
Kind<T> uniform_for_ranges(Kind<T> kind, Parse parse) {
  return but_of_ranges(
      std::move(kind), parse, [parse](const Range& range, const Value& value, Reader& reader) {
        const bool falling = parse(range.to).value() < parse(range.from).value();
        const auto& [min, max] =
            falling ? std::tie(range.to, range.from) : std::tie(range.from, range.to);
        reader.refuse(value, "must say what is drawn between the two",
                      "{uniform: {min: " + min + ", max: " + max + "}}");
      });
}

}  // namespace gauntlet::scenarios
