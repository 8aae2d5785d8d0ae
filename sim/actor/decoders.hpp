// The decoders of the actors: their scratch space serves every actor of a thread, one message after
// another, so that an idle actor holds none.
#pragma once

#include "sim/wire/arc_messages.hpp"
#include "sim/wire/arena_messages.hpp"

namespace gauntlet::sim {

inline wire::ArcDecoder& arc_decoder() {
  thread_local wire::ArcDecoder decoder;
  return decoder;
}

inline wire::ArenaDecoder& arena_decoder() {
  thread_local wire::ArenaDecoder decoder;
  return decoder;
}

}  // namespace gauntlet::sim
