#include "sim/wire/websocket.hpp"

#include <gtest/gtest.h>

#include "tests/sim/wire/conversation.hpp"
#include "tests/sim/wire/frames.hpp"
#include "tests/sim/wire/violations.hpp"

namespace gauntlet::sim::wire {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// "37 fa 21 3d" as mask() and append_frame() want it: the lowest byte stands first on the wire.
constexpr std::uint32_t kRfcKey = 0x3D21FA37;

std::string frame(Role role, Opcode opcode, std::string_view payload, std::uint32_t key = 0,
                  bool fin = true) {
  std::string out;
  append_frame(out, role, opcode, payload, key, fin);
  return out;
}

// ---- The examples of RFC 6455 §5.7, written and read.

struct Example {
  const char* name;
  Role from;
  std::string bytes;
  std::string written;
  Events heard;
};
void PrintTo(const Example& e, std::ostream* os) { *os << e.name; }

class RfcExample : public testing::TestWithParam<Example> {};

TEST_P(RfcExample, IsWhatWeWrite) { EXPECT_EQ(GetParam().written, GetParam().bytes); }

TEST_P(RfcExample, IsReadWhole) {
  EXPECT_EQ(hear_whole(peer_of(GetParam().from), GetParam().bytes, 70'000), GetParam().heard);
}

TEST_P(RfcExample, IsReadByteByByte) {
  EXPECT_EQ(hear_in_pieces(peer_of(GetParam().from), GetParam().bytes, 1, 70'000),
            GetParam().heard);
}

INSTANTIATE_TEST_SUITE_P(
    , RfcExample,
    testing::Values(Example{"UnmaskedText",
                            Role::server,
                            "\x81\x05Hello",
                            frame(Role::server, Opcode::text, "Hello"),
                            {text("Hello")}},
                    Example{"MaskedText",
                            Role::client,
                            "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
                            frame(Role::client, Opcode::text, "Hello", kRfcKey),
                            {text("Hello")}},
                    Example{"FragmentedText",
                            Role::server,
                            "\x01\x03Hel\x80\x02lo"s,
                            frame(Role::server, Opcode::text, "Hel", 0, false) +
                                frame(Role::server, Opcode::continuation, "lo"),
                            {text("Hello")}},
                    Example{"Ping",
                            Role::server,
                            "\x89\x05Hello",
                            frame(Role::server, Opcode::ping, "Hello"),
                            {ping("Hello")}},
                    Example{"MaskedPong",
                            Role::client,
                            "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
                            frame(Role::client, Opcode::pong, "Hello", kRfcKey),
                            {pong("Hello")}},
                    Example{"Binary256",
                            Role::server,
                            "\x82\x7E\x01\x00"s + std::string(256, 'b'),
                            frame(Role::server, Opcode::binary, std::string(256, 'b')),
                            {binary(std::string(256, 'b'))}},
                    Example{"Binary64K",
                            Role::server,
                            "\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00"s + std::string(65'536, 'b'),
                            frame(Role::server, Opcode::binary, std::string(65'536, 'b')),
                            {binary(std::string(65'536, 'b'))}}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Frame, HasTheShortestLengthThatFits) {
  EXPECT_EQ(frame(Role::server, Opcode::text, "").size(), 2U);
  EXPECT_EQ(frame(Role::server, Opcode::text, std::string(125, 'x')).size(), 2U + 125U);
  EXPECT_EQ(frame(Role::server, Opcode::text, std::string(126, 'x')).size(), 4U + 126U);
  EXPECT_EQ(frame(Role::server, Opcode::text, std::string(65'535, 'x')).size(), 4U + 65'535U);
  EXPECT_EQ(frame(Role::server, Opcode::text, std::string(65'536, 'x')).size(), 10U + 65'536U);
  EXPECT_EQ(frame(Role::client, Opcode::text, "abc").size(), 2U + 4U + 3U);
}

TEST(Mask, IsTheSameByWordsAsByBytes) {
  const std::uint32_t key = 0xA1B2C3D4;
  for (std::size_t offset = 0; offset < 9; ++offset) {
    for (std::size_t length = 0; length < 40; ++length) {
      for (std::size_t phase = 0; phase < 8; ++phase) {
        std::string memory(offset + length, 'm');
        std::string want = memory;
        for (std::size_t i = 0; i < length; ++i)
          want[offset + i] = static_cast<char>(want[offset + i] ^
                                               static_cast<char>(key >> (8 * ((phase + i) % 4))));
        mask(std::span{memory}.subspan(offset), key, phase);
        ASSERT_EQ(memory, want) << offset << ' ' << length << ' ' << phase;
      }
    }
  }
}

// ---- Closing.

std::string close_frame(std::uint16_t code, std::string_view reason = {}) {
  std::string out;
  append_close(out, Role::server, code, reason);
  return out;
}

TEST(Close, CarriesCodeAndReason) {
  EXPECT_EQ(close_frame(1000), "\x88\x02\x03\xE8"s);
  EXPECT_THAT(hear_whole(Role::client, close_frame(4001, "bad token")),
              ElementsAre(close(4001, "bad token")));
}

TEST(Close, WithoutACodeReadsAs1005) {
  EXPECT_EQ(close_frame(1005, "unsaid"), "\x88\x00"s);
  EXPECT_EQ(close_frame(1006), "\x88\x00"s);
  EXPECT_THAT(hear_whole(Role::client, close_frame(1005)), ElementsAre(close(1005)));
}

TEST(Close, CutsALongReasonBetweenCharacters) {
  const std::string reason = std::string(121, 'r') + "\xE2\x82\xAC and so on";
  EXPECT_THAT(hear_whole(Role::client, close_frame(1000, reason)),
              ElementsAre(close(1000, std::string(121, 'r'))));
  EXPECT_THAT(hear_whole(Role::client, close_frame(1000, std::string(123, 'r'))),
              ElementsAre(close(1000, std::string(123, 'r'))));
}

TEST(Close, HasEveryCodeThatMayBeSentAndNoOther) {
  for (unsigned code = 0; code < 65'536; ++code) {
    const bool allowed = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                         (code >= 3000 && code <= 4999);
    const std::string body{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
    const Events heard = hear_whole(Role::client, frame(Role::server, Opcode::close, body));
    ASSERT_THAT(heard,
                ElementsAre(allowed ? close(static_cast<std::uint16_t>(code)) : violation(1002)))
        << code;
  }
}

TEST(Close, IsTheLastThingHeard) {
  EXPECT_THAT(hear_whole(Role::client, close_frame(1000) + "\x81\x01x" + "\xFF\xFF\xFF"),
              ElementsAre(close(1000)));
}

// ---- What the RFC forbids.

class Violation : public testing::TestWithParam<Wrong> {};

TEST_P(Violation, EndsTheStreamOnceHoweverItIsCut) {
  const auto& [name, ours, bytes, heard, beast_code] = GetParam();
  const std::string stream = bytes + "\x81\x02go\x89\x00"s;  // nothing of this is heard any more
  for (std::size_t piece = 1; piece <= stream.size(); ++piece)
    ASSERT_EQ(hear_in_pieces(ours, stream, piece, 1'000), heard) << "in pieces of " << piece;
}

// Only what is needed to know: the byte that makes it wrong is the last one of `bytes`.
TEST_P(Violation, IsKnownAtTheFirstWrongByte) {
  const auto& [name, ours, bytes, heard, beast_code] = GetParam();
  EXPECT_EQ(hear_in_pieces(ours, bytes, 1, 1'000), heard);
  Events without_violation = heard;
  without_violation.pop_back();
  EXPECT_EQ(hear_in_pieces(ours, bytes.substr(0, bytes.size() - 1), 1, 1'000), without_violation);
}

INSTANTIATE_TEST_SUITE_P(, Violation, testing::ValuesIn(violations()),
                         [](const auto& row) { return std::string{row.param.name}; });

// ---- Memory.

TEST(FrameDecoder, DoesNotCopyAMessageThatLiesWholeInItsBytes) {
  std::string stream =
      frame(Role::client, Opcode::text, "one", 1) + frame(Role::client, Opcode::ping, "two", 2);
  FrameDecoder decoder{Role::server, kAnySize};
  std::span<char> bytes{stream};
  for (int i = 0; i < 2; ++i) {
    const auto event = decoder.next(bytes);
    ASSERT_TRUE(event.has_value());
    EXPECT_GE(event->payload.data(), stream.data());
    EXPECT_LT(event->payload.data(), stream.data() + stream.size());
  }
  EXPECT_FALSE(decoder.next(bytes).has_value());
  EXPECT_TRUE(bytes.empty());
}

TEST(FrameDecoder, KnowsWhenAnEndCutsSomethingInHalf) {
  const std::string stream =
      "\x01\x01"
      "a\x89\x01p\x80\x01"
      "b"s;
  FrameDecoder decoder{Role::client, kAnySize};
  Events events;
  EXPECT_TRUE(decoder.between_messages());
  for (std::size_t i = 0; i < stream.size(); ++i) {
    hear(decoder, std::string_view{stream}.substr(i, 1), events);
    EXPECT_EQ(decoder.between_messages(), i + 1 == stream.size()) << i;
  }
  EXPECT_THAT(events, ElementsAre(ping("p"), text("ab")));
}

TEST(FrameDecoder, TakesAMessageOfExactlyTheLimit) {
  const std::string stream = frame(Role::server, Opcode::text, "12345", 0, false) +
                             frame(Role::server, Opcode::ping, "0123456789") +
                             frame(Role::server, Opcode::continuation, "67890");
  EXPECT_THAT(hear_whole(Role::client, stream, 10),
              ElementsAre(ping("0123456789"), text("1234567890")));
  EXPECT_THAT(hear_whole(Role::client, stream, 9),
              ElementsAre(ping("0123456789"), violation(1009)));
}

// ---- Any conversation, cut anywhere.

class Conversations : public testing::TestWithParam<Role> {};

TEST_P(Conversations, AreHeardTheSameWhereverTheyAreCutInTwo) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Stream random{seed};
    const auto [stream, events] = random_conversation(random, GetParam(), 3, 40);
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
      FrameDecoder decoder{peer_of(GetParam()), kAnySize};
      Events heard;
      hear(decoder, std::string_view{stream}.substr(0, cut), heard);
      hear(decoder, std::string_view{stream}.substr(cut), heard);
      ASSERT_EQ(heard, events) << "seed " << seed << ", cut at " << cut;
    }
  }
}

TEST_P(Conversations, AreHeardTheSameInPiecesOfEverySize) {
  for (std::uint64_t seed = 100; seed < 120; ++seed) {
    Stream random{seed};
    const auto [stream, events] = random_conversation(random, GetParam(), 8, 300);
    for (std::size_t piece = 1; piece < 40; ++piece)
      ASSERT_EQ(hear_in_pieces(peer_of(GetParam()), stream, piece), events)
          << "seed " << seed << ", pieces of " << piece;
  }
}

TEST_P(Conversations, SurviveAnyDamageWithoutACrash) {
  for (std::uint64_t seed = 200; seed < 1'200; ++seed) {
    Stream random{seed};
    Conversation made = random_conversation(random, GetParam(), 3, 200);
    for (auto n = 1 + random.below(4); n > 0; --n)
      made.stream[random.below(made.stream.size())] = static_cast<char>(random.below(256));
    const Events whole = hear_whole(peer_of(GetParam()), made.stream, 500);
    const Events cut = hear_in_pieces(peer_of(GetParam()), made.stream, 1 + random.below(20), 500);
    ASSERT_EQ(whole, cut) << "seed " << seed;
    const auto ends = [](const Event& event) { return event.kind >= WsEvent::Kind::close; };
    const auto first_end = std::ranges::find_if(whole, ends);
    ASSERT_TRUE(first_end == whole.end() || first_end + 1 == whole.end()) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(, Conversations, testing::Values(Role::client, Role::server),
                         [](const auto& row) {
                           return row.param == Role::client ? "FromAClient" : "FromAServer";
                         });

}  // namespace
}  // namespace gauntlet::sim::wire
