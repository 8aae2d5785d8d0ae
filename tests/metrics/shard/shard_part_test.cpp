#include "metrics/shard/shard_part.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/metrics/shard/made_part.hpp"

namespace gauntlet::metrics {
namespace {

using testing::HasSubstr;

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t where = text.find(what);
  EXPECT_NE(where, std::string::npos) << what;
  return where == std::string::npos ? text : text.replace(where, what.size(), with);
}

TEST(ShardPart, IsTheSameOnceWrittenAndRead) {
  const ShardPart part = made_part(1, 3);
  const auto read = read_shard(shard_json(part));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(shard_json(read.value()), shard_json(part));

  // What is nowhere in the text as such.
  const auto& connects =
      read.value().snapshot.measured[static_cast<std::size_t>(Series::relay_connect)];
  ASSERT_TRUE(connects);
  const auto& before = part.snapshot.measured[static_cast<std::size_t>(Series::relay_connect)];
  EXPECT_EQ(connects->count(), before->count());
  EXPECT_EQ(connects->quantile(0.99), before->quantile(0.99));
  EXPECT_EQ(connects->mean(), before->mean());
  EXPECT_EQ(read.value().intervals.measured.size(), 20U);
  EXPECT_EQ(read.value().who.number, 1U);
  EXPECT_EQ(read.value().breaches, part.breaches);
}

TEST(ShardPart, ThatCannotBeReadSaysWhy) {
  const std::string text = shard_json(made_part(0, 2));
  const auto why = [](const std::string& broken) {
    const auto read = read_shard(broken);
    return read ? std::string{} : read.error();
  };
  EXPECT_EQ(why(text), "");
  EXPECT_THAT(why("{}"), HasSubstr("it is not as Gauntlet writes it"));
  EXPECT_THAT(why(text.substr(0, text.size() / 2)), HasSubstr("not as Gauntlet writes it"));
  EXPECT_EQ(why(replaced(text, "\"schema\":1", "\"schema\":2")),
            "its schema is 2, this version reads 1");
  EXPECT_EQ(why(replaced(text, "relay.connect\"", "relay.levitation\"")),
            "it has `relay.levitation`, which this version does not know");
  EXPECT_EQ(why(replaced(text, "all_closed", "all_hovering")),
            "it has the invariant `all_hovering`, which this version does not know");
  EXPECT_EQ(why(replaced(text, "\"shard\":1", "\"shard\":3")),
            "it is no shard of as many as it says");
  EXPECT_EQ(why(replaced(text, "\"buckets\":[", "\"buckets\":[99999999,1,")),
            "its buckets are out of order");
}

}  // namespace
}  // namespace gauntlet::metrics
