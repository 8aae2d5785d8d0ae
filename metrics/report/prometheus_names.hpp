// What a metric of ours is called in Prometheus.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "metrics/record/metric.hpp"

namespace gauntlet::metrics {

namespace detail {
inline std::string prometheus_name(std::string_view name, std::string_view suffix) {
  std::string text = std::string{"gauntlet_"}.append(name).append(suffix);
  std::ranges::replace(text, '.', '_');
  return text;
}
}  // namespace detail

inline std::string prometheus_name(const SeriesDef& def) {
  return detail::prometheus_name(def.name, "_seconds");
}
inline std::string prometheus_name(const CounterDef& def) {
  return detail::prometheus_name(def.name, def.falls ? "" : "_total");
}
inline std::string prometheus_name(const GaugeDef& def) {
  return detail::prometheus_name(def.name, "");
}

}  // namespace gauntlet::metrics
