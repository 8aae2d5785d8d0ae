// How actors read messages. The decoders' scratch space serves every actor of a thread, one message
// after another, so that an idle actor holds none.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

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

/// The number of a round or a token: unset when it is missing, or none that a sane arena gives.
inline std::optional<std::uint32_t> ordinal(const std::optional<std::int64_t>& said) {
  const std::int64_t number = said.value_or(-1);
  if (number < 0 || number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(number);
}

}  // namespace gauntlet::sim
