// What RFC 6455 forbids, each as the shortest stream that shows it.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "tests/sim/wire/frames.hpp"

namespace gauntlet::sim::wire {

/// A peer of `ours`, whose messages are limited to 1,000 bytes, sends `bytes`; the last of them is
/// the first that is wrong.
struct Wrong {
  const char* name;
  Role ours;
  std::string bytes;
  Events heard;
  std::uint16_t beast_code{heard.back().code};  // what Beast closes with
};
inline void PrintTo(const Wrong& w, std::ostream* os) { *os << w.name; }

inline std::vector<Wrong> violations() {
  using namespace std::string_literals;
  return {
      Wrong{"ReservedBit1", Role::client, "\xC1\x00"s, {violation(1002)}},
      Wrong{"ReservedBit2", Role::client, "\xA1\x00"s, {violation(1002)}},
      Wrong{"ReservedBit3", Role::client, "\x91\x00"s, {violation(1002)}},
      Wrong{"ReservedDataOpcode", Role::client, "\x83\x00"s, {violation(1002)}},
      Wrong{"ReservedControlOpcode", Role::client, "\x8B\x00"s, {violation(1002)}},
      Wrong{"MaskedByAServer", Role::client, "\x81\x80"s, {violation(1002)}},
      Wrong{"UnmaskedByAClient", Role::server, "\x81\x00"s, {violation(1002)}},
      Wrong{"FragmentedPing", Role::client, "\x09\x00"s, {violation(1002)}},
      Wrong{"FragmentedClose", Role::client, "\x08\x00"s, {violation(1002)}},
      Wrong{"LongPing", Role::client, "\x89\x7E"s, {violation(1002)}},
      Wrong{"ContinuationOfNothing", Role::client, "\x80\x00"s, {violation(1002)}},
      Wrong{"ContinuationAfterTheEnd",
            Role::client,
            "\x01\x01"
            "a\x80\x01"
            "b\x80\x00"s,
            {text("ab"), violation(1002)}},
      Wrong{"NewMessageWithinAMessage",
            Role::client,
            "\x01\x01"
            "a\x81\x00"s,
            {violation(1002)}},
      Wrong{"LengthIn2BytesThatFits1", Role::client, "\x81\x7E\x00\x7D"s, {violation(1002)}},
      Wrong{"LengthIn8BytesThatFits2",
            Role::client,
            "\x81\x7F\x00\x00\x00\x00\x00\x00\xFF\xFF"s,
            {violation(1002)}},
      Wrong{"LengthOf64Bits",
            Role::client,
            "\x81\x7F\x80\x00\x00\x00\x00\x00\x00\x00"s,
            {violation(1002)},
            1009},
      Wrong{"LengthOf63BitsIsOnlyTooBig",
            Role::client,
            "\x81\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s,
            {violation(1009)}},
      Wrong{"TooBigByItsHeader", Role::client, "\x82\x7E\x03\xE9"s, {violation(1009)}},
      Wrong{"TooBigInSum",
            Role::client,
            "\x02\x7E\x03\xE8"s + std::string(1'000, 'b') + "\x80\x01"s,
            {violation(1009)}},
      Wrong{"CloseOfOneByte", Role::client, "\x88\x01\x03"s, {violation(1002)}},
      Wrong{"CloseCodeOfNoOne", Role::client, "\x88\x02\x03\xED"s, {violation(1002)}},
      Wrong{"CloseReasonNotUtf8", Role::client, "\x88\x03\x03\xE8\xFF"s, {violation(1007)}, 1002},
      Wrong{"CloseReasonCutShort",
            Role::client,
            "\x88\x04\x03\xE8\xE2\x82"s,
            {violation(1007)},
            1002},
      Wrong{"TextNotUtf8InMidFrame", Role::client, "\x81\x09ok \xFF"s, {violation(1007)}},
      Wrong{"TextNotUtf8InMidMessage", Role::client, "\x01\x02ok\x00\x05 \xC0"s, {violation(1007)}},
      Wrong{"SurrogateKnownByItsSecondByte", Role::client, "\x81\x05\xED\xA0"s, {violation(1007)}},
      Wrong{"CharacterAcrossAPingButWrong",
            Role::client,
            "\x01\x01\xE2\x89\x00\x80\x02\x28"s,
            {ping(""), violation(1007)}},
      Wrong{"TextCutBeforeAnEmptyLastFrame",
            Role::client,
            "\x01\x02\xE2\x82\x80\x00"s,
            {violation(1007)},
            1002},
      Wrong{"TextCutWithinACharacter", Role::client, "\x81\x02\xE2\x82"s, {violation(1007)}}};
}

}  // namespace gauntlet::sim::wire
