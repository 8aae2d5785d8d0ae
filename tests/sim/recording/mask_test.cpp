#include "sim/recording/mask.hpp"

#include <gtest/gtest.h>

namespace gauntlet::sim::recording {
namespace {

std::string shown(const Mask& mask, std::string_view text) {
  Room room;
  return with_names(mask.apply(text, room));
}

TEST(Mask, HidesWhatAReplyCallsTokenOrPin) {
  Mask mask;
  mask.learn(R"({"agent_id":"a","token" : "tok_123"})");
  mask.learn(R"({"pin":123456})");
  EXPECT_EQ(shown(mask, R"({"agent_id":"a","token" : "tok_123"})"),
            R"({"agent_id":"a","token" : "[token]"})");
  EXPECT_EQ(shown(mask, "Invalid PIN 123456."), "Invalid PIN [pin].");
  EXPECT_EQ(shown(mask, "/arc?token=tok_123&x=1"), "/arc?token=[token]&x=1");
}

TEST(Mask, LeavesTheDigitsOfAPinAloneWhereTheyArePartOfMore) {
  Mask mask;
  mask.hide(Hidden::pin, "123456");
  EXPECT_EQ(shown(mask, R"({"ts":1123456789})"), R"({"ts":1123456789})");
  EXPECT_EQ(shown(mask, "123456"), "[pin]");
}

TEST(Mask, HidesALongSecretInsideOfWords) {
  Mask mask;
  mask.hide(Hidden::token, "tok_0123456789");
  EXPECT_EQ(shown(mask, R"({"text":"\ntok_0123456789x"})"), R"({"text":"\n[token]x"})");
}

TEST(Mask, CanBeFilledAgain) {
  Mask mask;
  mask.hide(Hidden::token, "tok_0123456789");
  mask.hide(Hidden::pin, "4711");
  const std::string text = R"({"pin":"4711","token":"tok_0123456789","again":"4711"})";
  Room room;
  const Text masked = mask.apply(text, room);
  EXPECT_EQ(masked.blanks.size(), 3U);
  std::string filled;
  fill(filled, masked, "tok_0123456789", "4711");
  EXPECT_EQ(filled, text);
  filled.clear();
  fill(filled, masked, "new", "42");
  EXPECT_EQ(filled, R"({"pin":"42","token":"new","again":"42"})");
}

TEST(Mask, CostsNoCopyWithoutASecret) {
  Mask mask;
  mask.hide(Hidden::token, "tok_0123456789");
  const std::string text = "nothing of it";
  Room room;
  EXPECT_EQ(mask.apply(text, room).words.data(), text.data());
}

}  // namespace
}  // namespace gauntlet::sim::recording
