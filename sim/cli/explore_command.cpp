// `gauntlet explore`: what breaks it?
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "metrics/summary/words.hpp"
#include "scenarios/parse/parse.hpp"
#include "scenarios/plan/plan.hpp"
#include "scenarios/terms/nearest.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/coverage_text.hpp"
#include "sim/cli/explore_live.hpp"
#include "sim/cli/found_file.hpp"
#include "sim/cli/interrupts.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/sentences.hpp"
#include "sim/explore/exploration.hpp"
#include "sim/explore/fault_draw.hpp"
#include "sim/explore/shrinker.hpp"
#include "sim/explore/story.hpp"
#include "sim/orchestrator/run.hpp"

namespace gauntlet::sim {
namespace {

using Clock = std::chrono::steady_clock;

// A line on a terminal that is written over and over; nothing elsewhere.
class Ticker {
 public:
  ~Ticker() {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
  }
  Ticker() = default;
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  /// @param line  made only when it is shown, a few times a second.
  void show(const std::function<std::string()>& line) {
    const std::lock_guard lock{mutex_};
    const auto now = Clock::now();
    if (isatty(STDERR_FILENO) == 0 || now - last_ < std::chrono::milliseconds{200}) return;
    last_ = now;
    shown_ = true;
    fmt::print(stderr, "\r\x1b[K{}", line());
    std::fflush(stderr);
  }

 private:
  std::mutex mutex_;
  Clock::time_point last_{};
  bool shown_{false};
};

// Until nothing can be left out any more, or somebody has seen enough.
std::pair<Found, std::uint64_t> shrink(const Found& found, const Claims& claims,
                                       const Interrupts& interrupts) {
  const scenarios::ParseOptions options = parse_options();
  Ticker ticker;
  std::uint64_t tried = 0;
  Shrinker shrinker{
      {.claims = claims,
       .is_sound = [&](const auto& scenario) { return scenarios::is_sound(scenario, options); },
       .enough =
           [&](const scenarios::Scenario& smallest) {
             ++tried;
             ticker.show(
                 [&] { return fmt::format("shrinking, run {}: {}", tried, size_of(smallest)); });
             return interrupts.seen();
           }}};
  Found small = shrinker.shrink(found);
  return {std::move(small), shrinker.trials()};
}

ExitCode conclude(Found found, const ExploreFlags& flags, const Claims& claims,
                  const Interrupts& interrupts) {
  fmt::print("broken: `{}`: {}\n  {}\n", found.failure.what, meaning_of(found.failure.what),
             in_words(found));
  if (flags.shrink) {
    auto [small, trials] = shrink(found, claims, interrupts);
    found = std::move(small);
    fmt::print("shrunk, in {}:\n  {}\n", counted(trials, "run"), in_words(found));
  }
  const std::string& what = found.failure.what;
  if (what != kBookkeeping) expect_only(found.scenario, what);

  fmt::print("the story:\n");
  for (const std::string& line : story_of(found.scenario, found.failure.breach))
    fmt::print("{}\n", line);
  const std::filesystem::path file = flags.out.value_or(file_name_of(what));
  const scenarios::Plan plan = scenarios::make_plan(found.scenario);
  const std::string comment = fmt::format("# Breaks `{}` {}.\n# {}\n", what,
                                          in_words(found.failure.breach, plan), meaning_of(what));
  if (const auto written = write_found(found.scenario, comment, file); !written) {
    fmt::print(stderr, "gauntlet: {}; here it is instead:\n", written.error());
    fmt::print("{}", found_text(found.scenario, comment));
    return ExitCode::usage;
  }
  fmt::print("again: gauntlet simulate {}\n", file.string());
  return what == kBookkeeping ? ExitCode::bug : ExitCode::not_met;
}

std::optional<std::vector<Invariant>> invariants_named(const std::vector<std::string>& names) {
  std::vector<Invariant> all;
  for (const std::string& name : names) {
    const auto invariant = invariant_named(name);
    if (!invariant) {
      std::vector<std::string> known;
      for (const InvariantDef& each : kInvariants) known.emplace_back(each.name);
      const std::string meant = nearest(name, known);
      fmt::print(stderr, "gauntlet: --ignore {}: no invariant of that name\n  fix: write {}\n",
                 name, meant.empty() ? fmt::format("one of {}", fmt::join(known, ", ")) : meant);
      return std::nullopt;
    }
    all.push_back(*invariant);
  }
  return all;
}

}  // namespace

Clock::time_point ExploreFlags::deadline(Clock::time_point now) const {
  if (!minutes) return Clock::time_point::max();
  using Minutes = std::chrono::duration<double, std::ratio<60>>;
  return now + std::chrono::duration_cast<Clock::duration>(Minutes{*minutes});
}

ExitCode explore_command(const ExploreFlags& flags) {
  auto scenario = load_scenario(flags.scenario);
  if (!scenario) return ExitCode::usage;
  scenario->conformance.clear();  // what is looked for is broken by the load itself
  auto ignored = invariants_named(flags.ignore);
  if (!ignored) return ExitCode::usage;
  if (add_witness(*scenario))
    fmt::print("an observer was added, since nobody else sees what the arena makes of tokens\n");
  const Claims claims{.ignored = *std::move(ignored), .besides = claims_of(*scenario)};
  if (flags.live) return explore_live(*scenario, flags, claims);
  if (const auto obstacle = why_not_virtual(*scenario)) return refuse(*obstacle);

  const Interrupts interrupts;
  const auto end = flags.deadline(Clock::now());
  const std::uint64_t runs = flags.runs.value_or(kVirtualRuns);
  const unsigned threads =
      flags.threads > 0 ? flags.threads : std::max(std::thread::hardware_concurrency(), 1U);
  Explored explored;
  {
    Ticker ticker;
    explored = explore(
        *scenario,
        {.runs = runs, .threads = threads, .claims = claims, .enough = [&](std::uint64_t made) {
           ticker.show([&] {
             return fmt::format("run {} of {}", metrics::in_words(made), metrics::in_words(runs));
           });
           return interrupts.seen() || Clock::now() >= end;
         }});
  }
  fmt::print("{} of {} from seed {}\n", counted(explored.runs, "run"), scenario->name,
             scenario->seed);
  if (explored.found) return conclude(*std::move(explored.found), flags, claims, interrupts);
  if (explored.runs == 0 && !interrupts.seen()) return refuse(no_run_in_time());
  fmt::print("nothing was broken\n{}", coverage_text(explored.coverage, drawn_kinds(*scenario)));
  return interrupts.seen() ? ExitCode::interrupted : ExitCode::met;
}

}  // namespace gauntlet::sim
