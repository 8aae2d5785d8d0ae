#include "scenarios/model/arrival.hpp"

#include <algorithm>

#include "scenarios/terms/duration_max.hpp"

namespace gauntlet::scenarios {

Instant arrival_of(const Arrive& arrive, std::uint32_t number, std::uint32_t count) {
  const Instant first = at(arrive.at);
  if (arrive.rate)
    return first + from_seconds(std::min(number / arrive.rate->per_second, seconds(kDurationMax)));
  if (arrive.over) {
    // Whole shares first: many hours times many clients are more nanoseconds than there are.
    const std::int64_t of = std::max(count, 1U);
    return first + *arrive.over / of * number + *arrive.over % of * number / of;
  }
  return first;
}

}  // namespace gauntlet::scenarios
