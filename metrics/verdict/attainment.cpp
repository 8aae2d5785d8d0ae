#include "metrics/verdict/attainment.hpp"

#include "metrics/verdict/offered.hpp"

namespace gauntlet::metrics {

std::vector<Attainment> attain(std::span<const ThresholdRule> rules, const Snapshot& snapshot,
                               Duration window) {
  std::vector<Attainment> all;
  for (const ThresholdRule& rule : rules) {
    const OfferedSeries* series = limited_series(rule);
    if (series == nullptr) continue;
    const std::uint64_t there_should_be = offered(*series, snapshot);
    if (there_should_be == 0) continue;
    const Duration limit = std::get<LatencyClaim>(rule.claim).limit;
    const std::uint64_t measured = came_within(limit, *series, snapshot.measured);
    const std::uint64_t good = measured + came_within(limit, *series, snapshot.warm_up);
    const double length_s = seconds(window);
    all.push_back({rule.text, good, there_should_be,
                   static_cast<double>(good) / static_cast<double>(there_should_be),
                   length_s > 0 ? static_cast<double>(measured) / length_s : 0});
  }
  return all;
}

}  // namespace gauntlet::metrics
