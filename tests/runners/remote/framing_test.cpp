#include "runners/remote/framing.hpp"

namespace gauntlet::runners {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Payloads = std::vector<std::string>;

// The payloads of a text that arrives in pieces of one size.
Payloads payloads(Framing framing, std::string_view text, std::size_t piece) {
  Payloads found;
  Deframer deframer{framing};
  const auto keep = [&](std::string_view payload) {
    found.emplace_back(payload);
    return true;
  };
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    EXPECT_TRUE(deframer.feed(text.substr(0, piece), keep));
  EXPECT_TRUE(deframer.finish(keep));
  return found;
}

Payloads lines(std::string_view text) { return payloads(Framing::lines, text, text.size() + 1); }
Payloads events(std::string_view text) { return payloads(Framing::events, text, text.size() + 1); }

TEST(Lines, AreOnePayloadEach) {
  EXPECT_THAT(lines("{\"a\":1}\n{\"b\":2}\n"), ElementsAre("{\"a\":1}", "{\"b\":2}"));
  EXPECT_THAT(lines("a\r\nb\r\n"), ElementsAre("a", "b"));
  EXPECT_THAT(lines("\n \n\r\n\t\na\n\n"), ElementsAre("a")) << "blank ones say nothing";
  EXPECT_THAT(lines("a\nb"), ElementsAre("a", "b")) << "the last may lack its end";
  EXPECT_THAT(lines("\xEF\xBB\xBF{}\n"), ElementsAre("{}"));
  EXPECT_THAT(lines(""), IsEmpty());
}

TEST(Events, AreTheirData) {
  EXPECT_THAT(events("data: a\n\ndata:b\n\n"), ElementsAre("a", "b"));
  EXPECT_THAT(events("data:  a\n\n"), ElementsAre(" a")) << "one blank belongs to the colon";
  EXPECT_THAT(events("data: a\r\n\r\ndata: b\r\rdata: c\n\n"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(events("data: a\ndata: b\n\n"), ElementsAre("a\nb"));
  EXPECT_THAT(events("data\n\n"), ElementsAre(""));
  EXPECT_THAT(events(": comment\n\nevent: x\nid: 1\nretry: 5\ndata: a\n\n"), ElementsAre("a"));
  EXPECT_THAT(events("event: only\n\n"), IsEmpty()) << "without data there is nothing to tell";
  EXPECT_THAT(events("database: a\n\n"), IsEmpty());
  EXPECT_THAT(events("data: a\n\ndata: [DONE]"), ElementsAre("a", "[DONE]"))
      << "the last may lack its end";
  EXPECT_THAT(events("\xEF\xBB\xBF"
                     "data: a\n\n"),
              ElementsAre("a"));
}

TEST(AnySplit, GivesTheSamePayloads) {
  constexpr std::string_view kText =
      "\xEF\xBB\xBF: hi\r\n\r\nevent: t\r\ndata: {\"x\":\"\xC3\xA9\xF0\x9F\x9A\x80\"}\r\n\r\n"
      "data: one\ndata: two\n\n\rdata:[DONE]\r\r";
  for (const auto framing : {Framing::lines, Framing::events}) {
    const Payloads whole = payloads(framing, kText, kText.size());
    ASSERT_FALSE(whole.empty());
    for (std::size_t piece = 1; piece < kText.size(); ++piece)
      EXPECT_EQ(payloads(framing, kText, piece), whole) << piece;
  }
}

TEST(Reading, EndsWhereTheReaderWantsOrAPayloadIsTooLong) {
  Deframer deframer{Framing::lines};
  int seen = 0;
  EXPECT_FALSE(deframer.feed("a\nb\nc\n", [&](auto) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
  const auto any = [](auto) { return true; };
  EXPECT_FALSE(
      Deframer{Framing::lines}.feed(std::string(Deframer::kPayloadBytesMax + 1, 'x'), any));
  Deframer endless{Framing::events};
  const std::string line = "data: " + std::string(1000, 'x') + '\n';
  int fed = 0;
  while (endless.feed(line, any)) ASSERT_LT(++fed, 2000);
}

}  // namespace
}  // namespace gauntlet::runners
