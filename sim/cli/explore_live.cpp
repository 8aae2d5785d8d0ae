#include "sim/cli/explore_live.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "metrics/summary/words.hpp"
#include "scenarios/parse/parse.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/cli/found_file.hpp"
#include "sim/cli/interrupts.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/restart_command.hpp"
#include "sim/cli/sentences.hpp"
#include "sim/explore/checkup.hpp"
#include "sim/explore/exploration.hpp"
#include "sim/explore/live_shrinking.hpp"
#include "sim/orchestrator/run.hpp"

namespace gauntlet::sim {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLookAgain{200};
// Of shrinking: each takes as long as its scenario.
constexpr std::uint64_t kLiveTrials = 60;

// An interrupt during a check-up leaves a run unjudged.
LiveTrial judged(const scenarios::Scenario& scenario, const RunResult& result,
                 const Claims& claims) {
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  // A dead target explains whatever else was broken, so it is looked at first.
  const Health health = check_up(scenario);
  if (health.interrupted) return {.interrupted = true};
  if (health.ailment) {
    // So that the file says no when it is run, and not only when it is explored.
    return {.finding = LiveFinding{.ill = true,
                                   .kind = kind_of_ailment(*health.ailment),
                                   .sentence = *health.ailment,
                                   .broken = symptom_of(result, plan, claims)},
            .ill = true};
  }
  const auto failure = failure_of(result, plan, claims);
  if (!failure) return {};
  return {.finding = LiveFinding{.kind = failure->what,
                                 .sentence = fmt::format("`{}` was broken: {}\n  {}", failure->what,
                                                         meaning_of(failure->what),
                                                         in_words(Found{scenario, *failure})),
                                 .broken = failure}};
}

class LiveExploration {
 public:
  LiveExploration(const scenarios::Scenario& scenario, const ExploreFlags& flags,
                  const Claims& claims)
      : scenario_{scenario}, flags_{flags}, claims_{claims} {
    settings_.threads = flags.threads;
  }

  ExitCode run();

 private:
  struct Tried {
    LiveTrial trial;
    std::optional<Obstacle> obstacle{};  // then there was no run
  };

  Tried try_out(const scenarios::Scenario& scenario);
  LiveShrunk shrink(const scenarios::Scenario& scenario, const LiveFinding& finding);
  bool revive();
  bool is_over() const;
  ExitCode conclude(scenarios::Scenario scenario, LiveFinding finding);
  void say_how_it_went(const LiveShrunk& small) const;
  ExitCode write(scenarios::Scenario scenario, const LiveFinding& finding) const;

  const scenarios::Scenario& scenario_;
  const ExploreFlags& flags_;
  const Claims& claims_;
  LiveSettings settings_;
  Interrupts interrupts_;
  bool interrupted_{false};
  Clock::time_point end_{flags_.deadline(Clock::now())};
};

LiveExploration::Tried LiveExploration::try_out(const scenarios::Scenario& scenario) {
  const auto result = run_live(scenario, scenarios::make_plan(scenario), settings_);
  interrupts_.rearm();
  if (!result) {
    const bool gone = result.error().whose == Obstacle::Whose::target;
    return {.trial = {.ill = gone}, .obstacle = result.error()};
  }
  if (result.value().interrupted) {
    interrupted_ = true;
    return {.trial = {.interrupted = true}};
  }
  LiveTrial trial = judged(scenario, result.value(), claims_);
  interrupts_.rearm();
  interrupted_ |= trial.interrupted;
  return {.trial = std::move(trial)};
}

ExitCode LiveExploration::run() {
  const std::uint64_t runs = flags_.runs.value_or(kLiveRuns);
  std::uint64_t made = 0;
  for (std::uint64_t number = 0; number < runs && Clock::now() < end_; ++number) {
    const scenarios::Scenario varied = variation(scenario_, number);
    fmt::print("run {} of {}: seed {}, {} ... ", number + 1, runs, varied.seed,
               counted(varied.faults.size(), "fault"));
    std::fflush(stdout);
    Tried tried = try_out(varied);
    // It died after it had been looked at, and what would show that is not known.
    if (tried.obstacle && tried.trial.ill && number > 0) {
      fmt::print("{}\n", tried.obstacle->sentence);
      return write(variation(scenario_, number - 1),
                   {.ill = true, .kind = {}, .sentence = tried.obstacle->sentence, .broken = {}});
    }
    if (tried.obstacle) return refuse(*tried.obstacle);
    if (interrupted_) {
      fmt::print("interrupted\n");
      return ExitCode::interrupted;
    }
    if (tried.trial.finding) return conclude(varied, *std::move(tried.trial.finding));
    fmt::print("nothing was broken\n");
    ++made;
  }
  return made > 0 ? ExitCode::met : refuse(no_run_in_time());
}

// By a command, or by itself; a target that hangs may come to, too.
bool LiveExploration::revive() {
  if (flags_.restart_command && !run_restart_command(*flags_.restart_command)) {
    interrupted_ = true;
    return false;
  }
  const auto until = Clock::now() + flags_.wait;
  while (!interrupted_ && !interrupts_.seen()) {
    const Health health = check_up(scenario_);
    interrupts_.rearm();
    interrupted_ |= health.interrupted;
    if (!health.ailment) return !health.interrupted;
    if (Clock::now() >= until) return false;
    std::this_thread::sleep_for(kLookAgain);
  }
  return false;
}

bool LiveExploration::is_over() const {
  return interrupted_ || interrupts_.seen() || Clock::now() >= end_;
}

LiveShrunk LiveExploration::shrink(const scenarios::Scenario& scenario,
                                   const LiveFinding& finding) {
  std::uint64_t number = 0;
  const auto try_smaller = [&](const scenarios::Scenario& smaller) {
    fmt::print(stderr, "shrinking, run {} of {} at most: {}\n", ++number, kLiveTrials,
               size_of(smaller));
    return try_out(smaller).trial;
  };
  return shrink_live(scenario, finding,
                     {.try_out = try_smaller,
                      .revive = [&] { return revive(); },
                      .is_sound =
                          [options = parse_options()](const scenarios::Scenario& smaller) {
                            return scenarios::is_sound(smaller, options);
                          },
                      .enough = [&] { return is_over(); },
                      .trials_max = kLiveTrials});
}

ExitCode LiveExploration::conclude(scenarios::Scenario scenario, LiveFinding finding) {
  fmt::print("{}\n", finding.sentence);
  std::fflush(stdout);
  if (!flags_.shrink) return write(std::move(scenario), finding);
  LiveShrunk small = shrink(scenario, finding);
  say_how_it_went(small);
  return write(std::move(small.scenario), small.finding);
}

void LiveExploration::say_how_it_went(const LiveShrunk& small) const {
  if (interrupted_ || interrupts_.seen())
    fmt::print(stderr, "gauntlet: mind: it was interrupted, so it was not shrunk{}\n",
               small.trials == 0 ? "" : " any further");
  const bool had_command = flags_.restart_command.has_value();
  if (small.end == LiveShrunk::End::stays_away)
    fmt::print(stderr, "gauntlet: mind: {}: {}, and was not back {} later\n  fix: give {}\n",
               small.trials == 0 ? "it could not be shrunk" : "it could not be shrunk any further",
               small.finding.ill ? small.finding.kind : "the target is gone",
               metrics::in_words(flags_.wait),
               had_command
                   ? "a --restart-command that ends it and starts it again, or a longer --wait"
                   : "a --restart-command 'CMD' that ends it and starts it again");
  if (small.end == LiveShrunk::End::never_again)
    fmt::print(stderr, "gauntlet: mind: it was not shrunk: it did not show again in {}\n",
               counted(small.trials, "run"));
  else if (small.trials > 0)
    fmt::print("shrunk, in {}:\n  {}\n", counted(small.trials, "run"), size_of(small.scenario));
}

ExitCode LiveExploration::write(scenarios::Scenario scenario, const LiveFinding& finding) const {
  const bool miscounted = finding.broken && finding.broken->what == kBookkeeping;
  if (finding.broken && !miscounted) expect_only(scenario, finding.broken->what);
  const std::filesystem::path file =
      flags_.out.value_or(file_name_of(finding.ill ? "ill" : finding.kind));
  const std::string comment = fmt::format("# After this run, live: {}\n",
                                          finding.sentence.substr(0, finding.sentence.find('\n')));
  if (const auto written = write_found(scenario, comment, file); !written) {
    fmt::print(stderr, "gauntlet: {}; here it is instead:\n", written.error());
    fmt::print("{}", found_text(scenario, comment));
    return ExitCode::usage;
  }
  fmt::print("again: gauntlet run {}\n", file.string());
  return miscounted ? ExitCode::bug : ExitCode::not_met;
}

}  // namespace

Obstacle no_run_in_time() {
  return {Obstacle::Whose::user, "not one run was over in time, so nothing can be said",
          "give it more --minutes"};
}

ExitCode explore_live(const scenarios::Scenario& scenario, const ExploreFlags& flags,
                      const Claims& claims) {
  const Health health = check_up(scenario);
  if (health.interrupted) return ExitCode::interrupted;
  if (health.ailment)
    return refuse({Obstacle::Whose::target, "before any fault, " + *health.ailment});
  return LiveExploration{scenario, flags, claims}.run();
}

}  // namespace gauntlet::sim
