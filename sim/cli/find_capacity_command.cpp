// `gauntlet find-capacity`: how many can it hold?
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "metrics/capacity/capacity_report.hpp"
#include "metrics/capacity/survey.hpp"
#include "scenarios/parse/knob.hpp"
#include "scenarios/parse/parse.hpp"
#include "scenarios/parse/quantity.hpp"
#include "scenarios/terms/match.hpp"
#include "sim/cli/colours.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/interrupts.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/probe_run.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/restart_command.hpp"
#include "sim/cli/results.hpp"
#include "sim/cli/version.hpp"
#include "sim/orchestrator/preflight.hpp"

namespace gauntlet::sim {
namespace {

using scenarios::Knob;

constexpr double kToleranceMin = 0.001;
constexpr double kToleranceMax = 0.5;

Obstacle wrong(std::string_view flag, const scenarios::KnobProblem& problem) {
  return {Obstacle::Whose::user, fmt::format("{}: {}", flag, problem.what), problem.fix};
}

double in_three_digits(double number) {
  const double scale = std::pow(10, 2 - std::floor(std::log10(number)));
  return std::round(number * scale) / scale;
}

// A small part of the most, but not above what the scenario has; sizes begin with what it has,
// since messages cannot be arbitrarily small.
double usual_min(const Knob& knob, double max) {
  constexpr double kPart = 1024;
  constexpr double kCrowdMin = 10;
  const double own = knob.value > 0 ? std::min(knob.value, max) : max;
  if (knob.unit == " bytes") return own;
  if (knob.whole) return std::min(own, std::max(kCrowdMin, std::floor(max / kPart)));
  return std::min(own, in_three_digits(max / kPart));
}

/// What the command line asks for, understood.
struct Question {
  Knob knob;
  metrics::SearchRange range;
};

Result<Question, Obstacle> understand(const FindCapacityFlags& flags,
                                      const scenarios::Scenario& scenario) {
  constexpr auto kUser = Obstacle::Whose::user;
  if (scenario.thresholds.empty())
    return fail(Obstacle{kUser, "the scenario has no thresholds, so any load would do",
                         "say what must hold: `thresholds: [relay.delivery.p99 < 250ms]`"});
  if (flags.virtual_time && flags.reset_command)
    return fail(Obstacle{kUser, "--reset-command has nothing to reset in virtual time",
                         "leave it out: embedded targets are new for each run"});
  if (flags.virtual_time && flags.processes > 1)
    return fail(Obstacle{kUser, "virtual time is one process, whatever --processes says",
                         "leave out --processes, or --virtual"});
  const auto knob = scenarios::find_knob(scenario, flags.vary);
  if (!knob) return fail(wrong("--vary", knob.error()));
  const auto max = scenarios::knob_value(knob.value(), flags.max);
  if (!max) return fail(wrong("--max", max.error()));
  double min = usual_min(knob.value(), max.value());
  if (flags.min) {
    const auto given = scenarios::knob_value(knob.value(), *flags.min);
    if (!given) return fail(wrong("--min", given.error()));
    min = given.value();
  }
  if (min > max.value())
    return fail(Obstacle{kUser, fmt::format("--max {} is below --min {}", flags.max, *flags.min),
                         "exchange them"});
  const auto tolerance = scenarios::parse_percentage(flags.tolerance);
  if (!tolerance || tolerance.value() < kToleranceMin || tolerance.value() > kToleranceMax)
    return fail(Obstacle{kUser,
                         fmt::format("--tolerance {}: must be from 0.1% to 50%", flags.tolerance),
                         "write `--tolerance 5%`"});
  return Question{.knob = knob.value(),
                  .range = {.min = min,
                            .max = max.value(),
                            .tolerance = tolerance.value(),
                            .repeats = flags.repeats,
                            .whole = knob.value().whole}};
}

std::optional<scenarios::Scenario> load_at(const FindCapacityFlags& flags, const Knob& knob,
                                           double load, std::optional<std::uint64_t> seed) {
  ScenarioFlags at = flags.scenario;
  at.overrides.push_back(scenarios::assignment(knob, load));
  if (seed) at.seed = seed;
  return load_scenario(at);
}

/// Why there can be no more runs, as a clause, and how the command ends then.
struct Stop {
  ExitCode code;
  std::string why;
};

std::optional<Stop> reset_target(const std::string& command) {
  const TargetCommandEnd end = run_target_command(command);
  if (end.interrupted) return Stop{ExitCode::interrupted, "interrupted"};
  if (end.trouble.empty()) return std::nullopt;
  std::string why = fmt::format("the reset command `{}` {}", command, end.trouble);
  if (!end.fix.empty()) why += ": " + end.fix;
  return Stop{ExitCode::usage, std::move(why)};
}

Stop stop_for(const NoStep& why, std::uint64_t seed) {
  return std::visit(match{[&](const Obstacle& obstacle) {
                            return Stop{refuse(obstacle), obstacle.sentence};
                          },
                          [](const Interrupted&) {
                            return Stop{ExitCode::interrupted, "interrupted"};
                          },
                          [&](const OurBug& bug) {
                            fmt::print(stderr, "gauntlet: a bug: {} (seed {})\n", bug.sentence,
                                       seed);
                            return Stop{ExitCode::bug, "a bug in gauntlet"};
                          }},
                    why);
}

/// The runs of a search, and the code that the command ends with should one of them be the last.
class Runs {
 public:
  Runs(const FindCapacityFlags& flags, const Question& question, std::uint64_t seed,
       const metrics::CapacityReport& report)
      : flags_{flags}, question_{question}, seed_{seed}, report_{report} {}

  Result<metrics::Step, std::string> make(const metrics::Probe& probe) {
    if (interrupts_.seen()) return stop({ExitCode::interrupted, "interrupted"});
    if (std::exchange(began_, true) && flags_.reset_command)
      if (auto problem = reset_target(*flags_.reset_command)) return stop(std::move(*problem));
    const std::uint64_t seed = probe_seed(seed_, probe.repeat);
    const auto scenario = load_at(flags_, question_.knob, probe.load, seed);
    if (!scenario)
      return stop({ExitCode::usage, "the scenario does not allow " +
                                        scenarios::assignment(question_.knob, probe.load)});
    auto step = run_probe(*scenario, probe,
                          {.virtual_time = flags_.virtual_time,
                           .threads = flags_.threads,
                           .processes = flags_.processes,
                           .interrupted = [this] { return interrupts_.seen(); }});
    interrupts_.rearm();
    if (!step) return stop(stop_for(step.error(), seed));
    if (!flags_.quiet) fmt::print(stderr, "{}\n", metrics::step_line(report_, step.value()));
    return std::move(step).value();
  }

  std::optional<ExitCode> code() const { return code_; }

 private:
  Failure<std::string> stop(Stop reason) {
    code_ = reason.code;
    return fail(std::move(reason.why));
  }

  const FindCapacityFlags& flags_;
  const Question& question_;
  std::uint64_t seed_;
  const metrics::CapacityReport& report_;  // for the words of a load
  Interrupts interrupts_;
  bool began_{false};
  std::optional<ExitCode> code_;
};

ExitCode code_of(metrics::Ending ending) {
  switch (ending) {
    case metrics::Ending::edge:
    case metrics::Ending::everywhere:
      return ExitCode::met;
    case metrics::Ending::nowhere:
      return ExitCode::not_met;
    case metrics::Ending::generator:
      return ExitCode::invalid;
    case metrics::Ending::stopped:
      break;
  }
  return ExitCode::interrupted;
}

// " agents", so that a load reads as what it is.
std::string unit_in_words(const Knob& knob) {
  if (!knob.unit.empty()) return knob.unit;
  return ' ' + knob.path.substr(knob.path.rfind('.') + 1);
}

// Said before anything runs: the largest load needs the most.
std::optional<Obstacle> too_much(const FindCapacityFlags& flags,
                                 const scenarios::Scenario& largest) {
  if (flags.virtual_time) return std::nullopt;
  const scenarios::Plan plan = scenarios::make_plan(largest);
  const Needs needs = needs_of(largest, plan, flags.processes);
  auto obstacle = obstacle_among(preflight(largest, plan, needs, machine_limits()));
  if (!obstacle) return std::nullopt;
  obstacle->sentence = fmt::format("--max {}: {}", flags.max, obstacle->sentence);
  return obstacle;
}

}  // namespace

ExitCode find_capacity_command(const FindCapacityFlags& flags) {
  const auto scenario = load_scenario(flags.scenario);
  if (!scenario) return ExitCode::usage;
  const auto question = understand(flags, *scenario);
  if (!question) return refuse(question.error());
  const auto& [knob, range] = question.value();
  const auto smallest = load_at(flags, knob, range.min, scenario->seed);
  const auto largest = load_at(flags, knob, range.max, scenario->seed);
  if (!smallest || !largest) return ExitCode::usage;
  if (const auto obstacle = too_much(flags, *largest)) return refuse(*obstacle);

  const auto folder =
      flags.out.value_or(default_folder(*scenario, std::chrono::system_clock::now()));
  if (const auto tried = try_folder(folder); !tried)
    return refuse({Obstacle::Whose::user, tried.error()});
  const scenarios::Phases phases = scenarios::make_plan(*smallest).phases;
  metrics::CapacityReport report{.scenario_name = scenario->name,
                                 .path = knob.path,
                                 .unit = unit_in_words(knob),
                                 .seed = scenario->seed,
                                 .driver = flags.virtual_time ? "virtual" : "live",
                                 .target = target_description(scenario->targets),
                                 .version = std::string{kVersion},
                                 .host = host_description(),
                                 .measured = phases.measure - phases.warm_up,
                                 .effective_yaml = scenarios::to_yaml(*smallest),
                                 .files = folder.string()};
  Runs runs{flags, question.value(), scenario->seed, report};
  report.findings =
      metrics::survey(range, [&](const metrics::Probe& probe) { return runs.make(probe); });
  if (report.findings.steps.empty() && runs.code()) return *runs.code();

  const auto written = write_file(folder / "capacity.json", metrics::capacity_json(report));
  fmt::print("{}", metrics::capacity_text(report, shows_colours()));
  if (!written) return refuse({Obstacle::Whose::user, written.error()});
  // What ended a run beyond the edge does not make the edge less known.
  const metrics::Ending ending = report.findings.ending;
  const bool known = ending != metrics::Ending::stopped && runs.code() != ExitCode::bug;
  return known ? code_of(ending) : runs.code().value_or(code_of(ending));
}

}  // namespace gauntlet::sim
