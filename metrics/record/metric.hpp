// Every metric, defined once, as data. The recorder, the JSON summary, the terminal report,
// Prometheus, the thresholds and the table in docs/metrics.md all read these arrays; no name, unit
// or help text is written twice.
//
// A name in a threshold or in summary.json is `relay.delivery`; in Prometheus it is
// `gauntlet_relay_delivery_seconds` (series), `gauntlet_relay_sent_total` (counters) or
// `gauntlet_relay_agents` (gauges). Rows that share a name differ in one label, and their sum (an
// exact merge, for series) is what the bare name means.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "metrics/record/counter.hpp"
#include "metrics/record/label.hpp"
#include "metrics/record/series.hpp"

namespace gauntlet::metrics {

/// What is true at the moment of looking.
enum class Gauge : std::uint8_t { relay_agents, arena_participants, arena_observers, relay_open };

struct GaugeDef {
  Gauge id;
  std::string_view name;
  std::string_view help;
};

inline constexpr std::array kGauges{
    GaugeDef{Gauge::relay_agents, "relay.agents", "Agents that are in."},
    GaugeDef{Gauge::arena_participants, "arena.participants", "Participants that are registered."},
    GaugeDef{Gauge::arena_observers, "arena.observers", "Observers that are registered."},
    GaugeDef{Gauge::relay_open, "relay.open", "Deliveries owed and still under way."},
};
inline constexpr std::size_t kGaugeCount = kGauges.size();

}  // namespace gauntlet::metrics
