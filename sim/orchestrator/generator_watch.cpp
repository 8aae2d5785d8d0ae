#include "sim/orchestrator/generator_watch.hpp"

#include <algorithm>

#include "metrics/report/process_usage.hpp"

namespace gauntlet::sim {
namespace {

// Short beside the pauses that matter, and few enough that waking up costs nothing that is
// measured.
constexpr Duration kNap = std::chrono::milliseconds{5};
constexpr int kNapsPerProbe = 2;

}  // namespace

double share_of(Duration lasted, Duration before, Duration after) {
  if (lasted <= Duration::zero()) return 0;
  return std::clamp(seconds(after - before) / seconds(lasted), 0.0, 1.0);
}

void GeneratorWatch::begin(std::span<const std::unique_ptr<Worker>> workers) {
  workers_ = workers;
  host_before_ = metrics::read_host_counters();
  before_ = spent();
  began_ = clock_.now();
  thread_ = std::jthread{[this](const std::stop_token& stop) { keep_watch(stop); }};
}

metrics::GeneratorFacts GeneratorWatch::end() {
  thread_ = {};
  const Duration lasted = clock_.now() - began_;
  const std::vector<Spent> after = spent();
  metrics::GeneratorFacts facts;
  facts.host = metrics::between(host_before_, metrics::read_host_counters(), lasted);
  for (std::size_t i = 0; i < after.size(); ++i) {
    facts.loop_busy.push_back(share_of(lasted, before_[i].busy, after[i].busy));
    facts.loop_starved.push_back(share_of(lasted, before_[i].starved, after[i].starved));
  }
  facts.longest_pause_at = pauses_.longest_at();
  const metrics::ProcessUsage usage = metrics::process_usage();
  facts.cpu_seconds = usage.cpu_seconds;
  facts.rss_bytes = usage.resident_bytes;
  return facts;
}

std::vector<GeneratorWatch::Spent> GeneratorWatch::spent() const {
  std::vector<Spent> all;
  for (const auto& worker : workers_) all.push_back({worker->cpu_time(), worker->starved_time()});
  return all;
}

void GeneratorWatch::keep_watch(const std::stop_token& stop) {
  for (int naps = 1; !stop.stop_requested(); ++naps) {
    const Instant due = clock_.now() + kNap;
    std::this_thread::sleep_until(clock_.when(due));
    pauses_.woke(due, clock_.now());
    if (naps % kNapsPerProbe != 0) continue;
    for (const auto& worker : workers_) worker->probe();
  }
}

}  // namespace gauntlet::sim
