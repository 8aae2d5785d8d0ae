#include "metrics/report/metrics_table.hpp"

#include "metrics/record/metric.hpp"
#include "tests/support/golden.hpp"

namespace gauntlet::metrics {
namespace {

using testing::HasSubstr;

TEST(MetricsTable, IsTheOneInTheDocs) {
  tests::expect_golden("docs/metrics.md", metrics_markdown());
}

TEST(MetricsTable, HasALinePerRowOfEveryMetric) {
  const std::string table = metrics_markdown();
  const auto lines = static_cast<std::size_t>(std::count(table.begin(), table.end(), '\n'));
  EXPECT_GT(lines, kSeriesCount + kCounterCount + kGaugeCount);
  EXPECT_THAT(table, HasSubstr("| `relay.delivery` | `kind=direct` | "
                               "`gauntlet_relay_delivery_seconds` | histogram | seconds | "
                               "A direct message, from its intended send to its arrival at each "
                               "receiver. |\n"));
  EXPECT_THAT(table, HasSubstr("| `relay.lost` |  | `gauntlet_relay_lost_total` | counter | number "
                               "| Deliveries owed that did not arrive within the drain time. A "
                               "percentage is one of `relay.expected`. |\n"));
  EXPECT_THAT(table, HasSubstr("| `relay.agents` |  | `gauntlet_relay_agents` | gauge |"));
}

}  // namespace
}  // namespace gauntlet::metrics
