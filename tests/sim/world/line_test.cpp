// One direction of a link: latency, bandwidth and loss, against what a calculation says.
#include "sim/world/line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using scenarios::Network;

constexpr Instant kStart{};

Network network(Distribution latency, std::optional<std::uint32_t> bandwidth = {},
                double loss = 0) {
  return {.latency = latency, .bandwidth = bandwidth, .loss = loss};
}

// How much longer than its latency each of so many takes, an hour apart from the next.
std::vector<Duration> delays(double loss, Line::Sends what, std::size_t bytes, int count) {
  const Network lossy = network(Constant{5ms}, {}, loss);
  Line line{1, 7, 0};
  std::vector<Duration> all;
  for (int i = 0; i < count; ++i) {
    const Instant now = kStart + i * 1h;
    all.push_back(line.arrival(lossy, what, bytes, now) - now - 5ms);
  }
  return all;
}

double share(const std::vector<Duration>& delays, Duration of) {
  return static_cast<double>(std::ranges::count(delays, of)) / static_cast<double>(delays.size());
}

TEST(Line, LetsBytesThroughAtItsBandwidthAndNotBefore) {
  const Network slow = network(Constant{1ms}, 1000);
  Line line{1, 7, 0};
  const auto send = [&](Duration after, std::size_t bytes) {
    return line.arrival(slow, Line::Sends::stream, bytes, kStart + after) - kStart;
  };
  EXPECT_EQ(send(0ms, 100), 101ms);
  EXPECT_EQ(send(0ms, 100), 201ms) << "after what was sent at the same moment";
  EXPECT_EQ(send(150ms, 50), 251ms) << "and after what was sent before";
  EXPECT_EQ(send(1s, 100), 1101ms) << "a line that rested has saved nothing up";
  EXPECT_EQ(send(1s, 0), 1101ms) << "an end takes no time, but waits for what was sent before it";
}

TEST(Line, RoundsUpToAWholeNanosecondSoThatTimePasses) {
  Line line{1, 7, 0};
  EXPECT_EQ(line.arrival(network(Constant{0s}, 4'000'000'000), Line::Sends::stream, 1, kStart),
            kStart + 1ns);
}

TEST(Line, SendsAgainWhatIsLostAfterARoundTripAnd200MillisecondsThenTwiceThat) {
  constexpr int kCount = 100'000;
  const auto all = delays(0.1, Line::Sends::stream, 100, kCount);
  // Five standard deviations of a share of so many.
  const auto near = [&](double got, double want) {
    EXPECT_NEAR(got, want, 5 * std::sqrt(want * (1 - want) / kCount));
  };
  near(share(all, 0ms), 0.9);
  near(share(all, 210ms), 0.09);
  near(share(all, 630ms), 0.009);
  near(share(all, 1470ms), 0.0009);
}

TEST(Line, LosesLongMessagesMoreOftenSinceEachOfTheirPacketsMayBeLost) {
  constexpr int kCount = 100'000;
  const auto all = delays(0.01, Line::Sends::stream, 100 * 1460, kCount);
  EXPECT_NEAR(share(all, 0ms), std::pow(0.99, 100), 0.01);
  const double at_most_once = std::pow(1 - 0.01 * 0.01, 100);
  EXPECT_NEAR(share(all, 0ms) + share(all, 210ms), at_most_once, 0.001);
}

TEST(Line, WaitsLongerForAHandshakeThatHasNoRoundTripToGoBy) {
  const auto all = delays(0.3, Line::Sends::handshake, 0, 1000);
  for (const Duration delay : all)
    EXPECT_THAT(delay, testing::AnyOf(0s, 1s, 3s, 7s, 15s, 31s, 63s, 127s));
  EXPECT_NEAR(share(all, 1s), 0.21, 0.06);
}

TEST(Line, NeverWaitsLongerThanTwoMinutesForTheNextTry) {
  const auto all = delays(0.5, Line::Sends::handshake, 0, 100'000);
  // 1 + 2 + ... + 64 s, then 120 s each.
  EXPECT_GT(std::ranges::count(all, 127s + 120s), 0);
  EXPECT_EQ(std::ranges::count(all, 255s), 0);
}

TEST(Line, LetsNothingOvertakeWhatIsSentAgain) {
  const Network lossy = network(Uniform{0ms, 20ms}, {}, 0.2);
  Line line{1, 7, 0};
  Instant before = kStart;
  for (int i = 0; i < 1000; ++i) {
    const Instant there = line.arrival(lossy, Line::Sends::stream, 100, kStart + i * 1ms);
    EXPECT_GE(there, before);
    before = there;
  }
}

TEST(Line, NearlyAlwaysGetsThroughWithinTheTimeThatItNames) {
  for (const double loss : {0.01, 0.2, 0.5}) {
    Network bad = network(Exponential{20ms}, 100'000, loss);
    const Duration within = nearly_always_within(bad);
    Line line{1, 7, 0};
    int later = 0;
    for (int i = 0; i < 100'000; ++i) {
      const Instant now = kStart + i * 10h;
      if (line.arrival(bad, Line::Sends::stream, 100, now) - now > within) ++later;
    }
    EXPECT_LE(later, 1) << loss;
  }
  EXPECT_EQ(nearly_always_within({.latency = Constant{0s}}), 0s);
}

// Loss is a draw of its own: it moves no other.
TEST(Line, TakesTheSameLatencyWhetherThereIsLossOrNot) {
  const Network sound = network(Uniform{0ms, 20ms});
  const Network lossy = network(Uniform{0ms, 20ms}, {}, 0.2);
  Line one{1, 7, 0};
  Line other{1, 7, 0};
  int lost = 0;
  for (int i = 0; i < 1000; ++i) {
    const Instant now = kStart + i * 1h;
    const Instant there = one.arrival(sound, Line::Sends::stream, 100, now);
    const Instant there_too = other.arrival(lossy, Line::Sends::stream, 100, now);
    if (there_too - there >= 200ms) {
      ++lost;
      continue;
    }
    EXPECT_EQ(there, there_too);
  }
  EXPECT_NEAR(lost, 200, 65);
}

}  // namespace
}  // namespace gauntlet::sim
