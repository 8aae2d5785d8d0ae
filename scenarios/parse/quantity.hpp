// Numbers with units, as people write them: "250ms", "30/min", "64 KiB", "2.5%".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/model/load.hpp"
#include "scenarios/terms/duration_max.hpp"
#include "scenarios/terms/result.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::scenarios {

/// Why a text is no quantity, and what might have been meant.
struct Misread {
  std::string must;  // "needs a unit"
  std::string fix;   // a text that is right; empty when there is no telling
};

template <class T>
using Quantity = Result<T, Misread>;

/// A number as JSON and YAML write it: "5", "-0.5", "1e3". Nothing for anything else.
std::optional<double> parse_number(std::string_view text);
/// Exact, shortest, without an exponent.
std::string number_text(double number);

/// "10s 250ms 1.5m 2h 100us 50ns": at most kDurationMax, to the nanosecond.
Quantity<Duration> parse_duration(std::string_view text);
std::string duration_text(Duration duration);

/// "2/s 30/min 100/h"
Quantity<Rate> parse_rate(std::string_view text);
std::string rate_text(Rate rate);
/// "100/s to 1000/s", or one rate for both ends; each may be 0.
Quantity<RateSpan> parse_rate_span(std::string_view text);
std::string rate_span_text(const RateSpan& span);

/// "120 bytes", "64 KiB": a whole number of bytes, at most 4 GiB - 1.
Quantity<std::uint32_t> parse_size(std::string_view text);
std::string size_text(std::uint32_t bytes);

/// "2.5%" is 0.025.
Quantity<double> parse_percentage(std::string_view text);
/// As a percentage where that is exact, else as a plain number.
std::string fraction_text(double fraction);

// The same grammars for the JSON Schema (ECMA 262). Limits on values are not in them.
std::string duration_pattern();
std::string positive_duration_pattern();
std::string rate_pattern();
std::string rate_span_pattern();
std::string size_pattern();
std::string percentage_pattern();

}  // namespace gauntlet::scenarios
