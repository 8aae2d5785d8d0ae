// A part of a run with a little of everything.
#pragma once

#include "metrics/record/recorder.hpp"
#include "metrics/shard/shard_part.hpp"

namespace gauntlet::metrics {

/// @param scale  makes its numbers differ from those of others.
inline ShardPart made_part(std::uint32_t number, std::uint32_t count, int scale = 1) {
  using namespace std::chrono_literals;
  Recorder recorder;
  Timeline timeline{at(10s), at(30s)};
  const std::array<const Recorder*, 1> recorders{&recorder};
  for (int tick = 0; tick <= 24; ++tick) {
    recorder.observe(Series::relay_connect, scale * 1ms + tick * 1us, Window::measured);
    recorder.count(Counter::relay_sent_direct, static_cast<std::uint64_t>(scale));
    timeline.cut(at(9s + tick * 1s), recorders);
  }
  recorder.observe(Series::relay_connect, 7us, Window::warm_up);
  recorder.observe(Series::generator_pause, scale * 3ms, Window::measured);
  recorder.shift(Gauge::relay_agents, 5);
  ShardPart part;
  part.who = {.scenario = "crowd",
              .plan_hash = 0xABCDEF,
              .run = "00c0ffee",
              .number = number,
              .count = count};
  part.started_unix_ns = 1'795'789'800'000'000'000 + scale;
  part.lasted = 40s + scale * 1ms;
  part.measured = 20s + scale * 1ms;
  part.closed = at(35s + scale * 1ms);
  part.version = "0.1.0";
  part.host = "Linux, 2 cores";
  part.never_started = {number, number + count};
  part.breaches = {{.invariant = Invariant::all_closed,
                    .at = at(36s),
                    .since = at(36s),
                    .actor = number,
                    .message = {.sender = number}}};
  part.warnings = {"the disk was full."};
  part.events = 77;
  part.generator.loop_busy = {0.1 * scale};
  part.generator.loop_starved = {0.01 * scale};
  part.generator.longest_pause_at = at(scale * 11s);
  part.generator.cpu_seconds = 1.5;
  part.generator.rss_bytes = 1'000;
  part.generator.host.stolen = 0.001 * scale;
  part.generator.host.throttled = HostFacts::Throttled{3, 4ms, 0.002 * scale};
  part.generator.host.packets = HostCounters::Packets{1'000, static_cast<std::uint64_t>(scale),
                                                      static_cast<std::uint64_t>(7 - scale)};
  part.snapshot.add(recorder);
  part.intervals = std::move(timeline).finish(at(40s), recorders);
  return part;
}

}  // namespace gauntlet::metrics
