#include "sim/recording/words.hpp"

#include <gtest/gtest.h>

namespace gauntlet::sim::recording {
namespace {

TEST(RecordedWords, AreALineForEachEntry) {
  Words words;
  const Instant when = at(std::chrono::nanoseconds{1'002'003'004});
  const std::vector<Blank> pin{{8, Hidden::pin}};
  EXPECT_EQ(words.line({.kind = Kind::says, .actor = 3, .at = when, .text = {"hi"}}),
            "    1.002003004  actor 3  says  hi");
  EXPECT_EQ(
      words.line({.kind = Kind::starts, .actor = 3, .at = {}, .number = 2, .text = {"agent"}}),
      "    0.000000000  agent 2  starts");
  EXPECT_EQ(words.line({.kind = Kind::asks,
                        .actor = 3,
                        .at = when,
                        .place = 2,
                        .number = 1,
                        .text = {"/register"},
                        .body = {R"({"pin":""})", pin}}),
            R"(    1.002003004  agent 2  asks  relay http  POST  /register  {"pin":"[pin]"})");
  EXPECT_EQ(words.line({.kind = Kind::says_bytes, .actor = 3, .at = when, .text = {"a\n\x01ü"}}),
            "    1.002003004  agent 2  says bytes  a\\n\\u0001ü");
}

}  // namespace
}  // namespace gauntlet::sim::recording
