// Random conversations: what is sent, as bytes, and what must be heard.
#pragma once

#include <string>
#include <string_view>

#include "tests/sim/wire/frames.hpp"

namespace gauntlet::sim::wire {

struct Conversation {
  std::string stream;
  Events events;
};

inline std::string_view take_piece(Stream& random, std::string_view& left) {
  const std::string_view piece = left.substr(0, random.below(left.size() + 1));
  left.remove_prefix(piece.size());
  return piece;
}

inline void add_control(Stream& random, Role from, Conversation& to) {
  const bool is_ping = random.chance(0.5);
  const std::string body = random_bytes(random, random.below(random.chance(0.1) ? 126 : 8));
  append_frame(to.stream, from, is_ping ? Opcode::ping : Opcode::pong, body, random_key(random));
  to.events.push_back(is_ping ? ping(body) : pong(body));
}

// One message in one to five frames, cut inside of characters too, with control frames between.
inline void add_message(Stream& random, Role from, Conversation& to, std::uint64_t size_max) {
  const bool is_text = random.chance(0.7);
  const std::uint64_t size = random.below(size_max + 1);
  const std::string body = is_text ? random_text(random, size) : random_bytes(random, size);
  std::string_view left = body;
  Opcode opcode = is_text ? Opcode::text : Opcode::binary;
  for (auto more = random.below(5); more > 0; --more) {
    append_frame(to.stream, from, opcode, take_piece(random, left), random_key(random), false);
    opcode = Opcode::continuation;
    if (random.chance(0.3)) add_control(random, from, to);
  }
  append_frame(to.stream, from, opcode, left, random_key(random));
  to.events.push_back(is_text ? text(body) : binary(body));
}

inline Conversation random_conversation(Stream& random, Role from, int messages,
                                        std::uint64_t size_max) {
  Conversation made;
  for (int i = 0; i < messages; ++i) {
    if (random.chance(0.2)) add_control(random, from, made);
    add_message(random, from, made, size_max);
  }
  append_close(made.stream, from, 1000, "enough", random_key(random));
  made.events.push_back(close(1000, "enough"));
  return made;
}

}  // namespace gauntlet::sim::wire
