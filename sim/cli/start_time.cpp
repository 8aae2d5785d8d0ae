#include "sim/cli/start_time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <ctime>

#include "scenarios/terms/random.hpp"

namespace gauntlet::sim {
namespace {

// Later than that, somebody wrote milliseconds.
constexpr std::int64_t kYear3000 = 32'503'680'000;

}  // namespace

Result<WallTime, Obstacle> parse_start(std::string_view text) {
  std::int64_t unix_s = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, unix_s);
  if (error == std::errc{} && rest == end && unix_s > 0 && unix_s < kYear3000)
    return WallTime{std::chrono::seconds{unix_s}};
  const std::string copy{text};
  std::tm utc{};
  const char* const read = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  if (read != nullptr && *read == '\0') return std::chrono::system_clock::from_time_t(timegm(&utc));
  return fail(
      Obstacle{Obstacle::Whose::user,
               fmt::format("--start-at {}: must be a moment in UTC, or seconds since 1970", text),
               "write `--start-at 2026-01-31T14:30:00Z`, or `--start-at $(date -d '30 sec' "
               "+%s)` once, and the same for every shard"});
}

std::string name_of_run(std::uint64_t plan_hash, WallTime start) {
  return fmt::format(
      "{:08x}", static_cast<std::uint32_t>(key_of(plan_hash, start.time_since_epoch().count())));
}

}  // namespace gauntlet::sim
