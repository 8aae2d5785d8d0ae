#include "metrics/report/prometheus.hpp"

#include <cstdio>
#include <filesystem>

#include "tests/metrics/report/example_run.hpp"

namespace gauntlet::metrics {
namespace {

using testing::HasSubstr;

std::string text() { return prometheus_text(example_run().snapshot, "quick\"start"); }

TEST(PrometheusText, GivesCountersWithTheirLabelAndValue) {
  EXPECT_THAT(text(), HasSubstr("# TYPE gauntlet_relay_sent_total counter\n"));
  EXPECT_THAT(text(), HasSubstr("gauntlet_relay_sent_total{scenario=\"quick\\\"start\","
                                "kind=\"direct\"} 980\n"));
  EXPECT_THAT(text(), HasSubstr("gauntlet_relay_lost_total{scenario=\"quick\\\"start\"} 11\n"));
  EXPECT_THAT(text(), HasSubstr("outcome=\"rate_limited\"} 12\n"));
}

TEST(PrometheusText, TakesATotalThatMayFallForAGauge) {
  EXPECT_THAT(text(), HasSubstr("# TYPE gauntlet_relay_in_flight gauge\n"));
  EXPECT_THAT(text(), HasSubstr("# TYPE gauntlet_arena_tokens_expected gauge\n"));
}

TEST(PrometheusText, GivesGauges) {
  EXPECT_THAT(text(), HasSubstr("# TYPE gauntlet_relay_agents gauge\n"));
  EXPECT_THAT(text(), HasSubstr("gauntlet_relay_agents{scenario=\"quick\\\"start\"} 500\n"));
}

TEST(PrometheusText, GivesHistogramsInSecondsWithCumulativeBuckets) {
  const std::string row = "{scenario=\"quick\\\"start\",kind=\"direct\"";
  const std::string name = "gauntlet_relay_delivery_seconds";
  EXPECT_THAT(text(), HasSubstr("# TYPE " + name + " histogram\n"));
  EXPECT_THAT(text(), HasSubstr(name + "_count" + row + "} 1000\n"));
  EXPECT_THAT(text(), HasSubstr(name + "_sum" + row + "} 5.005\n"));
  EXPECT_THAT(text(), HasSubstr(name + "_bucket" + row + ",le=\"0.0001\"} 10\n"));
  EXPECT_THAT(text(), HasSubstr(name + "_bucket" + row + ",le=\"0.005\"} 500\n"));
  EXPECT_THAT(text(), HasSubstr(name + "_bucket" + row + ",le=\"60\"} 1000\n"));
  EXPECT_THAT(text(), HasSubstr(name + "_bucket" + row + ",le=\"+Inf\"} 1000\n"));
}

TEST(PrometheusText, ShowsASeriesBeforeItsFirstSample) {
  EXPECT_THAT(text(),
              HasSubstr("gauntlet_relay_fanout_seconds_count{scenario=\"quick\\\"start\"} 0\n"));
}

TEST(PrometheusText, PassesPrometheusOwnCheck) {
  constexpr const char* kPromtool = "/usr/bin/promtool";
  ASSERT_TRUE(std::filesystem::exists(kPromtool)) << "promtool is not installed: ./dev setup";
  std::FILE* promtool = popen("/usr/bin/promtool check metrics", "w");
  ASSERT_NE(promtool, nullptr);
  const std::string metrics = text();
  EXPECT_EQ(std::fwrite(metrics.data(), 1, metrics.size(), promtool), metrics.size());
  EXPECT_EQ(pclose(promtool), 0);
}

TEST(PrometheusServer, NamesTheAddressThatItCannotServe) {
  const auto server =
      PrometheusServer::start("no address", "quickstart", [] { return Snapshot{}; });
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(server.error(), HasSubstr("`no address`"));
}

}  // namespace
}  // namespace gauntlet::metrics
