#include "sim/cli/sentences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/report/prometheus.hpp"

namespace gauntlet::sim {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(FirstColumns, CutsBetweenCharactersOnly) {
  EXPECT_EQ(first_columns("p99 80 µs", 8), "p99 80 µ");
  EXPECT_EQ(first_columns("p99 80 µs", 7), "p99 80 ");
  EXPECT_EQ(first_columns("…", 0), "");
}

TEST(FirstColumns, LeavesWhatFitsAlone) {
  EXPECT_EQ(first_columns("p99 80 µs", 9), "p99 80 µs");
  EXPECT_EQ(first_columns("", 80), "");
}

TEST(UnknownCommand, NamesTheNearest) {
  EXPECT_THAT(unknown_command("simulat", {"run", "simulate"}),
              HasSubstr("did you mean `simulate`"));
}

TEST(UnknownCommand, NamesAllWhenNoneIsNear) {
  EXPECT_THAT(unknown_command("frobnicate", {"run", "check"}), HasSubstr("one of run or check"));
}

TEST(CannotListen, NamesThePlaceAndThePortToChange) {
  const std::string text =
      cannot_listen("127.0.0.1:8081", std::make_error_code(std::errc::address_in_use));
  EXPECT_THAT(text, HasSubstr("127.0.0.1:8081"));
  EXPECT_THAT(text, HasSubstr("--port"));
}

TEST(CannotListen, BlamesTheAddressWhenItIsNotOurs) {
  const std::string text =
      cannot_listen("192.0.2.1:8080", std::make_error_code(std::errc::address_not_available));
  EXPECT_THAT(text, HasSubstr("--bind"));
  EXPECT_THAT(text, Not(HasSubstr("--port")));
}

metrics::RunReport met_with(std::uint64_t seed) {
  metrics::RunReport report;
  report.seed = seed;
  report.trace_hash = 0xabc;
  report.judged = {{"relay.lost == 0", true, "0", 0.0, true}};
  return report;
}

metrics::RunReport not_met_with(std::uint64_t seed) {
  metrics::RunReport report = met_with(seed);
  report.judged.push_back({"relay.delivery.p99 < 1ms", false, "3 ms", 0.003, true});
  report.judged.push_back({"relay.sent > 9", false, "2", 2.0, true});
  return report;
}

TEST(OneLine, IsSeedVerdictAndTraceWhenAllIsMet) {
  EXPECT_EQ(one_line(met_with(7)), "seed 7  met      trace 0x0000000000000abc");
}

TEST(OneLine, NamesTheFirstThresholdThatIsNotMet) {
  EXPECT_EQ(one_line(not_met_with(7)),
            "seed 7  not met  trace 0x0000000000000abc  relay.delivery.p99 < 1ms (3 ms)");
}

TEST(OneLine, SaysWhyARunIsInvalidRatherThanWhatItMissed) {
  metrics::RunReport report = not_met_with(7);
  report.why_invalid = {"it sent late"};
  EXPECT_THAT(one_line(report), testing::EndsWith("it sent late"));
}

TEST(ClosingLine, CountsAndNamesTheFirstSeedThatWasNotMet) {
  Series series;
  for (const auto& report : {met_with(6), not_met_with(7), not_met_with(8)}) series.add(report);
  EXPECT_EQ(closing_line(series), "1 of 3 met; first not met: seed 7");
}

TEST(ClosingLine, NamesNoSeedWhenAllAreMet) {
  Series series;
  series.add(met_with(6));
  EXPECT_EQ(closing_line(series), "1 of 1 met");
}

TEST(PrometheusAddress, IsOfThisMachineAloneUnlessAHostIsNamed) {
  EXPECT_EQ(metrics::with_local_host("9464"), "127.0.0.1:9464");
  EXPECT_EQ(metrics::with_local_host(":0"), "127.0.0.1:0");
  EXPECT_EQ(metrics::with_local_host("0.0.0.0:9464"), "0.0.0.0:9464");
  EXPECT_EQ(metrics::with_local_host("[::1]:9464"), "[::1]:9464");
}

}  // namespace
}  // namespace gauntlet::sim
