// Any text: what the arena decoder takes, it takes again in a message of our own.
#include <string>

#include "sim/wire/arena_messages.hpp"
#include "tests/fuzz/pieces.hpp"

using namespace gauntlet;
using namespace gauntlet::sim::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static ArenaDecoder decoder;
  static ArenaDecoder second;
  const std::string_view text = fuzz::as_text(data, size);

  std::string token;
  append_arena_token(token, 1, text, 0, text);
  fuzz::demand(decoder.decode(token) != nullptr);

  const ArenaMessage* message = decoder.decode(text);
  if (!message) return 0;
  std::string again;
  append_arena_token(again, message->round.value_or(1), message->participant_id,
                     message->seq.value_or(0), message->content);
  const ArenaMessage* read = second.decode(again);
  fuzz::demand(read && read->type == ArenaType::token && read->content == message->content &&
               read->participant_id == message->participant_id &&
               read->round == message->round.value_or(1));
  return 0;
}
