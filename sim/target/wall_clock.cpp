#include "sim/target/wall_clock.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace gauntlet::sim {

std::string WallClock::iso(Instant now) const {
  using namespace std::chrono;
  const sys_time<milliseconds> moment{milliseconds{unix_ms(now)}};
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const hh_mm_ss time{moment - day};
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
      static_cast<int>(time.subseconds().count()));
  return std::string(text.data(), static_cast<std::size_t>(size));
}

}  // namespace gauntlet::sim
