// A message through the WebSocket codec: written by a client, read by a server. Beside it, Beast's
// stream does the same over a pipe in memory.
#include <benchmark/benchmark.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/_experimental/test/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <string>

#include "sim/wire/websocket.hpp"

namespace gauntlet::sim::wire {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr std::uint32_t kMaskKey = 0x3D21FA37;

std::string message_of(const benchmark::State& state) {
  return std::string(static_cast<std::size_t>(state.range()), 'x');
}

void gauntlet_frames(benchmark::State& state) {
  const std::string message = message_of(state);
  std::string stream;
  FrameDecoder decoder{Role::server, 1U << 20U};
  for (auto _ : state) {
    stream.clear();
    append_frame(stream, Role::client, Opcode::text, message, kMaskKey);
    std::span<char> bytes{stream};
    benchmark::DoNotOptimize(decoder.next(bytes));
  }
}
BENCHMARK(gauntlet_frames)->Name("a frame written and read/gauntlet")->Arg(186)->Arg(65'536);

void beast_frames(benchmark::State& state) {
  asio::io_context context;
  websocket::stream<beast::test::stream> client{context};
  websocket::stream<beast::test::stream> server{context};
  beast::test::connect(client.next_layer(), server.next_layer());
  server.async_accept([](beast::error_code) {});
  client.async_handshake("h", "/", [](beast::error_code) {});
  context.run();
  if (!client.is_open() || !server.is_open()) return state.SkipWithError("no handshake");
  client.text(true);
  const std::string message = message_of(state);
  beast::flat_buffer received;
  for (auto _ : state) {
    client.write(asio::buffer(message));
    server.read(received);
    benchmark::DoNotOptimize(received.data());
    received.clear();
  }
}
BENCHMARK(beast_frames)->Name("a frame written and read/Beast")->Arg(186)->Arg(65'536);

}  // namespace
}  // namespace gauntlet::sim::wire

BENCHMARK_MAIN();
