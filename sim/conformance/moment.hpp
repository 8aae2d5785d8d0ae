// A time of day as a server writes it where the documents do not say how.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gauntlet::sim::conformance {

struct Moment {
  enum class Form : std::uint8_t {
    number,  // Unix time, in seconds or in milliseconds
    zoned,   // ISO 8601, with Z or an offset
    local,   // ISO 8601, of a place that it does not say
  };
  Form form;
  double value;  // a number as it is; else milliseconds from 1970 on
};

/// Nothing where it is neither a date with a time nor a number that is later than 2001.
std::optional<Moment> moment_in(std::string_view text);

/// Whether `later` is not before `earlier`; nothing where they cannot be compared.
std::optional<bool> in_order(const std::optional<Moment>& earlier,
                             const std::optional<Moment>& later);

}  // namespace gauntlet::sim::conformance
