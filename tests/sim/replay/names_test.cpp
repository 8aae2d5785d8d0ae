#include "sim/replay/names.hpp"

#include <gtest/gtest.h>

namespace gauntlet::sim::replay {
namespace {

std::string translated(const Names& names, std::string_view json) {
  std::string out;
  names.translate(out, json);
  return out;
}

TEST(Names, AreThoseThatTwoAnswersToTheSameRequestGive) {
  Names names;
  names.learn(R"({"agent_id":"old-1","token":"x"})", R"({"token":"y","agent_id":"new-1"})");
  names.learn(R"({"round":{"id":"r-1","prompt":"hi"}})", R"({"round":{"id":"r-2","prompt":"ho"}})");
  EXPECT_EQ(translated(names, R"({"to":["old-1","old-2"],"payload":"hi"})"),
            R"({"to":["new-1","old-2"],"payload":"hi"})");
  EXPECT_EQ(translated(names, R"({"roundId":"r-1"})"), R"({"roundId":"r-2"})");
}

TEST(Names, AreTranslatedOnlyWhereAStringIsOneAsAWhole) {
  Names names;
  names.learn(R"({"agent_id":"a"})", R"({"agent_id":"b"})");
  EXPECT_EQ(translated(names, R"({"x":"a a","y":"\"a","z":["a"],"t":"a)"),
            R"({"x":"a a","y":"\"a","z":["b"],"t":"b)");
  EXPECT_EQ(translated(names, R"("\)"), R"("\)") << "text that is no JSON goes through";
}

TEST(Names, AreTranslatedInAPathToo) {
  Names names;
  names.learn(R"({"id":"r-1"})", R"({"id":"r-2"})");
  std::string out;
  names.translate_path(out, "/scoreboard?roundId=r-1&x=r-11");
  EXPECT_EQ(out, "/scoreboard?roundId=r-2&x=r-11");
}

TEST(Names, AreNotLookedForInAnAnswerThatIsTooDeepToWalk) {
  constexpr std::size_t kLevels = 500'000;
  const std::string deep =
      R"({"agent_id":"b","x":)" + std::string(kLevels, '[') + std::string(kLevels, ']') + '}';
  Names names;
  names.learn(R"({"agent_id":"a"})", deep);
  names.learn(deep, R"({"agent_id":"a"})");
  EXPECT_EQ(translated(names, R"(["a","b"])"), R"(["a","b"])");
}

}  // namespace
}  // namespace gauntlet::sim::replay
