#include "metrics/verdict/offered.hpp"

#include <algorithm>

namespace gauntlet::metrics {

namespace {

constexpr std::array kOffered{
    OfferedSeries{"relay.delivery", Counter::relay_expected, Counter::relay_unsent,
                  "lost or never sent"},
    OfferedSeries{"relay.answer", Counter::relay_asked, std::nullopt, "not answered"},
    OfferedSeries{"arena.first_token", Counter::arena_rounds_offered, std::nullopt,
                  "without a token"},
    OfferedSeries{"arena.round", Counter::arena_rounds_offered, std::nullopt, "not completed"},
    OfferedSeries{"arena.relayed_token", Counter::arena_tokens_expected, std::nullopt, "lost"},
};

bool sets_upper_limit(const ThresholdRule& rule) {
  const auto* claim = std::get_if<LatencyClaim>(&rule.claim);
  return claim != nullptr && claim->statistic.kind == Statistic::Kind::quantile &&
         (rule.relation == Relation::less || rule.relation == Relation::at_most);
}

}  // namespace

const OfferedSeries* limited_series(const ThresholdRule& rule) {
  if (!sets_upper_limit(rule) || !rule.label.key.empty()) return nullptr;
  const auto found = std::ranges::find(kOffered, rule.name, &OfferedSeries::name);
  return found == kOffered.end() ? nullptr : &*found;
}

std::uint64_t offered(const OfferedSeries& series, const Snapshot& snapshot) {
  return snapshot.counter(series.owed) + (series.unsent ? snapshot.counter(*series.unsent) : 0);
}

std::uint64_t came_within(Duration limit, const OfferedSeries& series,
                          const std::array<std::unique_ptr<Histogram>, kSeriesCount>& histograms) {
  std::uint64_t came = 0;
  for (const SeriesDef& def : kSeries) {
    if (def.name != series.name || def.id == Series::relay_delivery_subscription) continue;
    if (const auto& row = histograms[static_cast<std::size_t>(def.id)])
      came += row->count_at_most(limit);
  }
  return came;
}

std::uint64_t never_came(const OfferedSeries& series, const Snapshot& snapshot) {
  const std::uint64_t came = came_within(Duration::max(), series, snapshot.measured) +
                             came_within(Duration::max(), series, snapshot.warm_up);
  const std::uint64_t all = offered(series, snapshot);
  return all - std::min(came, all);
}

}  // namespace gauntlet::metrics
