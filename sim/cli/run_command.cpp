// `gauntlet run`: a scenario over sockets.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "metrics/report/prometheus.hpp"
#include "metrics/report/run_report.hpp"
#include "metrics/summary/words.hpp"
#include "scenarios/plan/plan_summary.hpp"
#include "scenarios/plan/shard.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/record.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/results.hpp"
#include "sim/cli/sentences.hpp"
#include "sim/cli/shard_folder.hpp"
#include "sim/cli/start_time.hpp"
#include "sim/orchestrator/preflight.hpp"

namespace gauntlet::sim {
namespace {

// Of the terminal that standard error is; asked each time, since a window can change.
std::size_t terminal_columns() {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsual;
  return size.ws_col;
}

// One line that is written over on a terminal; lines of their own elsewhere.
class ProgressPrinter {
 public:
  void operator()(const Progress& progress, const metrics::Snapshot& now) {
    const std::string line =
        fmt::format("{:<8} {}", progress.phase,
                    metrics::progress_line(now, before_,
                                           {.elapsed = progress.elapsed,
                                            .total = progress.total,
                                            .since_before = progress.elapsed - last_}));
    // The last column stays free: some terminals wrap as soon as it is taken.
    // Not by fmt, which throws where nobody reads any more: the run goes on.
    const std::string shown =
        terminal_ ? fmt::format("\r\033[2K{}", first_columns(line, terminal_columns() - 1))
                  : line + '\n';
    std::fputs(shown.c_str(), stderr);
    std::fflush(stderr);
    before_ = metrics::Snapshot{};
    before_.counters = now.counters;
    before_.gauges = now.gauges;
    last_ = progress.elapsed;
    printed_ = true;
  }
  void finish() const {
    if (terminal_ && printed_) std::fputs("\r\033[2K", stderr);
  }

 private:
  bool terminal_{isatty(STDERR_FILENO) != 0};
  bool printed_{false};
  metrics::Snapshot before_;
  Duration last_{};
};

/// Prometheus knows the final totals only if it scrapes once more after the end. So the end waits
/// for whoever scrapes regularly: for one scrape, and at most two of its intervals.
/// @threads Any.
class LastScrape {
 public:
  void seen() {
    const std::lock_guard lock{mutex_};
    const auto now = Clock::now();
    if (last_) interval_ = std::min<Clock::duration>(now - *last_, kIntervalMax);
    last_ = now;
  }
  /// Asked from the moment when every number is final.
  bool awaited() {
    const std::lock_guard lock{mutex_};
    const auto now = Clock::now();
    if (!final_) final_ = now;
    if (last_ && *last_ > *final_) return now < *last_ + kReply;
    return now < *final_ + 2 * interval_;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::minutes kIntervalMax{1};
  static constexpr std::chrono::milliseconds kReply{200};  // a reply needs to get through

  std::mutex mutex_;
  std::optional<Clock::time_point> last_;
  std::optional<Clock::time_point> final_;
  Clock::duration interval_{};  // zero until there were two scrapes
};

using Look = std::function<metrics::Snapshot()>;

// @return What serves the metrics for as long as it lives.
Result<std::shared_ptr<void>, std::string> serve_metrics(const std::string& address,
                                                         const std::string& scenario_name,
                                                         LastScrape& last_scrape, Look look) {
  auto server = metrics::PrometheusServer::start(address, scenario_name,
                                                 [&last_scrape, look = std::move(look)] {
                                                   last_scrape.seen();
                                                   return look();
                                                 });
  if (!server) return fail(server.error());
  fmt::print(stderr, "metrics at {}\n", server.value().url());
  return std::shared_ptr<void>{
      std::make_shared<metrics::PrometheusServer>(std::move(server).value())};
}

/// What the command line says of other machines.
struct Team {
  std::optional<scenarios::Shard> shard;
  std::optional<WallTime> start;
};

Result<Team, Obstacle> understand(const RunFlags& flags) {
  Team team;
  if (flags.shard) {
    const auto shard = scenarios::parse_shard(*flags.shard);
    if (!shard)
      return fail(
          Obstacle{Obstacle::Whose::user, "--shard: " + shard.error().what, shard.error().fix});
    team.shard = shard.value();
    if (!flags.start_at)
      return fail(Obstacle{Obstacle::Whose::user,
                           "--shard needs --start-at: all shards start at the same moment",
                           "choose a moment some seconds from now, and give it to every shard: "
                           "`--start-at $(date -d '30 sec' +%s)`"});
  }
  if (flags.start_at) {
    const auto start = parse_start(*flags.start_at);
    if (!start) return fail(start.error());
    team.start = start.value();
  }
  return team;
}

metrics::ShardIdentity identity_of(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
                                   const Team& team) {
  return {.scenario = scenario.name,
          .plan_hash = plan.hash,
          .run = name_of_run(plan.hash, *team.start),
          .number = team.shard->number,
          .count = team.shard->count};
}

std::string in_words(const Team& team) {
  std::string text;
  if (team.shard)
    text += fmt::format("  shard {} of {}", team.shard->number + 1, team.shard->count);
  if (team.start)
    text += fmt::format("  starts in {}", metrics::in_words(std::chrono::duration_cast<Duration>(
                                              *team.start - std::chrono::system_clock::now())));
  return text;
}

void print_head(const scenarios::Scenario& scenario, const scenarios::Plan& plan, const Team& team,
                const Needs& needs, const MachineLimits& limits) {
  fmt::print(stderr, "gauntlet run {}  seed {}  plan {:#018x}{}{}\n", scenario.name, scenario.seed,
             plan.hash, needs.processes > 1 ? fmt::format("  {} processes", needs.processes) : "",
             in_words(team));
  if (!scenario.source_addresses.empty()) return;
  for (const Crowding& crowd : needs.crowds)
    if (const auto sources = sources_for({}, crowd.connections, crowd.loopback, limits.ports);
        !sources.empty())
      fmt::print(stderr, "clients of {} connect from {} to {}\n", crowd.place,
                 to_string(sources.front()), to_string(sources.back()));
}

// Shards start at the same moment, and may do so on one machine.
std::filesystem::path usual_folder(const scenarios::Scenario& scenario, WallTime started,
                                   const Team& team) {
  auto folder = default_folder(scenario, started);
  if (team.shard)
    folder += fmt::format("-shard-{}-of-{}", team.shard->number + 1, team.shard->count);
  return folder;
}

}  // namespace

ExitCode run_command(const RunFlags& flags) {
  const auto scenario = load_scenario(flags.scenario);
  if (!scenario) return ExitCode::usage;
  const auto understood = understand(flags);
  if (!understood) return refuse(understood.error());
  const Team& team = understood.value();
  const scenarios::Shard shard = team.shard.value_or(scenarios::Shard{});
  const scenarios::Plan plan = scenarios::make_plan(*scenario);
  const MachineLimits limits = machine_limits();
  const Needs needs = needs_of(*scenario, plan, flags.processes, shard.count);
  if (const auto verdict = refuse(preflight(*scenario, plan, needs, limits));
      verdict != ExitCode::met)
    return verdict;

  const auto started = team.start.value_or(std::chrono::system_clock::now());
  const auto folder = flags.out.value_or(usual_folder(*scenario, started, team));
  auto before = OldResults::set_aside(folder, flags.scenario.file);
  if (!before) return refuse({Obstacle::Whose::user, before.error()});

  auto recording = flags.record
                       ? begin_recording(folder, head_of_run(*scenario, "live", flags.processes))
                       : Result<Recording, std::string>{Recording{}};
  if (!recording) return refuse({Obstacle::Whose::user, recording.error()});

  std::unique_ptr<EventFile> events;
  if (team.shard) {
    auto created = EventFile::create(folder);
    if (!created) return refuse({Obstacle::Whose::user, created.error()});
    events = std::move(created).value();
  }

  ProgressPrinter progress;
  LogFlags log_flags = flags.log;
  log_flags.shared = flags.processes > 1;
  const auto log = open_log(log_flags, LogClock::wall);
  if (!log) return refuse({Obstacle::Whose::user, log.error()});
  LiveSettings settings{.threads = flags.threads,
                        .processes = flags.processes,
                        .staging = {.recording = recording.value().get()},
                        .log = *log.value(),
                        .shard = shard,
                        .start_at = team.start,
                        .events = events.get()};
  if (events) settings.name = identity_of(*scenario, plan, team).run;
  if (!flags.quiet && !flags.log.to_standard_error())
    settings.on_progress = [&](const Progress& p, const metrics::Snapshot& now) {
      progress(p, now);
    };
  LastScrape last_scrape;
  // By then the targets have answered: of a run that does not take place, only the cause is said.
  settings.on_start = [&](Look look) -> Result<std::shared_ptr<void>, std::string> {
    if (!flags.quiet) print_head(*scenario, plan, team, needs, limits);
    if (!flags.prometheus) return std::shared_ptr<void>{};
    return serve_metrics(*flags.prometheus, scenario->name, last_scrape, std::move(look));
  };
  if (flags.prometheus) settings.still_watched = [&] { return last_scrape.awaited(); };

  auto result = run_live(*scenario, plan, settings);
  progress.finish();
  if (!result) return refuse(result.error());
  before.value().forget();
  const Occasion occasion{.scenario = *scenario,
                          .plan = plan,
                          .driver = "live",
                          .started = started,
                          .lasted = std::chrono::system_clock::now() - started,
                          .out = folder,
                          .recorded = flags.record,
                          .warnings = troubles_of(recording.value())};
  if (events)
    return conclude_shard(occasion, identity_of(*scenario, plan, team), *events,
                          std::move(result).value());
  return conclude(occasion, std::move(result).value());
}

}  // namespace gauntlet::sim
