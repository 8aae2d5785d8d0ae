// Two runs of the same scenario, line by line: is the second one worse?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/comparison/estimate.hpp"
#include "metrics/comparison/recorded_run.hpp"

namespace gauntlet::metrics {

enum class Change : std::uint8_t { none, better, worse, other };
/// "no difference", "better", "worse", "different".
std::string_view name(Change change);

/// One statistic of a series, or the rate of a counter.
struct ComparedLine {
  std::string subject;    // "relay.delivery"
  std::string statistic;  // "p50", "mean"; "per second" of a counter
  Estimate a;             // in seconds, or per second
  Estimate b;
  Estimate difference;  // b - a
  Change change;

  bool is_latency() const { return statistic != "per second"; }
};

struct ComparedThreshold {
  std::string text;
  RecordedThreshold a;
  RecordedThreshold b;
  Change change;
};

struct ComparisonSettings {
  double tolerance{0.05};   // a smaller difference counts for nothing, however sure it is
  double confidence{0.95};  // that no interval of all lines misses what is true
};

struct Comparison {
  ComparisonSettings settings;
  std::vector<ComparedLine> lines;
  std::vector<ComparedThreshold> thresholds;
  std::vector<std::string> not_compared;  // "relay.delivery p99": too few samples or intervals

  bool regression() const;
};

/// Why two runs cannot be compared; a sentence.
std::optional<std::string> why_incomparable(const RecordedRun& a, const RecordedRun& b);

/// Of every series p50, p90, p99 and the mean; of every counter how much it grew per second. A line
/// is better or worse if its interval does not hold 0 and the difference is above the tolerance.
/// With m lines, each interval has the confidence 1 - (1 - confidence) / m (Bonferroni), so that
/// the chance of any false alarm is at most 1 - confidence.
/// @param a, b  Comparable.
Comparison compare(const RecordedRun& a, const RecordedRun& b, const ComparisonSettings& settings);

/// 80 columns.
std::string comparison_text(const Comparison& comparison, bool colour);

/// docs/capacity.md says what is in it.
std::string comparison_json(const Comparison& comparison);

}  // namespace gauntlet::metrics
