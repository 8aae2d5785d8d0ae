// `gauntlet run`: a scenario over sockets.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "metrics/report/prometheus.hpp"
#include "metrics/report/run_report.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/results.hpp"

namespace gauntlet::sim {
namespace {

// Files that the process needs besides its sockets: loops, timers, logs, a scrape or two.
constexpr std::uint64_t kSpareFiles = 64;

bool enough_files(const scenarios::PlanSummary& plan) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= plan.sockets + kSpareFiles)
    return true;
  fmt::print(stderr,
             "gauntlet: the scenario needs {} sockets, but this process may open {} files\n"
             "  fix: raise the limit (ulimit -n {}), or use fewer clients\n",
             plan.sockets, limit.rlim_cur, plan.sockets + kSpareFiles);
  return false;
}

// One line that is written over on a terminal; lines of their own elsewhere.
class ProgressPrinter {
 public:
  void operator()(const Progress& progress, const metrics::Snapshot& now) {
    const std::string line = metrics::progress_line(now, before_,
                                                    {.elapsed = progress.elapsed,
                                                     .total = progress.total,
                                                     .since_before = progress.elapsed - last_});
    fmt::print(stderr, "{}{:<8} {}{}", terminal_ ? "\r\033[2K" : "", progress.phase, line,
               terminal_ ? "" : "\n");
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

}  // namespace

ExitCode run_command(const RunFlags& flags) {
  const auto scenario = load_scenario(flags.scenario);
  if (!scenario) return ExitCode::usage;
  const scenarios::Plan plan = scenarios::make_plan(*scenario);
  if (!enough_files(scenarios::summarise(*scenario, plan))) return ExitCode::usage;

  const auto started = std::chrono::system_clock::now();
  fmt::print("gauntlet run {}  seed {}  plan {:#018x}\n", scenario->name, scenario->seed,
             scenarios::plan_hash(*scenario, plan));
  std::fflush(stdout);

  ProgressPrinter progress;
  LiveSettings settings{.threads = flags.threads};
  if (!flags.quiet)
    settings.on_progress = [&](const Progress& p, const metrics::Snapshot& now) {
      progress(p, now);
    };
  LastScrape last_scrape;
  if (flags.prometheus) {
    settings.on_start =
        [&](std::function<metrics::Snapshot()> look) -> Result<std::shared_ptr<void>, std::string> {
      auto server = metrics::PrometheusServer::start(*flags.prometheus, scenario->name,
                                                     [&last_scrape, look = std::move(look)] {
                                                       last_scrape.seen();
                                                       return look();
                                                     });
      if (!server) return fail(server.error());
      return std::shared_ptr<void>{
          std::make_shared<metrics::PrometheusServer>(std::move(server).value())};
    };
    settings.still_watched = [&] { return last_scrape.awaited(); };
  }

  auto result = run_live(*scenario, plan, settings);
  progress.finish();
  if (!result) {
    fmt::print(stderr, "gauntlet: {}\n", result.error().sentence);
    return result.error().whose == RunProblem::Whose::target ? ExitCode::unreachable
                                                             : ExitCode::usage;
  }
  return conclude({.scenario = *scenario,
                   .plan = plan,
                   .driver = "live",
                   .started = started,
                   .lasted = std::chrono::system_clock::now() - started,
                   .out = flags.out.value_or(default_folder(*scenario, started))},
                  std::move(result).value());
}

}  // namespace gauntlet::sim
