// A run as its results tell it, for a comparison with another.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/summary/bucket_counts.hpp"
#include "scenarios/terms/result.hpp"

namespace gauntlet::metrics {

struct RecordedThreshold {
  std::string text;
  bool met;
  std::string value;
};

struct RecordedRun {
  std::string scenario_name;
  std::string verdict;  // as in summary.json
  bool interrupted{false};
  std::uint64_t seed{0};
  std::string driver;
  std::string target;
  std::string effective_yaml;
  std::vector<RecordedThreshold> thresholds;
  std::vector<double> begins_s;  // of the measured intervals, and
  std::vector<double> lengths_s;
  std::map<std::string, std::vector<std::int64_t>> counters;  // in each of them; rows and sums
  std::map<std::string, std::vector<BucketCounts>> series;  // likewise; all rows of a name together
};

/// The texts of a folder's files.
struct ResultFiles {
  std::string summary;
  std::string timeline;
  std::map<std::string, std::string> hlogs;  // by the series' name
};

/// @error A sentence: which file is wrong, and how.
Result<RecordedRun, std::string> read_run(const ResultFiles& files);

/// Whether two runs asked the same of their targets: the same effective scenario, but for the seed
/// and for which targets they are.
bool same_question(const std::string& yaml_a, const std::string& yaml_b);

}  // namespace gauntlet::metrics
