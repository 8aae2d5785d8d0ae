// `gauntlet simulate`: a scenario in virtual time.
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <utility>
#include <vector>

#include "sim/cli/commands.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/interrupts.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/record.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/results.hpp"
#include "sim/cli/sentences.hpp"
#include "sim/cli/trace_diff.hpp"
#include "sim/explore/story.hpp"
#include "sim/orchestrator/preflight.hpp"

namespace gauntlet::sim {
namespace {

// The code that says most about a series of runs: a bug before anything else, then what is worse.
ExitCode worse(ExitCode a, ExitCode b) {
  const auto rank = [](ExitCode code) {
    switch (code) {
      case ExitCode::met:
        return 0;
      case ExitCode::not_met:
      case ExitCode::no_answer:
        return 1;
      case ExitCode::invalid:
        return 2;
      case ExitCode::interrupted:
        return 3;
      case ExitCode::unreachable:
        return 4;
      case ExitCode::usage:
        return 5;
      case ExitCode::bug:
        return 6;
    }
    return 6;
  };
  return rank(a) >= rank(b) ? a : b;
}

// Whatever else there is to say, an interruption leaves something out.
ExitCode unless_interrupted(ExitCode code, const Interrupts& interrupts) {
  return interrupts.seen() ? worse(code, ExitCode::interrupted) : code;
}

// A run that writes every event to a file, which is gone with this.
class TracedRun {
 public:
  TracedRun(const scenarios::Scenario& scenario, const scenarios::Plan& plan, int number)
      : file_{std::filesystem::temp_directory_path() /
              fmt::format("gauntlet-{}-{}.trace", getpid(), number)} {
    const auto log =
        open_log({.level = LogLevel::trace, .file = file_.string()}, LogClock::virtual_);
    if (log) (void)run_virtual(scenario, plan, {.log = *log.value()});
  }
  ~TracedRun() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }
  TracedRun(const TracedRun&) = delete;
  TracedRun& operator=(const TracedRun&) = delete;

  std::ifstream lines() const { return std::ifstream{file_}; }

 private:
  std::filesystem::path file_;
};

// Of two further runs, since those that differed were not written down.
std::string first_difference(const scenarios::Scenario& scenario, const scenarios::Plan& plan) {
  const TracedRun one{scenario, plan, 1};
  const TracedRun other{scenario, plan, 2};
  std::ifstream first = one.lines();
  std::ifstream second = other.lines();
  const auto parting = where_they_part(first, second);
  if (!parting) return "two more runs had the same events: it differs in bytes, or now and then";
  return in_words(*parting, "one run", "another");
}

// An interrupted run does not tell.
bool other_trace_again(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
                       std::uint64_t trace_hash, const Interrupts& interrupts) {
  const auto run =
      run_virtual(scenario, plan, {.interrupted = [&] { return interrupts.seen(); }}).value();
  if (run.interrupted || *run.trace_hash == trace_hash) return false;
  const std::uint64_t again = *run.trace_hash;
  fmt::print(stderr, "gauntlet: a bug: two runs of seed {} differ: {:#018x} and {:#018x}\n{}\n",
             scenario.seed, trace_hash, again, first_difference(scenario, plan));
  return true;
}

// Without a folder, there are none.
Result<std::optional<OldResults>, Obstacle> set_aside(
    const std::optional<std::filesystem::path>& folder, const SimulateFlags& flags) {
  if (!folder) return std::optional<OldResults>{};
  auto old = OldResults::set_aside(*folder, flags.scenario.file);
  if (!old) return fail(Obstacle{Obstacle::Whose::user, old.error()});
  return std::optional<OldResults>{std::move(old).value()};
}

using Show = std::function<void(const metrics::RunReport&)>;

ExitCode simulate_once(const scenarios::Scenario& scenario, const SimulateFlags& flags, Log& log,
                       const std::optional<std::filesystem::path>& folder, const Show& show,
                       const Interrupts& interrupts,
                       std::vector<metrics::Breach>* breaches = nullptr) {
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  const auto started = std::chrono::system_clock::now();
  auto before = set_aside(folder, flags);
  if (!before) return refuse(before.error());
  auto recording = flags.record ? begin_recording(*folder, head_of_run(scenario, "virtual"))
                                : Result<Recording, std::string>{Recording{}};
  if (!recording) return refuse({Obstacle::Whose::user, recording.error()});
  auto result = run_virtual(scenario, plan,
                            {.log = log,
                             .staging = {.recording = recording.value().get()},
                             .interrupted = [&] { return interrupts.seen(); }});
  if (!result) return refuse(result.error());
  if (before.value()) before.value()->forget();
  const auto& trace_hash = result.value().trace_hash;
  if (flags.check_determinism && trace_hash &&
      other_trace_again(scenario, plan, *trace_hash, interrupts))
    return ExitCode::bug;
  if (breaches != nullptr) *breaches = result.value().breaches;
  const Duration lasted = virtual_length(scenario, result.value());
  return conclude({.scenario = scenario,
                   .plan = plan,
                   .driver = "virtual",
                   .started = started,
                   .lasted = lasted,
                   .out = folder,
                   .recorded = flags.record,
                   .warnings = troubles_of(recording.value())},
                  std::move(result).value(), show);
}

// Of what it was that did not hold first, when that is what this run is about.
void tell_story(const scenarios::Scenario& scenario, const std::vector<metrics::Breach>& breaches,
                const Interrupts& interrupts) {
  const auto expected = [&](const metrics::Breach& breach) {
    return scenario.expect && scenario.expect->text == def(breach.invariant).name;
  };
  if (breaches.empty() || interrupts.seen()) return;
  const auto chosen = std::ranges::find_if(breaches, expected);
  const metrics::Breach& breach = chosen == breaches.end() ? breaches.front() : *chosen;
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  fmt::print("how `{}` was broken, {}\n", def(breach.invariant).name, in_words(breach, plan));
  for (const std::string& line : story_of(scenario, breach, [&] { return interrupts.seen(); }))
    fmt::print("{}\n", line);
}

ExitCode simulate_alone(const scenarios::Scenario& scenario, const SimulateFlags& flags, Log& log,
                        const Interrupts& interrupts) {
  std::vector<metrics::Breach> breaches;
  const auto show = [&](const metrics::RunReport& report) {
    print_report(report);
    if (flags.check_determinism && !interrupts.seen()) fmt::print("run twice: the same trace\n");
  };
  const ExitCode code = simulate_once(scenario, flags, log, flags.out, show, interrupts, &breaches);
  tell_story(scenario, breaches, interrupts);
  return unless_interrupted(code, interrupts);
}

// A line for each seed as soon as it is known; what is wrong with the scenario is said only once.
ExitCode simulate_series(scenarios::Scenario scenario, const SimulateFlags& flags, Log& log,
                         const Interrupts& interrupts) {
  // The verdict of a single run may be there, beside the folders of the seeds.
  auto before = set_aside(flags.out, flags);
  if (!before) return refuse(before.error());
  Series series;
  ExitCode code = ExitCode::met;
  const auto show = [&](const metrics::RunReport& report) {
    if (!report.generator.interrupted) series.add(report);
    fmt::print("{}\n", one_line(report));
    std::fflush(stdout);
  };
  for (std::uint32_t run = 0; run < flags.runs && !interrupts.seen(); ++run, ++scenario.seed) {
    auto folder = flags.out;
    if (folder) *folder /= fmt::format("seed-{}", scenario.seed);
    code = worse(code, simulate_once(scenario, flags, log, folder, show, interrupts));
    if (code == ExitCode::usage) return code;
  }
  if (before.value()) before.value()->forget();
  fmt::print("{}\n", closing_line(series));
  if (interrupts.seen()) fmt::print("interrupted after {} of {} runs\n", series.runs, flags.runs);
  // A seed whose traces differ has no line, so it is not among the runs that were counted.
  if (flags.check_determinism && series.runs == flags.runs && !interrupts.seen())
    fmt::print("each run twice: the same traces\n");
  return unless_interrupted(code, interrupts);
}

}  // namespace

ExitCode simulate_command(const SimulateFlags& flags) {
  const auto scenario = load_scenario(flags.scenario);
  if (!scenario) return ExitCode::usage;
  const LogFlags kept =
      flags.trace ? LogFlags{.level = LogLevel::trace, .file = flags.trace} : flags.log;
  const auto log = open_log(kept, LogClock::virtual_);
  if (!log) return refuse({Obstacle::Whose::user, log.error()});
  (void)refuse(remarks_on_faults(*scenario, scenarios::make_plan(*scenario)));
  const Interrupts interrupts;
  const ExitCode code = flags.runs == 1
                            ? simulate_alone(*scenario, flags, *log.value(), interrupts)
                            : simulate_series(*scenario, flags, *log.value(), interrupts);
  log.value()->flush();
  // Whoever compares two traces must not take half of one for all of it.
  if (flags.trace && log.value()->lacks_lines() && code == ExitCode::met) return ExitCode::usage;
  return code;
}

}  // namespace gauntlet::sim
