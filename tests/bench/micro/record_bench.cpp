// What a sample, a count and a message's books cost. Beside the first two, prometheus-cpp does the
// same.
#include <benchmark/benchmark.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>

#include "metrics/ledger/ledger.hpp"
#include "metrics/record/recorder.hpp"
#include "metrics/summary/histogram.hpp"

namespace gauntlet::metrics {
namespace {

/// Latencies around 300 µs, so that every bucket is not the same one.
Duration latency(std::uint64_t i) { return Duration{100'000 + (i * 7919) % 400'000}; }

void gauntlet_observes(benchmark::State& state) {
  Histogram histogram;
  std::uint64_t i = 0;
  for (auto _ : state) histogram.record(latency(i++));
}
BENCHMARK(gauntlet_observes)->Name("a sample recorded/gauntlet");

void prometheus_observes(benchmark::State& state) {
  prometheus::Histogram histogram{
      {1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1}};
  std::uint64_t i = 0;
  for (auto _ : state) histogram.Observe(seconds(latency(i++)));
}
BENCHMARK(prometheus_observes)->Name("a sample recorded/prometheus-cpp");

void gauntlet_counts(benchmark::State& state) {
  Recorder recorder;
  for (auto _ : state) recorder.count(Counter::relay_offered);
}
BENCHMARK(gauntlet_counts)->Name("a count under a label/gauntlet");

void prometheus_counts(benchmark::State& state) {
  prometheus::Family<prometheus::Counter> family{"sent_total", "Messages.", {}};
  for (auto _ : state) family.Add({{"kind", "direct"}}).Increment();
}
BENCHMARK(prometheus_counts)->Name("a count under a label/prometheus-cpp");

void ledger_books(benchmark::State& state) {
  constexpr ActorId kAgents = 1000;
  using What = LedgerEvent::What;
  Recorder recorder;
  Ledger ledger{Ledger::kRelay, {}, recorder};
  for (ActorId agent = 0; agent < kAgents; ++agent)
    ledger.add({.what = What::entered, .actor = agent});
  std::uint32_t message = 0;
  for (auto _ : state) {
    const ActorId sender = message % kAgents;
    const ActorId receiver = (sender + 1) % kAgents;
    const MessageKey key{sender, 0, message / kAgents};
    const Instant now{Duration{1000} * message++};
    ledger.add({.what = What::sent_to, .actor = receiver, .message = key, .at = now});
    ledger.add({.what = What::arrived, .actor = receiver, .message = key, .at = now});
  }
}
BENCHMARK(ledger_books)->Name("a direct message in the ledger/gauntlet");

}  // namespace
}  // namespace gauntlet::metrics

BENCHMARK_MAIN();
