// What a message costs on the wire: each step of a round trip, alone.
#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>

#include "sim/wire/arc_messages.hpp"
#include "sim/wire/arena_messages.hpp"
#include "sim/wire/websocket.hpp"

namespace gauntlet::sim::wire {
namespace {

constexpr std::uint32_t kPayloadBytes = 160;
constexpr std::uint32_t kMaskKey = 0x3D21FA37;

PayloadTag sample_tag() {
  return {
      .run = "0badcafe", .message = {.sender = 7, .lane = 0, .n = 42}, .intended_ns = 123456789};
}

std::string sample_delivery() {
  std::string payload;
  append_payload(payload, sample_tag(), kPayloadBytes);
  const std::string_view to = "gauntlet-0badcafe-8";
  std::string text;
  append_arc_delivery(
      text,
      {.id = "msg_000042", .from = "gauntlet-0badcafe-7", .to = {&to, 1}, .ts_ms = 1700000000},
      payload);
  return text;
}

void count_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void write_broadcast(benchmark::State& state) {
  std::string payload;
  std::string out;
  for (auto _ : state) {
    payload.clear();
    out.clear();
    append_payload(payload, sample_tag(), kPayloadBytes);
    append_arc_broadcast(out, payload);
    benchmark::DoNotOptimize(out.data());
  }
  count_bytes(state, out.size());
}
BENCHMARK(write_broadcast);

void read_delivery(benchmark::State& state) {
  const std::string text = sample_delivery();
  ArcDecoder decoder;
  for (auto _ : state) benchmark::DoNotOptimize(decoder.decode(text));
  count_bytes(state, text.size());
}
BENCHMARK(read_delivery);

void read_delivery_with_nlohmann(benchmark::State& state) {
  const std::string text = sample_delivery();
  for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json::parse(text));
  count_bytes(state, text.size());
}
BENCHMARK(read_delivery_with_nlohmann);

void write_token(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_arena_token(out, 1, "gauntlet-0badcafe-p7", 42, " token");
    benchmark::DoNotOptimize(out.data());
  }
  count_bytes(state, out.size());
}
BENCHMARK(write_token);

void read_token(benchmark::State& state) {
  std::string text;
  append_arena_token(text, 1, "gauntlet-0badcafe-p7", 42, " token");
  ArenaDecoder decoder;
  for (auto _ : state) benchmark::DoNotOptimize(decoder.decode(text));
  count_bytes(state, text.size());
}
BENCHMARK(read_token);

void write_frame(benchmark::State& state) {
  const std::string payload(static_cast<std::size_t>(state.range()), 'x');
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_frame(out, Role::client, Opcode::text, payload, kMaskKey);
    benchmark::DoNotOptimize(out.data());
  }
  count_bytes(state, out.size());
}
BENCHMARK(write_frame)->Arg(186)->Arg(65'536);

// A key of zeros leaves the text as it is, so that one buffer serves every time.
void read_frame(benchmark::State& state) {
  std::string stream;
  append_frame(stream, Role::client, Opcode::text,
               std::string(static_cast<std::size_t>(state.range()), 'x'), 0);
  FrameDecoder decoder{Role::server, 1U << 20U};
  for (auto _ : state) {
    std::span<char> bytes{stream};
    benchmark::DoNotOptimize(decoder.next(bytes));
  }
  count_bytes(state, stream.size());
}
BENCHMARK(read_frame)->Arg(186)->Arg(65'536);

}  // namespace
}  // namespace gauntlet::sim::wire

BENCHMARK_MAIN();
