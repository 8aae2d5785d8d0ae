#include "sim/world/line.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/duration_max.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kPacketBytes = 1460;  // Ethernet's 1,500, without the headers
constexpr Duration kHandshakeTimeout = 1s;
constexpr Duration kTimeoutBeyondRoundTrip = 200ms;
constexpr Duration kTimeoutMax = 120s;

Duration time_to_send(std::uint32_t per_second, std::size_t bytes) {
  constexpr std::uint64_t kNanoseconds = 1'000'000'000;
  return Duration{static_cast<std::int64_t>((bytes * kNanoseconds + per_second - 1) / per_second)};
}

// How often the unluckiest of so many packets is lost: one draw for all of them. None is lost more
// than n times with a probability of (1 - loss^(n+1))^packets.
int times_lost(double loss, std::size_t packets, Stream& random) {
  const double drawn = random.unit();
  int times = 0;
  while (std::pow(1.0 - std::pow(loss, times + 1), static_cast<double>(packets)) <= drawn) ++times;
  return times;
}

Duration timeout_for(const scenarios::Network& network) {
  return 2 * mean(network.latency) + kTimeoutBeyondRoundTrip;
}

Duration time_until_sent_again(Duration timeout, int times) {
  Duration all{};
  for (; times > 0; --times) {
    all += std::min(timeout, kTimeoutMax);
    timeout = std::min(timeout * 2, kTimeoutMax);
  }
  return all;
}

constexpr double kLnMillion = 13.815510557964274;

// What one draw in a million is above.
Duration once_in_a_million(const Distribution& distribution) {
  constexpr double kNormalP99 = 2.3263478740408408;
  constexpr double kNormalMillionth = 4.753424308822899;
  return std::visit(
      match{
          [](const Constant& d) { return d.value; },
          [](const Uniform& d) { return d.max; },
          [](const Exponential& d) { return from_seconds(kLnMillion * seconds(d.mean)); },
          [](const LogNormal& d) {
            const double sigma = std::log(seconds(d.p99) / seconds(d.median)) / kNormalP99;
            const double above = seconds(d.median) * std::exp(sigma * kNormalMillionth);
            return from_seconds(std::min(above, seconds(kDurationMax)));
          },
      },
      distribution);
}

}  // namespace

Line::Line(std::uint64_t seed, ActorId actor, std::uint32_t direction)
    : latency_{seed, actor, Purpose::network, direction},
      loss_{seed, actor, Purpose::loss, direction} {}

Instant Line::arrival(const scenarios::Network& network, Sends what, std::size_t bytes,
                      Instant now) {
  free_ = std::max(free_, now);
  if (network.bandwidth) free_ += time_to_send(*network.bandwidth, bytes);
  Instant there = free_ + draw(network.latency, latency_);
  if (network.loss > 0) {
    const std::size_t packets = std::max<std::size_t>((bytes + kPacketBytes - 1) / kPacketBytes, 1);
    const Duration timeout = what == Sends::handshake ? kHandshakeTimeout : timeout_for(network);
    there += time_until_sent_again(timeout, times_lost(network.loss, packets, loss_));
  }
  return last_ = std::max(last_, there);
}

Duration nearly_always_within(const scenarios::Network& network) {
  constexpr std::size_t kHuge = 1U << 20U;  // the longest message that anybody takes
  Duration within = once_in_a_million(network.latency);
  if (network.bandwidth) within += time_to_send(*network.bandwidth, kHuge);
  if (network.loss > 0) {
    const double times = std::ceil(-kLnMillion / std::log(network.loss));
    within += time_until_sent_again(timeout_for(network), static_cast<int>(times));
  }
  return within;
}

}  // namespace gauntlet::sim
