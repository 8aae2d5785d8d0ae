#include "scenarios/plan/arrival_times.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace gauntlet::scenarios {
namespace {

using namespace std::chrono_literals;

std::vector<Instant> times_of(const Arrivals& arrivals, double rate_per_s, Instant begin,
                              Instant end, std::uint64_t key = 1) {
  const Load load{.rate = Rate{rate_per_s}, .arrivals = arrivals};
  ArrivalTimes times{load, {}, begin, end, Stream{key}};
  std::vector<Instant> all;
  while (const auto next = times.next()) all.push_back(*next);
  return all;
}

// Mean and squared coefficient of variation of the gaps.
std::pair<double, double> gap_statistics(const std::vector<Instant>& times) {
  double sum = 0;
  double squares = 0;
  const auto n = static_cast<double>(times.size() - 1);
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double gap = seconds(times[i] - times[i - 1]);
    sum += gap;
    squares += gap * gap;
  }
  const double mean = sum / n;
  return {mean, (squares / n - mean * mean) / (mean * mean)};
}

struct Case {
  const char* name;
  Arrivals arrivals;
  double variation;  // the squared coefficient of variation that the shape has by theory
};
void PrintTo(const Case& c, std::ostream* os) { *os << c.name; }

class Arrivals100PerSecond : public testing::TestWithParam<Case> {};

TEST_P(Arrivals100PerSecond, HaveTheRateAndTheVariationOfTheirShape) {
  const auto times = times_of(GetParam().arrivals, 100, at(0s), at(1000s));
  EXPECT_NEAR(static_cast<double>(times.size()), 100'000, 2'000);
  EXPECT_TRUE(std::ranges::is_sorted(times));
  EXPECT_NEAR(gap_statistics(times).second, GetParam().variation, 0.05 + GetParam().variation / 20);
}

INSTANTIATE_TEST_SUITE_P(, Arrivals100PerSecond,
                         testing::Values(Case{"Constant", ConstantArrivals{}, 0},
                                         Case{"Poisson", PoissonArrivals{}, 1},
                                         Case{"GammaOfOneIsPoisson", GammaArrivals{1}, 1},
                                         Case{"BurstyGamma", GammaArrivals{0.25}, 4},
                                         Case{"EvenGamma", GammaArrivals{4}, 0.25},
                                         // gaps: nine zeros and a ten: E = 1, E2 = 10
                                         Case{"BurstsOfTen", BurstArrivals{10}, 9}),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ArrivalTimes, StayWithinTheirWindow) {
  for (const Arrivals& arrivals : {Arrivals{ConstantArrivals{}}, Arrivals{PoissonArrivals{}}}) {
    for (const Instant time : times_of(arrivals, 1000, at(5s), at(6s))) {
      EXPECT_GE(time, at(5s));
      EXPECT_LT(time, at(6s));
    }
  }
}

TEST(ArrivalTimes, AreTheSameForTheSameKeyAndOthersForAnother) {
  const auto first = times_of(PoissonArrivals{}, 10, at(0s), at(100s), 7);
  EXPECT_EQ(first, times_of(PoissonArrivals{}, 10, at(0s), at(100s), 7));
  EXPECT_NE(first, times_of(PoissonArrivals{}, 10, at(0s), at(100s), 8));
}

TEST(ArrivalTimes, EndQuietlyWhenTheRateIsTooSmallForTheWindow) {
  EXPECT_TRUE(times_of(PoissonArrivals{}, 1e-300, at(0s), at(3600s)).empty());
  EXPECT_TRUE(times_of(ConstantArrivals{}, 0, at(0s), at(3600s)).empty());
}

}  // namespace
}  // namespace gauntlet::scenarios
