// Numbers as people read them: "1.23 ms", "61,234", "85.0 MiB".
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// A duration in the unit that suits it, to that many significant digits: "850 ns", "45.6 µs",
/// "1.23 ms", "2.10 s". Whole nanoseconds and whole seconds above 999 keep all their digits.
std::string in_words(Duration duration, int digits = 3);

/// With a comma every three digits.
std::string in_words(std::uint64_t number);

/// With that many digits after the point, and no exponent.
std::string in_words(double number, int decimals);

/// To three digits or more: "12.5/s", "1,234/s".
std::string rate_in_words(double per_second);

/// "512 B", "3.25 KiB", "85.0 MiB".
std::string bytes_in_words(std::uint64_t bytes);

}  // namespace gauntlet::metrics
