#include "metrics/verdict/attainment.hpp"

#include <algorithm>
#include <array>

namespace gauntlet::metrics {

namespace {

struct OfferedBy {
  std::string_view series;
  Counter offered;
};

constexpr std::array kOfferedBy{
    OfferedBy{"relay.delivery", Counter::relay_expected},
    OfferedBy{"relay.answer", Counter::relay_asked},
    OfferedBy{"arena.first_token", Counter::arena_rounds_offered},
    OfferedBy{"arena.round", Counter::arena_rounds_offered},
    OfferedBy{"arena.relayed_token", Counter::arena_tokens_expected},
};

std::uint64_t good_in(const std::array<std::unique_ptr<Histogram>, kSeriesCount>& histograms,
                      std::string_view name, Duration limit) {
  std::uint64_t good = 0;
  for (const SeriesDef& def : kSeries) {
    // A subscriber's second copy is a delivery that nobody is owed.
    if (def.name != name || def.id == Series::relay_delivery_subscription) continue;
    if (const auto& part = histograms[static_cast<std::size_t>(def.id)])
      good += part->count_at_most(limit);
  }
  return good;
}

// The claim when it bounds single operations from above, else null.
const LatencyClaim* upper_limit(const ThresholdRule& rule) {
  const auto* claim = std::get_if<LatencyClaim>(&rule.claim);
  const bool upper = rule.comparison == Comparison::less || rule.comparison == Comparison::at_most;
  if (claim == nullptr || !upper || claim->statistic.kind != Statistic::Kind::quantile)
    return nullptr;
  return claim;
}

}  // namespace

std::vector<Attainment> attain(std::span<const ThresholdRule> rules, const Snapshot& snapshot,
                               Duration window) {
  std::vector<Attainment> all;
  for (const ThresholdRule& rule : rules) {
    const LatencyClaim* claim = upper_limit(rule);
    const auto by = std::ranges::find(kOfferedBy, rule.name, &OfferedBy::series);
    // What is owed of one kind is not counted apart.
    if (claim == nullptr || by == kOfferedBy.end() || !rule.label.key.empty()) continue;
    const std::uint64_t offered = snapshot.counter(by->offered);
    if (offered == 0) continue;
    const std::uint64_t measured = good_in(snapshot.measured, rule.name, claim->limit);
    const std::uint64_t good = measured + good_in(snapshot.warm_up, rule.name, claim->limit);
    const double length_s = seconds(window);
    all.push_back({rule.text, good, offered,
                   static_cast<double>(good) / static_cast<double>(offered),
                   length_s > 0 ? static_cast<double>(measured) / length_s : 0});
  }
  return all;
}

}  // namespace gauntlet::metrics
