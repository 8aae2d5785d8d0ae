// One run of a search for capacity, and what is kept of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/capacity/search.hpp"
#include "metrics/report/run_report.hpp"
#include "metrics/verdict/backlog.hpp"
#include "metrics/verdict/threshold.hpp"

namespace gauntlet::metrics {

/// Something that a healthy run has none of.
struct Symptom {
  std::string name;  // of a counter: "relay.failures{outcome=refused}"
  std::uint64_t count;
};

struct Step {
  Probe probe{};
  std::uint64_t seed{0};
  Verdict verdict{};                      // with a backlog, thresholds are not met
  std::optional<Duration> latency_p99{};  // of latency_series(); nothing without a sample
  double goodput_per_s{0};  // good operations of the measured window, per second of it
  std::vector<Judged> judged{};
  std::vector<std::string> why_invalid{};
  std::optional<Backlog> backlog{};
  std::vector<Symptom> symptoms{};
};

/// The series that a search shows: that of the first limit on a latency, or else of deliveries or
/// first tokens, whichever the run has.
std::string_view latency_series(std::span<const ThresholdRule> rules, const Snapshot& snapshot);

/// What a run says about its load. Good operations are those within the first limit on a latency
/// (see Attainment); without one, all that were answered while measuring.
Step make_step(const Probe& probe, const RunReport& report, std::span<const ThresholdRule> rules);

}  // namespace gauntlet::metrics
