#include "sim/cli/results.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

#include "metrics/report/closed_loop_note.hpp"
#include "metrics/report/hlog.hpp"
#include "metrics/report/run_report.hpp"
#include "metrics/report/timeline_json.hpp"
#include "metrics/summary/words.hpp"
#include "metrics/verdict/conservation.hpp"
#include "metrics/verdict/steadiness.hpp"
#include "metrics/verdict/validity.hpp"
#include "scenarios/parse/parse.hpp"
#include "scenarios/plan/schedule.hpp"
#include "sim/cli/colours.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/idle_faults.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/version.hpp"
#include "sim/explore/story.hpp"

namespace gauntlet::sim {
namespace {

// What the plan made due of actors that the generator had not got round to. All others account for
// what they did not send.
std::uint64_t count_dropped(const Occasion& occasion, const RunResult& result) {
  if (result.interrupted) return 0;
  std::uint64_t dropped = 0;
  for (const ActorId actor : result.never_started)
    dropped += scenarios::count_operations(occasion.scenario, occasion.plan, actor);
  return dropped;
}

// Whether the file still shows what it was written to show.
std::string what_came_of(const scenarios::Threshold& expected,
                         const std::vector<metrics::Judged>& judged) {
  const auto found =
      std::ranges::find(judged, name_in_reports(expected.text), &metrics::Judged::text);
  const bool broken = found != judged.end() && !found->met;
  return fmt::format("This file expects `{}` to be broken, and it {}.", expected.text,
                     broken ? "was" : "was not");
}

// Sentences for the report: what a reader of the numbers should know.
std::vector<std::string> notes(const Occasion& occasion, const RunResult& result,
                               const std::vector<metrics::Judged>& judged) {
  const scenarios::Scenario& scenario = occasion.scenario;
  std::vector<std::string> all = metrics::held_up(result.snapshot, result.generator);
  const auto closed = [](const scenarios::Load* load) { return load->in_flight.has_value(); };
  if (std::ranges::any_of(scenarios::loads_of(scenario), closed))
    all.push_back(
        "A closed loop (`in_flight`) slows down with its target, so its latencies do not show what "
        "a user who had to wait would have seen.");
  if (scenario.expect) all.push_back(what_came_of(*scenario.expect, judged));
  if (const auto lost = result.snapshot.counter(metrics::Counter::recording_lost); lost > 0)
    all.push_back(
        fmt::format("The recording lacks at least {} entries: the disk was too slow or too full "
                    "for it. Record to "
                    "another one with --out, or fewer messages.",
                    metrics::in_words(lost)));
  if (auto hidden = metrics::closed_loop_note(result.snapshot)) all.push_back(*std::move(hidden));
  // Of a run that was cut short, nobody knows what would have come.
  if (!result.interrupted)
    std::ranges::move(idle_faults(scenario, occasion.plan, result.snapshot),
                      std::back_inserter(all));
  return all;
}

metrics::ValidityLimits limits_of(const scenarios::Validity& validity) {
  return {.slip_p99 = validity.slip_p99,
          .loop_lag_p99 = validity.loop_lag_p99,
          .pause = validity.pause,
          .starved = validity.starved,
          .stolen = validity.stolen,
          .throttled = validity.throttled,
          .packets_dropped = validity.packets_dropped};
}

bool needs_observers(const scenarios::Threshold& invariant) {
  if (invariant.text == scenarios::kAllInvariants) return true;
  const auto named = invariant_named(invariant.text);
  return named && gauntlet::needs_observers(*named);
}

// Sentences for the report.
std::vector<std::string> warnings(const scenarios::Scenario& scenario) {
  std::vector<std::string> all;
  const auto warn = [&](const std::optional<TlsClientOptions>& tls, std::string_view whose) {
    if (tls && tls->insecure)
      all.push_back(
          fmt::format("`insecure` is set, so no certificate of {} was checked: "
                      "anybody may have answered.",
                      whose));
  };
  warn(scenario.targets.tls, "a target");
  for (const std::size_t served : scenarios::with_model_servers(scenario)) {
    const auto& group = std::get<scenarios::Participants>(scenario.population[served]);
    warn(std::get<scenarios::ModelServer>(group.runner).tls, "the model server");
  }
  if (has_unwatched_arena(scenario) &&
      std::ranges::any_of(scenario.invariants,
                          [](const auto& invariant) { return needs_observers(invariant); }))
    all.emplace_back(
        "Nobody watched the arena, so no invariant of tokens or scoreboards was held against it: "
        "add `- observers: 1` to `population`.");
  return all;
}

Result<bool, std::string> write_files(const Occasion& occasion, const metrics::RunReport& report) {
  const std::filesystem::path& folder = *occasion.out;
  if (auto done = write_file(folder / "scenario.yaml", report.effective_yaml); !done) return done;
  const double epoch_s = std::chrono::duration<double>(occasion.started.time_since_epoch()).count();
  const scenarios::Phases& phases = occasion.plan.phases;
  for (const metrics::HlogFile& file : metrics::hlog_files(report.snapshot, report.intervals,
                                                           {.epoch_s = epoch_s,
                                                           .warm_up_begin = phases.connect,
                                                           .measured_begin = phases.warm_up,
                                                           .measured_end = phases.measure}))
    if (auto done = write_file(folder / file.name, file.text); !done) return done;
  if (auto done = write_file(folder / "timeline.json", metrics::timeline_json(report.intervals));
      !done)
    return done;
  // Last, so that whoever waits for it finds the others there.
  return write_file(folder / "summary.json", metrics::summary_json(report));
}

ExitCode exit_code_of(const metrics::RunReport& report) {
  if (report.generator.interrupted) return ExitCode::interrupted;
  switch (metrics::verdict(report)) {
    case metrics::Verdict::met:
      return ExitCode::met;
    case metrics::Verdict::not_met:
      return ExitCode::not_met;
    case metrics::Verdict::invalid:
      return ExitCode::invalid;
  }
  return ExitCode::bug;
}

}  // namespace

std::filesystem::path default_folder(const scenarios::Scenario& scenario,
                                     std::chrono::system_clock::time_point started) {
  return std::filesystem::path{"runs"} /
         fmt::format("{}-{:%Y%m%d-%H%M%S}", scenario.name, fmt::gmtime(started));
}

// No host name: reports travel.
std::string host_description() {
  utsname system{};
  if (uname(&system) != 0) return "unknown";
  return fmt::format("{} {}, {}, {} cores", system.sysname, system.release, system.machine,
                     std::thread::hardware_concurrency());
}

Duration virtual_length(const scenarios::Scenario& scenario, const RunResult& result) {
  if (!result.interrupted) return scenario.duration;
  return std::min(scenario.duration, result.closed.time_since_epoch());
}

std::string target_description(const scenarios::Targets& targets) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (targets.relay) {
    const auto relays = scenarios::relay_addresses(targets);
    if (relays.empty())
      add("embedded relay");
    else if (relays.size() == 1)
      add("relay at " + relays.front().connect_url);
    else
      add(fmt::format("{} relays from {} to {}", relays.size(), relays.front().connect_url,
                      relays.back().connect_url));
  }
  if (targets.arena) {
    const auto* address = std::get_if<scenarios::ArenaAddress>(&*targets.arena);
    add(address ? "arena at " + address->socket_url : "embedded arena");
  }
  return text;
}

std::vector<metrics::FirstBreach> first_breaches(const std::vector<metrics::Breach>& breaches,
                                                 const scenarios::Plan& plan) {
  std::vector<metrics::FirstBreach> first;
  for (const metrics::Breach& breach : breaches)
    if (std::ranges::find(first, breach.invariant, &metrics::FirstBreach::invariant) == first.end())
      first.push_back({breach.invariant, in_words(breach, plan)});
  return first;
}

metrics::RunReport make_report(const Occasion& occasion, RunResult result) {
  const scenarios::Scenario& scenario = occasion.scenario;
  result.generator.dropped = count_dropped(occasion, result);
  result.snapshot.counters[static_cast<std::size_t>(metrics::Counter::generator_dropped)] =
      result.generator.dropped;
  metrics::RunReport report;
  report.scenario_name = scenario.name;
  report.seed = scenario.seed;
  report.plan_hash = occasion.plan.hash;
  report.trace_hash = result.trace_hash;
  report.effective_yaml = occasion.foreword + scenarios::to_yaml(scenario);
  report.started_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(occasion.started));
  report.version = kVersion;
  report.host = occasion.host.empty() ? host_description() : occasion.host;
  report.target = target_description(scenario.targets);
  report.driver = occasion.driver;
  report.duration = occasion.lasted;
  report.measured = result.measured;
  const auto rules = threshold_rules(scenario);
  // A counter covers the warm-up too, so its rate is one over both.
  const scenarios::Phases& phases = occasion.plan.phases;
  const Duration traffic = result.measured + (phases.warm_up - phases.connect);
  report.judged = metrics::judge(rules, result.snapshot, traffic, result.intervals);
  for (metrics::Correctness& one : result.correctness) {
    for (metrics::Judged& judged : metrics::judge(one)) report.judged.push_back(std::move(judged));
    report.correctness.push_back(std::move(one));
  }
  report.slo = metrics::attain(rules, result.snapshot, result.measured);
  report.why_invalid =
      metrics::why_invalid(result.snapshot, result.generator, limits_of(scenario.validity));
  report.notes = notes(occasion, result, report.judged);
  report.first_breaches = first_breaches(result.breaches, occasion.plan);
  report.generator = result.generator;
  report.snapshot = std::move(result.snapshot);
  report.intervals = std::move(result.intervals);
  report.steadiness = metrics::judge_steadiness(report.intervals, scenario.warm_up);
  report.warnings = warnings(scenario);
  report.warnings.insert(report.warnings.end(), occasion.warnings.begin(), occasion.warnings.end());
  if (occasion.recorded) report.recording = kRecordingName;
  if (occasion.out) report.files = occasion.out->string();
  return report;
}

void print_report(const metrics::RunReport& report) {
  fmt::print("{}", metrics::terminal_report(report, shows_colours()));
}

ExitCode conclude(const Occasion& occasion, RunResult result,
                  const std::function<void(const metrics::RunReport&)>& show) {
  metrics::RunReport report = make_report(occasion, std::move(result));
  Result<bool, std::string> written{true};
  if (occasion.out) written = write_files(occasion, report);
  if (!written) report.files.clear();
  show(report);
  if (!written) fmt::print(stderr, "gauntlet: {}\n", written.error());
  if (const auto bug = metrics::broken_conservation(report.snapshot)) {
    fmt::print(stderr, "gauntlet: a bug: {} (seed {})\n", *bug, report.seed);
    return ExitCode::bug;
  }
  const ExitCode code = exit_code_of(report);
  return written || code != ExitCode::met ? code : ExitCode::usage;
}

}  // namespace gauntlet::sim
