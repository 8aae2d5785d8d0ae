// An ARC message to JSON and back, and a token of the arena: what a message costs between its
// machine and its frame. Beside it, nlohmann/json does the same.
#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>
#include <string>

#include "sim/wire/arc_messages.hpp"
#include "sim/wire/arena_messages.hpp"

namespace gauntlet::sim::wire {
namespace {

constexpr std::uint32_t kPayloadBytes = 120;
constexpr std::string_view kTo = "gauntlet-0badcafe-8";
constexpr PayloadTag kTag{
    .run = "0badcafe", .message = {.sender = 7, .lane = 0, .n = 42}, .intended_ns = 123456789};

std::string sample_delivery() {
  std::string payload;
  append_payload(payload, kTag, kPayloadBytes);
  std::string text;
  append_arc_delivery(
      text,
      {.id = "msg_000042", .from = "gauntlet-0badcafe-7", .to = {&kTo, 1}, .ts_ms = 1700000000},
      payload);
  return text;
}

void gauntlet_writes(benchmark::State& state) {
  std::string payload;
  std::string out;
  for (auto _ : state) {
    payload.clear();
    out.clear();
    append_payload(payload, kTag, kPayloadBytes);
    append_arc_direct(out, {&kTo, 1}, payload);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(gauntlet_writes)->Name("a direct message written/gauntlet");

void nlohmann_writes(benchmark::State& state) {
  const std::string padding(54, 'x');
  for (auto _ : state) {
    const nlohmann::json message{{"to", {kTo}},
                                 {"payload",
                                  {{"run", kTag.run},
                                   {"from", kTag.message.sender},
                                   {"lane", kTag.message.lane},
                                   {"n", kTag.message.n},
                                   {"at", kTag.intended_ns},
                                   {"pad", padding}}}};
    benchmark::DoNotOptimize(message.dump());
  }
}
BENCHMARK(nlohmann_writes)->Name("a direct message written/nlohmann");

void gauntlet_reads(benchmark::State& state) {
  const std::string text = sample_delivery();
  ArcDecoder decoder;
  for (auto _ : state) benchmark::DoNotOptimize(decoder.decode(text));
}
BENCHMARK(gauntlet_reads)->Name("a delivery read/gauntlet");

void nlohmann_reads(benchmark::State& state) {
  const std::string text = sample_delivery();
  for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json::parse(text));
}
BENCHMARK(nlohmann_reads)->Name("a delivery read/nlohmann");

void gauntlet_writes_token(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_arena_token(out, 1, "gauntlet-0badcafe-p7", 42, " token");
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(gauntlet_writes_token)->Name("a token written/gauntlet");

void nlohmann_writes_token(benchmark::State& state) {
  for (auto _ : state) {
    const nlohmann::json token{{"type", "token"},
                               {"round", 1},
                               {"participant_id", "gauntlet-0badcafe-p7"},
                               {"seq", 42},
                               {"content", " token"}};
    benchmark::DoNotOptimize(token.dump());
  }
}
BENCHMARK(nlohmann_writes_token)->Name("a token written/nlohmann");

}  // namespace
}  // namespace gauntlet::sim::wire

BENCHMARK_MAIN();
