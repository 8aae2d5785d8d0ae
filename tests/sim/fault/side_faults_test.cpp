#include "sim/fault/side_faults.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gauntlet::sim {
namespace {

TEST(Refusal, IsWhatSaysErrorInItsTypeOrHasOne) {
  EXPECT_TRUE(is_refusal(R"({"type":"error","payload":{}})"));
  EXPECT_TRUE(is_refusal(R"({"error":"agent_id_taken"})"));
  EXPECT_FALSE(is_refusal(R"({"type":"registered"})"));
}

TEST(Refusal, IsNothingThatBreaksTheProtocol) {
  constexpr std::size_t kLevels = 500'000;
  for (const std::string& text :
       {std::string{}, std::string{"error"}, std::string{"[]"}, std::string{R"({"type":5})"},
        std::string{R"({"type":null})"}, std::string{R"({"type":{"error":1}})"},
        R"({"type":)" + std::string(kLevels, '[') + std::string(kLevels, ']') + '}'})
    EXPECT_FALSE(is_refusal(text)) << text.substr(0, 40);
}

}  // namespace
}  // namespace gauntlet::sim
