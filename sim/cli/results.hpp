// What is left of a run: the report on the screen, the files, the exit code.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "metrics/report/run_report.hpp"
#include "scenarios/model/scenario.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/orchestrator/run.hpp"

namespace gauntlet::sim {

struct Occasion {
  const scenarios::Scenario& scenario;
  const scenarios::Plan& plan;
  std::string driver;  // "live" or "virtual"
  std::chrono::system_clock::time_point started;
  Duration lasted;
  std::optional<std::filesystem::path> out;  // nothing: no files
  bool recorded{false};                      // it is among the files
  std::vector<std::string> warnings{};       // sentences that only its command knows
  std::string foreword{};                    // of scenario.yaml: comments
  std::string host{};                        // what it ran on, in words; empty: this machine
};

/// The folder that a run writes to when nobody says otherwise: runs/<scenario>-<time>.
std::filesystem::path default_folder(const scenarios::Scenario& scenario,
                                     std::chrono::system_clock::time_point started);

/// Machine, kernel and cores: what a figure means nothing without.
std::string host_description();
/// How long a run in virtual time lasted by its clock.
Duration virtual_length(const scenarios::Scenario& scenario, const RunResult& result);
/// "embedded relay, arena at ws://host:3000/ws".
std::string target_description(const scenarios::Targets& targets);

/// Judges a run.
metrics::RunReport make_report(const Occasion& occasion, RunResult result);

/// The report of 80 columns, on standard output.
void print_report(const metrics::RunReport& report);

/// Makes the report of a run, writes the files, has the report shown, and says how the command
/// ends.
ExitCode conclude(const Occasion& occasion, RunResult result,
                  const std::function<void(const metrics::RunReport&)>& show = print_report);

}  // namespace gauntlet::sim
