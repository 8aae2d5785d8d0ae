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
#include "scenarios/plan/plan_summary.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/results.hpp"
#include "sim/cli/sentences.hpp"
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
    if (terminal_)
      fmt::print(stderr, "\r\033[2K{}", first_columns(line, terminal_columns() - 1));
    else
      fmt::print(stderr, "{}\n", line);
    std::fflush(stderr);
    before_ = metrics::Snapshot{};
    before_.counters = now.counters;
    before_.gauges = now.gauges;
    last_ = progress.elapsed;
    printed_ = true;
  }
  void finish() const {
    if (terminal_ && printed_) fmt::print(stderr, "\r\033[2K");
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

void print_head(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
                const Needs& needs, const MachineLimits& limits) {
  fmt::print(stderr, "gauntlet run {}  seed {}  plan {:#018x}{}\n", scenario.name, scenario.seed,
             plan.hash, needs.processes > 1 ? fmt::format("  {} processes", needs.processes) : "");
  if (!scenario.source_addresses.empty()) return;
  for (const Crowding& crowd : needs.crowds)
    if (const auto sources = sources_for({}, crowd.connections, crowd.loopback, limits.ports);
        !sources.empty())
      fmt::print(stderr, "clients of {} connect from {} to {}\n", crowd.place,
                 to_string(sources.front()), to_string(sources.back()));
}

}  // namespace

ExitCode run_command(const RunFlags& flags) {
  const auto scenario = load_scenario(flags.scenario);
  if (!scenario) return ExitCode::usage;
  const scenarios::Plan plan = scenarios::make_plan(*scenario);
  const MachineLimits limits = machine_limits();
  const Needs needs = needs_of(*scenario, plan, flags.processes);
  if (const auto verdict = refuse(preflight(*scenario, needs, limits)); verdict != ExitCode::met)
    return verdict;

  const auto started = std::chrono::system_clock::now();
  const auto folder = flags.out.value_or(default_folder(*scenario, started));
  if (const auto removed = remove_results(folder, flags.scenario.file); !removed) {
    fmt::print(stderr, "gauntlet: {}\n", removed.error());
    return ExitCode::usage;
  }

  ProgressPrinter progress;
  LogFlags log_flags = flags.log;
  log_flags.shared = flags.processes > 1;
  const auto log = open_log(log_flags, LogClock::wall);
  if (!log) return refuse({Obstacle::Whose::user, log.error()});
  LiveSettings settings{
      .threads = flags.threads, .processes = flags.processes, .log = *log.value()};
  if (!flags.quiet && !flags.log.to_standard_error())
    settings.on_progress = [&](const Progress& p, const metrics::Snapshot& now) {
      progress(p, now);
    };
  LastScrape last_scrape;
  // By then the targets have answered: of a run that does not take place, only the cause is said.
  settings.on_start = [&](Look look) -> Result<std::shared_ptr<void>, std::string> {
    if (!flags.quiet) print_head(*scenario, plan, needs, limits);
    if (!flags.prometheus) return std::shared_ptr<void>{};
    return serve_metrics(*flags.prometheus, scenario->name, last_scrape, std::move(look));
  };
  if (flags.prometheus) settings.still_watched = [&] { return last_scrape.awaited(); };

  auto result = run_live(*scenario, plan, settings);
  progress.finish();
  if (!result) return refuse(result.error());
  return conclude({.scenario = *scenario,
                   .plan = plan,
                   .driver = "live",
                   .started = started,
                   .lasted = std::chrono::system_clock::now() - started,
                   .out = folder},
                  std::move(result).value());
}

}  // namespace gauntlet::sim
