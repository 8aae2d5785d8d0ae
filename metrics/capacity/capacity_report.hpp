// What came of a search for capacity, and the ways to say it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/capacity/survey.hpp"

namespace gauntlet::metrics {

struct CapacityReport {
  Findings findings;
  std::string scenario_name;
  std::string path;  // of what was varied: "population.0.agents"
  std::string unit;  // behind a load: " agents", "/s"
  std::uint64_t seed{0};
  std::string driver;  // "live" or "virtual"
  std::string target;
  std::string version;
  std::string host;
  Duration measured{};         // of each run, at the smallest load
  std::string effective_yaml;  // of the smallest load
  std::string files;           // where the files are; empty: nowhere
};

/// A load with its unit: "20,000 agents", "12.5/s".
std::string load_in_words(const CapacityReport& report, double load);

/// The answer: "It holds 760 agents."
std::string answer(const CapacityReport& report);

/// How sure it is: "760 agents were met in every run, 800 agents in none of 3."; one or more
/// sentences.
std::string spread(const CapacityReport& report);

/// Which thresholds failed first past the edge, with what; empty when nothing failed.
std::string what_broke_first(const CapacityReport& report);

/// What happens past the knee; empty when that was not seen.
std::string shape_of_the_knee(const CapacityReport& report);

/// The answer, every run in a table, and latency and goodput against the load as a plot; 80
/// columns.
std::string capacity_text(const CapacityReport& report, bool colour);

/// A run in one line of that table.
std::string step_line(const CapacityReport& report, const Step& step);

/// docs/capacity.md says what is in it. The order of keys is fixed.
std::string capacity_json(const CapacityReport& report);

}  // namespace gauntlet::metrics
