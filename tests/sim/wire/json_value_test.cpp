#include "sim/wire/json_value.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace gauntlet::sim::wire {
namespace {

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

TEST(JsonValue, IsDiscardedWhereTheTextIsNone) {
  EXPECT_EQ(json_value(R"({"a":[1]})"), nlohmann::json::parse(R"({"a":[1]})"));
  for (const std::string_view text : {"", "{", "hello", "[1]x"})
    EXPECT_TRUE(json_value(text).is_discarded()) << text;
}

TEST(JsonValue, IsDiscardedWhenItIsTooDeepToBeCopied) {
  EXPECT_TRUE(json_value(nested(kJsonDepthMax)).is_array());
  EXPECT_TRUE(json_value(nested(kJsonDepthMax + 1)).is_discarded());
  EXPECT_TRUE(json_value(nested(1'000'000)).is_discarded());
  EXPECT_TRUE(json_too_deep(std::string(kJsonDepthMax + 1, '{')));
}

TEST(JsonValue, IsNotDeepForBracketsSideBySideOrWithinAString) {
  std::string many = "[0";
  for (int i = 0; i < 2 * kJsonDepthMax; ++i) many += ",{}";
  EXPECT_TRUE(json_value(many + "]").is_array());
  EXPECT_TRUE(json_value(R"("\")" + std::string(2 * kJsonDepthMax, '[') + '"').is_string());
}

}  // namespace
}  // namespace gauntlet::sim::wire
