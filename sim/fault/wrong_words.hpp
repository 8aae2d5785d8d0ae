// What no well-meaning client ever says, as the bytes that it would be.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/terms/fault_kind.hpp"

namespace gauntlet::sim {

/// What a participant said last, for those faults that say it again. Texts are JSON, or empty.
struct LastWords {
  std::string name{};      // with which it registered
  std::string another{};   // the name of somebody else, if there is anybody
  std::uint32_t round{0};  // of its last generation, from 1
  std::string token{};
  std::string completion{};
  std::string completion_before{};  // of a round that is over
  bool generating{false};

  void begin(std::uint32_t next_round);
  /// Something that it said, in our own spelling.
  void hear(std::string_view said);
};

/// The names of a run's participants differ in the number at their end. Empty when there is nobody
/// else.
std::string another_of(std::string_view name, std::uint32_t number, std::uint32_t participants);

/// The number of the next token, from 0.
std::int64_t next_seq(const LastWords& last);

/// Whether a fault of words has something to say now.
bool can_say(FaultKind kind, const LastWords& last);

/// Appends the frames of a fault that is carried out in words (FaultPlace::words), ready for the
/// wire. Only when it can be said.
void append_wrong_words(std::string& out, FaultKind kind, const LastWords& last);

}  // namespace gauntlet::sim
