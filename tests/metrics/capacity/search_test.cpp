#include "metrics/capacity/search.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "scenarios/terms/random.hpp"

namespace gauntlet::metrics {
namespace {

/// What a target answers to a load; `nth` counts all runs from 0.
using Target = std::function<Verdict(double load, int nth)>;

Verdict met_if(bool met) { return met ? Verdict::met : Verdict::not_met; }

/// Carries a search through, and how many runs it took.
int search_through(CapacitySearch& search, const Target& target, int runs_max = 400) {
  int runs = 0;
  for (auto probe = search.next(); probe && runs < runs_max; probe = search.next(), ++runs) {
    const auto known = search.tallies().find(probe->load);
    const std::uint32_t made = known == search.tallies().end() ? 0 : known->second.runs();
    EXPECT_EQ(probe->repeat, made) << "at " << probe->load;
    search.tell(probe->load, target(probe->load, runs));
  }
  EXPECT_LT(runs, runs_max) << "the search does not end";
  return runs;
}

struct Case {
  const char* name;
  SearchRange range;
  double limit;  // the highest load that is met
};
void PrintTo(const Case& c, std::ostream* os) { *os << c.name; }

class AnEdge : public testing::TestWithParam<Case> {};

TEST_P(AnEdge, IsFoundToTheTolerance) {
  const auto& [name, range, limit] = GetParam();
  CapacitySearch search{range};
  const int runs = search_through(search, [&](double load, int) { return met_if(load <= limit); });
  ASSERT_TRUE(search.highest_met() && search.lowest_failed());
  EXPECT_LE(*search.highest_met(), limit);
  EXPECT_GT(*search.lowest_failed(), limit);
  const bool neighbours = range.whole && *search.lowest_failed() == *search.highest_met() + 1;
  EXPECT_TRUE(neighbours ||
              *search.lowest_failed() <= *search.highest_met() * (1 + range.tolerance / 2 + 1e-9));
  EXPECT_EQ(search.highest_always_met(), search.highest_met());
  for (const double end : {*search.highest_met(), *search.lowest_failed()})
    EXPECT_EQ(search.tallies().at(end).runs(), range.repeats);
  EXPECT_LT(runs, 60);
}

INSTANTIATE_TEST_SUITE_P(
    , AnEdge,
    testing::Values(
        Case{"OfAgents", {.min = 20, .max = 20'000}, 760},
        Case{"AtTheFirstLoad", {.min = 20, .max = 20'000}, 20},
        Case{"JustBelowTheLast", {.min = 20, .max = 20'000}, 19'999},
        Case{"OfVeryFew", {.min = 1, .max = 20'000}, 3},
        Case{"OfARate", {.min = 0.05, .max = 50, .whole = false}, 9.87},
        Case{"OfASmallRate", {.min = 1e-5, .max = 1, .whole = false}, 3.3e-4},
        Case{"ThatIsWantedClosely", {.min = 20, .max = 20'000, .tolerance = 0.001}, 7'603},
        Case{"ThatIsWantedRoughly", {.min = 20, .max = 20'000, .tolerance = 0.5}, 760},
        Case{"WithASingleRunEach", {.min = 20, .max = 20'000, .repeats = 1}, 760},
        Case{"WithAnEvenNumberOfRuns", {.min = 20, .max = 20'000, .repeats = 4}, 760}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(CapacitySearch, ThatIsMetEverywhereEndsWithRepeatsAtTheMost) {
  CapacitySearch search{{.min = 20, .max = 1'000}};
  search_through(search, [](double, int) { return Verdict::met; });
  EXPECT_EQ(search.lowest_failed(), std::nullopt);
  EXPECT_EQ(search.highest_met(), 1'000);
  EXPECT_EQ(search.tallies().at(1'000).met, 3U);
}

TEST(CapacitySearch, ThatIsMetNowhereTriesNothingButTheLeast) {
  CapacitySearch search{{.min = 20, .max = 1'000}};
  EXPECT_EQ(search_through(search, [](double, int) { return Verdict::not_met; }), 3);
  EXPECT_EQ(search.highest_met(), std::nullopt);
  EXPECT_EQ(search.lowest_failed(), 20);
}

TEST(CapacitySearch, OfASingleLoadDecidesAboutThat) {
  CapacitySearch search{{.min = 50, .max = 50}};
  EXPECT_EQ(search_through(search, [](double, int) { return Verdict::met; }), 3);
  EXPECT_EQ(search.highest_met(), 50);
}

TEST(CapacitySearch, IsNotLedAstrayByOneUnluckyRun) {
  for (int unlucky = 0; unlucky < 12; ++unlucky) {
    CapacitySearch search{{.min = 20, .max = 20'000}};
    search_through(search,
                   [&](double load, int nth) { return met_if(load <= 760 && nth != unlucky); });
    EXPECT_GT(*search.highest_met(), 760 / 1.06) << "run " << unlucky;
    EXPECT_LE(*search.highest_met(), 760) << "run " << unlucky;
  }
}

TEST(CapacitySearch, IsNotLedAstrayByOneLuckyRun) {
  for (int lucky = 0; lucky < 24; ++lucky) {
    CapacitySearch search{{.min = 20, .max = 20'000}};
    search_through(search,
                   [&](double load, int nth) { return met_if(load <= 760 || nth == lucky); });
    EXPECT_GT(*search.highest_met(), 760 / 1.06) << "run " << lucky;
    EXPECT_LE(*search.highest_met(), 760) << "run " << lucky;
  }
}

TEST(CapacitySearch, CountsNothingAboveTheFirstFailure) {
  CapacitySearch search{{.min = 10, .max = 10'000}};
  search_through(search, [](double load, int) {
    return met_if(load <= 300 || (load >= 900 && load <= 5'000));
  });
  EXPECT_LE(*search.highest_met(), 300);
  EXPECT_GT(*search.highest_met(), 300 / 1.06);
}

TEST(CapacitySearch, TakesAnInvalidRunForTheGeneratorsLimit) {
  CapacitySearch search{{.min = 20, .max = 20'000}};
  search_through(search,
                 [](double load, int) { return load <= 760 ? Verdict::met : Verdict::invalid; });
  EXPECT_LE(*search.highest_met(), 760);
  EXPECT_EQ(search.tallies().at(*search.lowest_failed()).verdict(), Verdict::invalid);
}

// A load is met with a probability that falls from 0.95 to 0.05 within a tenth of the edge.
TEST(CapacitySearch, FindsANoisyEdgeWithinItsWidth) {
  int close = 0;
  constexpr int kSearches = 200;
  for (int seed = 0; seed < kSearches; ++seed) {
    Stream random{static_cast<std::uint64_t>(seed)};
    CapacitySearch search{{.min = 20, .max = 20'000}};
    search_through(search, [&](double load, int) {
      return met_if(random.chance(1 / (1 + std::exp((load - 1'000) / 17))));
    });
    if (std::abs(*search.highest_met() - 1'000) <= 100) ++close;
  }
  EXPECT_GE(close, kSearches * 95 / 100);
}

TEST(CapacitySearch, EndsWhateverItIsTold) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Stream random{seed};
    CapacitySearch search{{.min = 20, .max = 20'000}};
    search_through(search, [&](double, int) { return static_cast<Verdict>(random.below(3)); });
  }
}

TEST(CapacitySearch, AsksForNumbersThatCanBeTyped) {
  CapacitySearch search{{.min = 0.1, .max = 50, .whole = false}};
  search_through(search, [](double load, int) { return met_if(load <= 7.77); });
  for (const auto& [load, tally] : search.tallies()) {
    const double in_thousandths = load * 1'000;
    EXPECT_NEAR(in_thousandths, std::round(in_thousandths), 1e-6) << load;
  }
}

}  // namespace
}  // namespace gauntlet::metrics
