// The streams of a crowd against what theory says of them. Seeds are fixed: what holds once, holds.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "scenarios/plan/arrival_times.hpp"
#include "scenarios/plan/schedule.hpp"

namespace gauntlet::scenarios {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kCrowd = 1000;

std::vector<Instant> times_of(const Load& load, Share share, Duration length) {
  ArrivalTimes times{load, share, at(0s), at(length), Stream{11, share.place, Purpose::send_times}};
  std::vector<Instant> all;
  while (const auto next = times.next()) all.push_back(*next);
  return all;
}

// How many come in each second, of so many agents.
std::vector<double> counts(const Load& load, std::uint32_t agents, std::size_t length_s) {
  std::vector<double> all(length_s);
  for (std::uint32_t place = 0; place < agents; ++place)
    for (const Instant time : times_of(load, {place, agents}, std::chrono::seconds{length_s}))
      ++all[static_cast<std::size_t>(seconds(time.time_since_epoch()))];
  return all;
}

double sum(const std::vector<double>& all) { return std::accumulate(all.begin(), all.end(), 0.0); }
double dispersion(const std::vector<double>& all) {
  const double mean = sum(all) / static_cast<double>(all.size());
  double squares = 0;
  for (const double one : all) squares += (one - mean) * (one - mean);
  return squares / static_cast<double>(all.size()) / mean;
}

struct Shape {
  const char* name;
  Arrivals arrivals;
  double variation;  // squared, of the gaps; in the long run also the dispersion of the counts
};
void PrintTo(const Shape& shape, std::ostream* os) { *os << shape.name; }

class LoadShape : public testing::TestWithParam<Shape> {};

TEST_P(LoadShape, AddsUpOverACrowdToTheRateThatWasAsked) {
  const auto all = counts({.rate = Rate{0.5}, .arrivals = GetParam().arrivals}, kCrowd, 60);
  const double sigma = std::sqrt(GetParam().variation * 30'000);
  EXPECT_NEAR(sum(all), 30'000, 4 * sigma + kCrowd / 2.0);
}

// From the first second on: no crowd begins with a wave, or with a pause.
TEST_P(LoadShape, HasItsRateFromTheStart) {
  const auto all = counts({.rate = Rate{1}, .arrivals = GetParam().arrivals}, 20'000, 1);
  const double sigma = std::sqrt(std::max(1.0, GetParam().variation) * 20'000);
  EXPECT_NEAR(sum(all), 20'000, 4 * sigma);
}

TEST_P(LoadShape, HasTheDispersionOfItsTheory) {
  const auto all = counts({.rate = Rate{100}, .arrivals = GetParam().arrivals}, 1, 2000);
  const bool even = std::holds_alternative<ConstantArrivals>(GetParam().arrivals) ||
                    std::holds_alternative<BurstArrivals>(GetParam().arrivals);
  if (even)
    EXPECT_LT(dispersion(all), 0.02);
  else
    EXPECT_NEAR(dispersion(all), GetParam().variation, 0.15 * GetParam().variation + 0.01);
}

TEST_P(LoadShape, ComesAtTheRatesOfItsStages) {
  const Load load{.stages = {{10s, {Rate{0}, Rate{2000}}},
                             {5s, {Rate{0}, Rate{0}}},
                             {10s, {Rate{2000}, Rate{400}}}},
                  .arrivals = GetParam().arrivals};
  const auto all = counts(load, kCrowd, 30);
  for (std::size_t second = 0; second < all.size(); ++second) {
    const double middle = static_cast<double>(second) + 0.5;
    const double want = second < 10   ? 200 * middle
                        : second < 15 ? 0
                        : second < 25 ? 2000 - 160 * (middle - 15)
                                      : 0;
    const double sigma = std::sqrt(std::max(1.0, GetParam().variation) * want);
    EXPECT_NEAR(all[second], want, 4 * sigma) << "in second " << second;
  }
}

INSTANTIATE_TEST_SUITE_P(, LoadShape,
                         testing::Values(Shape{"Constant", ConstantArrivals{}, 0},
                                         Shape{"Poisson", PoissonArrivals{}, 1},
                                         Shape{"BurstyGamma", GammaArrivals{0.25}, 4},
                                         Shape{"EvenGamma", GammaArrivals{4}, 0.25},
                                         Shape{"BurstsOfTen", BurstArrivals{10}, 9}),
                         [](const auto& row) { return std::string{row.param.name}; });

// Between two of its arrivals, an even stream makes exactly one operation due, at any rate.
TEST(Stages, AreInvertedExactly) {
  const Load load{.stages = {{10s, {Rate{0}, Rate{100}}}, {7s, {Rate{100}, Rate{3}}}},
                  .arrivals = ConstantArrivals{}};
  const auto due = [](double t) {
    return t < 10 ? 5 * t * t : 500 + (t - 10) * (100 - 97.0 / 14 * (t - 10));
  };
  const auto times = times_of(load, {}, 60s);
  ASSERT_NEAR(static_cast<double>(times.size()), 500 + 7 * 103 / 2.0, 1);
  for (std::size_t i = 1; i < times.size(); ++i)
    ASSERT_NEAR(due(seconds(times[i] - at(0s))) - due(seconds(times[i - 1] - at(0s))), 1, 1e-6)
        << i;
}

TEST(Stages, OfOneRateAreThatRate) {
  const Load staged{.stages = {{60s, {Rate{8}, Rate{8}}}}};
  EXPECT_EQ(times_of(staged, {3, 4}, 60s), times_of({.rate = Rate{2}}, {3, 4}, 60s));
}

TEST(Trace, GoesAroundTheAgents) {
  const Load load{.trace = Trace{"t", std::make_shared<const std::vector<Duration>>(
                                          std::vector<Duration>{1s, 2s, 2s, 5s, 9s})}};
  EXPECT_EQ(times_of(load, {0, 2}, 60s), (std::vector<Instant>{at(1s), at(2s), at(9s)}));
  EXPECT_EQ(times_of(load, {1, 2}, 60s), (std::vector<Instant>{at(2s), at(5s)}));
  EXPECT_TRUE(times_of(load, {7, 8}, 60s).empty());
}

Scenario crowd(std::uint32_t agents) {
  Scenario scenario;
  scenario.duration = 61s;
  scenario.connect = 1s;
  scenario.targets.relay = RelayOptions{};
  scenario.population.push_back(
      Agents{.count = agents,
             .send = {{.to = RandomAgents{2}, .load = {.rate = Rate{2}}},
                      {.load = {.rate = Rate{1}, .arrivals = GammaArrivals{0.5}}}},
             .ask = Ask{.load = {.rate = Rate{0.5}, .arrivals = ConstantArrivals{}}}});
  return scenario;
}

using Drawn = std::tuple<Operation::Kind, Instant, std::uint32_t, std::vector<ActorId>>;
Drawn drawn(const Operation& o) { return {o.kind, o.intended, o.rule, o.to}; }

TEST(Operations, OfOneAgentDoNotDependOnWhoElseDraws) {
  const Scenario scenario = crowd(50);
  const Plan plan = make_plan(scenario);
  AgentSchedule alone{scenario, plan, 17};
  std::vector<AgentSchedule> all;
  for (const ActorId agent : plan.agents) all.emplace_back(scenario, plan, agent);
  std::size_t compared = 0;
  while (alone.next_time()) {
    // As threads or shards would: now this one, now another, some already at their end.
    for (std::uint32_t other = 0; other < all.size(); ++other)
      if (other != 17 && (other + compared) % 3 == 0 && all[other].next_time()) all[other].take();
    ASSERT_EQ(drawn(alone.take()), drawn(all[17].take()));
    ++compared;
  }
  EXPECT_GT(compared, 100);
}

TEST(Operations, OfOneAgentComeAtTheSameTimesInAnyCrowd) {
  const auto times = [](const Scenario& scenario) {
    const Plan plan = make_plan(scenario);
    AgentSchedule schedule{scenario, plan, 17};
    std::vector<Instant> all;
    while (schedule.next_time()) all.push_back(schedule.take().intended);
    return all;
  };
  const auto few = times(crowd(20));
  EXPECT_EQ(few, times(crowd(2000)));
  Scenario mixed = crowd(20);
  mixed.population.push_back(Agents{.count = 30, .send = {{.load = {.in_flight = 4}}}});
  EXPECT_EQ(few, times(mixed));
}

}  // namespace
}  // namespace gauntlet::scenarios
