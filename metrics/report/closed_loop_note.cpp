#include "metrics/report/closed_loop_note.hpp"

#include <fmt/format.h>

#include "metrics/summary/confidence.hpp"
#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

// Below that, the difference is no news even where it is large in proportion.
constexpr Duration kWorthAWord = std::chrono::milliseconds{1};

}  // namespace

std::optional<std::string> closed_loop_note(const Snapshot& snapshot) {
  constexpr double kP99 = 0.99;
  const auto response = snapshot.series("relay.delivery");
  const auto closed_loop = snapshot.series("relay.delivery_closed_loop");
  if (!response || !closed_loop || !carries(response->count(), kP99) ||
      !carries(closed_loop->count(), kP99))
    return std::nullopt;
  const Duration ours = response->quantile(kP99);
  const Duration theirs = closed_loop->quantile(kP99);
  if (ours < 2 * theirs || ours - theirs < kWorthAWord) return std::nullopt;
  const std::uint64_t slower = response->count() - response->count_at_most(theirs);
  return fmt::format(
      "a tool that waits for each message before it sends the next would have reported a p99 of "
      "{}; it was {}. {} deliveries ({} %) took longer than that tool's p99, most of them of "
      "messages which it would not have sent, since they were due while it waited.",
      in_words(theirs), in_words(ours), in_words(slower),
      in_words(100 * static_cast<double>(slower) / static_cast<double>(response->count()), 1));
}

}  // namespace gauntlet::metrics
