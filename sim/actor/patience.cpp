#include "sim/actor/patience.hpp"

namespace gauntlet::sim {
namespace {

/// The pause after the nth failure in a row, n from 1, before the jitter.
Duration full_pause(const scenarios::Reconnect& policy, std::uint32_t n) {
  using Backoff = scenarios::Reconnect::Backoff;
  double factor = 1;
  if (policy.backoff == Backoff::linear) factor = n;
  if (policy.backoff == Backoff::exponential)
    factor = static_cast<double>(std::uint64_t{1} << std::min(n - 1, 62U));
  // In seconds, where doubling sixty times cannot overflow.
  const double pause_s = std::min(seconds(policy.first) * factor, seconds(policy.max));
  return from_seconds(pause_s);
}

}  // namespace

std::optional<Duration> Backoff::next(const scenarios::Reconnect& policy) {
  return failures_ < policy.attempts ? std::optional{pause(policy)} : std::nullopt;
}

Duration Backoff::pause(const scenarios::Reconnect& policy) {
  ++failures_;
  return from_seconds(seconds(full_pause(policy, failures_)) *
                      (1 - policy.jitter * jitter_.unit()));
}

}  // namespace gauntlet::sim
