// Any bytes, in any pieces: the WebSocket decoder hears the same, and nothing after the end.
#include <string>
#include <tuple>

#include "sim/wire/websocket.hpp"
#include "tests/fuzz/pieces.hpp"

using namespace gauntlet;
using namespace gauntlet::sim::wire;

namespace {

using Heard = std::vector<std::tuple<WsEvent::Kind, std::string, std::uint16_t>>;

Heard hear(Role ours, std::string_view bytes, std::size_t piece_bytes) {
  constexpr std::size_t kMessageBytesMax = 1'000;
  FrameDecoder decoder{ours, kMessageBytesMax};
  Heard heard;
  fuzz::in_pieces(bytes, piece_bytes, [&](std::span<char> piece) {
    while (const auto event = decoder.next(piece)) {
      fuzz::demand(event->payload.size() <= kMessageBytesMax);
      heard.emplace_back(event->kind, event->payload, event->code);
    }
    fuzz::demand(piece.empty());
    return true;
  });
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Role ours = data[0] % 2 == 0 ? Role::client : Role::server;
  const std::string_view bytes = fuzz::as_text(data + 2, size - 2);
  const Heard whole = hear(ours, bytes, size);
  fuzz::demand(whole == hear(ours, bytes, 1U + data[1] % 64U));
  const auto is_end = [](const auto& event) { return std::get<0>(event) >= WsEvent::Kind::close; };
  const auto end = std::ranges::find_if(whole, is_end);
  fuzz::demand(end == whole.end() || end + 1 == whole.end());
  return 0;
}
