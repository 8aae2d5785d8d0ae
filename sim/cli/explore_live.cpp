#include "sim/cli/explore_live.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>

#include "sim/cli/found_file.hpp"
#include "sim/cli/interrupts.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/sentences.hpp"
#include "sim/explore/checkup.hpp"
#include "sim/explore/exploration.hpp"
#include "sim/orchestrator/run.hpp"

namespace gauntlet::sim {
namespace {

using Clock = std::chrono::steady_clock;

/// Why an exploration ends with this run.
struct Finding {
  std::string name;                   // for the file's name
  std::string sentence;               // what happened
  std::optional<std::string> broken;  // in the run itself
};

// A dead target explains whatever else was broken, so it is looked at first.
std::optional<Finding> what_came_of(const scenarios::Scenario& scenario, const RunResult& result,
                                    const Claims& claims) {
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  if (auto ailment = check_up(scenario)) {
    // So that the file says no when it is run, and not only when it is explored.
    const auto symptom = symptom_of(result, plan, claims);
    return Finding{"ill", *std::move(ailment),
                   symptom ? std::optional{symptom->what} : std::nullopt};
  }
  const auto failure = failure_of(result, plan, claims);
  if (!failure) return std::nullopt;
  return Finding{failure->what,
                 fmt::format("`{}` was broken: {}\n  {}", failure->what, meaning_of(failure->what),
                             in_words(Found{scenario, *failure})),
                 failure->what};
}

ExitCode conclude(scenarios::Scenario scenario, const Finding& finding, const ExploreFlags& flags) {
  fmt::print("{}\n", finding.sentence);
  if (finding.broken) expect_only(scenario, *finding.broken);
  const std::filesystem::path file = flags.out.value_or(file_name_of(finding.name));
  const std::string comment = fmt::format("# After this run, live: {}\n",
                                          finding.sentence.substr(0, finding.sentence.find('\n')));
  if (const auto written = write_found(scenario, comment, file); !written) {
    fmt::print(stderr, "gauntlet: {}; here it is instead:\n", written.error());
    fmt::print("{}", found_text(scenario, comment));
    return ExitCode::usage;
  }
  fmt::print("again: gauntlet run {}\n", file.string());
  return ExitCode::not_met;
}

}  // namespace

ExitCode explore_live(const scenarios::Scenario& scenario, const ExploreFlags& flags,
                      const Claims& claims) {
  if (auto ailment = check_up(scenario))
    return refuse({Obstacle::Whose::target, "before any fault, " + *ailment});
  Interrupts interrupts;
  const auto end = flags.deadline(Clock::now());
  const std::uint64_t runs = flags.runs.value_or(kLiveRuns);
  LiveSettings settings;
  settings.threads = flags.threads;
  for (std::uint64_t number = 0; number < runs && Clock::now() < end; ++number) {
    const scenarios::Scenario varied = variation(scenario, number);
    fmt::print("run {} of {}: seed {}, {} ... ", number + 1, runs, varied.seed,
               counted(varied.faults.size(), "fault"));
    std::fflush(stdout);
    const auto result = run_live(varied, scenarios::make_plan(varied), settings);
    interrupts.rearm();
    if (!result && number > 0 && result.error().whose == Obstacle::Whose::target)
      return conclude(variation(scenario, number - 1), {"ill", result.error().sentence, {}}, flags);
    if (!result) return refuse(result.error());
    if (result.value().interrupted) {
      fmt::print("interrupted\n");
      return ExitCode::interrupted;
    }
    if (const auto finding = what_came_of(varied, result.value(), claims))
      return conclude(varied, *finding, flags);
    interrupts.rearm();
    fmt::print("nothing was broken\n");
  }
  return ExitCode::met;
}

}  // namespace gauntlet::sim
