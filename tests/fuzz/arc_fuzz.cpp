// Any text: what the ARC decoder takes, it takes again in a message of its own.
#include <string>

#include "sim/wire/arc_messages.hpp"
#include "tests/fuzz/pieces.hpp"

using namespace gauntlet;
using namespace gauntlet::sim::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static ArcDecoder decoder;
  static ArcDecoder second;
  const std::string_view text = fuzz::as_text(data, size);

  std::string delivery;
  append_arc_delivery(delivery, {.id = text, .from = text, .to = {}, .ts_ms = 0}, "null");
  fuzz::demand(decoder.decode(delivery) != nullptr);

  const ArcMessage* message = decoder.decode(text);
  if (!message) return 0;
  decoder.decode_agents(message->payload);
  if (message->payload.empty()) return 0;
  std::string forwarded;
  append_arc_delivery(forwarded,
                      {.id = message->id,
                       .from = message->from,
                       .to = message->to,
                       .ts_ms = 1,
                       .type = message->type,
                       .ref = message->ref},
                      message->payload);
  const ArcMessage* again = second.decode(forwarded);
  fuzz::demand(again && again->payload == message->payload && again->type == message->type &&
               again->ref == message->ref && std::ranges::equal(again->to, message->to) &&
               again->tag.has_value() == message->tag.has_value());
  return 0;
}
