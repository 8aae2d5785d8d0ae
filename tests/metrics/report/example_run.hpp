// One small run with something of everything, for the tests of reports.
#pragma once

#include "metrics/record/recorder.hpp"
#include "metrics/report/run_report.hpp"

namespace gauntlet::metrics {

inline void record_example(Recorder& recorder) {
  using namespace std::chrono_literals;
  using enum Counter;
  for (int i = 1; i <= 1000; ++i) {
    recorder.observe(Series::relay_delivery_direct, std::chrono::microseconds{10 * i},
                     Window::measured);
    recorder.observe(Series::generator_slip, std::chrono::microseconds{i}, Window::measured);
    recorder.observe(Series::generator_pause, std::chrono::microseconds{10 * i}, Window::measured);
  }
  for (int i = 1; i <= 200; ++i)
    recorder.observe(Series::relay_delivery_broadcast, std::chrono::milliseconds{i},
                     Window::measured);
  for (int i = 0; i < 40; ++i) {
    recorder.observe(Series::arena_first_token, 150ms, Window::measured);
    recorder.observe(Series::arena_inter_token, 25ms, Window::measured);
  }
  recorder.observe(Series::relay_delivery_direct, 9s, Window::warm_up);

  recorder.count(relay_registered, 500);
  recorder.count(relay_connected, 500);
  recorder.count(relay_offered, 1'010);
  recorder.count(relay_sent_direct, 980);
  recorder.count(relay_sent_broadcast, 20);
  recorder.count(relay_unsent, 10);
  recorder.set(relay_expected, 1'212);
  recorder.set(relay_received, 1'201);
  recorder.set(relay_lost, 11);
  recorder.set(relay_duplicated, 3);
  recorder.set(relay_reordered, 1);
  recorder.count(relay_failure(Outcome::rate_limited), 12);
  recorder.count(arena_failure(Outcome::rate_limited), 2);
  recorder.count(relay_failure(Outcome::reset), 1);
  recorder.count(arena_rounds_offered, 40);
  recorder.count(arena_rounds_completed, 38);
  recorder.count(arena_rounds_expired, 2);
  recorder.count(arena_tokens_sent, 4'700);
  recorder.count(bytes_sent, 1'234'567);
  recorder.shift(Gauge::relay_agents, 500);
  recorder.shift(Gauge::arena_participants, 40);
}

inline RunReport example_run() {
  using namespace std::chrono_literals;
  Recorder recorder;
  record_example(recorder);
  RunReport report;
  report.scenario_name = "relay-and-arena-quickstart";
  report.seed = 42;
  report.plan_hash = 0x1234'5678'9ABC'DEF0;
  report.effective_yaml = "name: relay-and-arena-quickstart\nseed: 42\n";
  report.started_at = "2026-01-02T03:04:05Z";
  report.version = "0.1.0";
  report.host = "Linux 6.1, 2 cores";
  report.target = "embedded relay, embedded arena";
  report.driver = "live";
  report.duration = 12'345ms;
  report.measured = 10s;
  report.snapshot.add(recorder);
  std::vector<ThresholdRule> rules;
  for (const char* text :
       {"relay.delivery.p95 < 250ms", "relay.delivery.p99 < 250ms", "relay.lost == 0",
        "arena.first_token.p95 < 1s", "arena.rounds_completed >= 95%", "relay.answer.p99 < 1s"})
    rules.push_back(parse_threshold(text).value());
  report.judged = judge(rules, report.snapshot, report.measured);
  report.slo = attain(rules, report.snapshot, report.measured);
  report.generator = {.loop_busy = {0.21, 0.34},
                      .loop_starved = {0.01, 0.02},
                      .longest_pause_at = at(4s),
                      .host = {.stolen = 0.003,
                               .throttled = HostFacts::Throttled{2, 50ms, 0.005},
                               .packets = HostCounters::Packets{123'456, 0, 0}},
                      .cpu_seconds = 4.5,
                      .rss_bytes = 85 << 20};
  report.steadiness = {Steadiness::Kind::steady,
                       "steady: no shift in p99, p50, throughput of relay.delivery."};
  report.notes = {
      "3 messages of other clients were seen: somebody else uses this relay too, so its "
      "latency is not only what this run made of it."};
  report.files = "runs/quickstart-1/";
  return report;
}

}  // namespace gauntlet::metrics
