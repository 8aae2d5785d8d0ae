#include "sim/wire/json_text.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "scenarios/terms/random.hpp"

namespace gauntlet::sim::wire {
namespace {

using Json = nlohmann::json;

std::string string_text(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

template <class Number>
std::string number_text(Number number) {
  std::string out;
  append_json_number(out, number);
  return out;
}

TEST(JsonString, EscapesWhatTheStandardDemandsAndNothingElse) {
  EXPECT_EQ(string_text(""), R"("")");
  EXPECT_EQ(string_text("say \"hi\" \\ / \x7F"), "\"say \\\"hi\\\" \\\\ / \x7F\"");
  EXPECT_EQ(string_text("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(string_text(std::string_view{"\0\x1F", 2}), R"("\u0000\u001f")");
  EXPECT_EQ(string_text("ol\xC3\xA1 \xF0\x9F\x98\x80"), "\"ol\xC3\xA1 \xF0\x9F\x98\x80\"");
}

TEST(JsonString, ReplacesEachByteThatIsNotUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(string_text("a\xFF"
                        "b"),
            '"' + std::string{"a"} + bad + "b\"");
  EXPECT_EQ(string_text("\xE2\x82"), '"' + bad + bad + '"');            // cut short
  EXPECT_EQ(string_text("\xED\xA0\x80"), '"' + bad + bad + bad + '"');  // a surrogate
  EXPECT_EQ(string_text("\xC0\xAF!"), '"' + bad + bad + "!\"");         // overlong
}

// Every byte at every place within and across the blocks that are looked at together, of which the
// last overlaps the one before.
TEST(JsonString, IsTheSameWhereverAByteStands) {
  for (unsigned byte = 0; byte < 0x80; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string alone = string_text({&c, 1});
    for (const std::size_t size : {5, 8, 13, 16, 20, 37}) {
      for (std::size_t place = 0; place < size; ++place) {
        std::string text(size, 'x');
        text[place] = c;
        const std::string want = '"' + std::string(place, 'x') + alone.substr(1, alone.size() - 2) +
                                 std::string(size - 1 - place, 'x') + '"';
        ASSERT_EQ(string_text(text), want) << byte << " at " << place << " of " << size;
      }
    }
  }
}

TEST(JsonString, OfRandomBytesIsAlwaysValidAndKeepsWhatWasValid) {
  Stream random{20231};
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random.below(24), '\0');
    for (char& c : text) c = static_cast<char>(random.next() >> (random.chance(0.5) ? 57U : 56U));
    const Json read = Json::parse(string_text(text), nullptr, false);
    ASSERT_TRUE(read.is_string()) << i;
    const std::string lenient = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    if (lenient.find("\xEF\xBF\xBD") == std::string::npos) {
      ASSERT_EQ(read.get<std::string>(), text) << i;
    }
  }
}

TEST(JsonNumber, IsTheShortestThatReadsBackTheSame) {
  EXPECT_EQ(number_text(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(number_text(0.8), "0.8");
  EXPECT_EQ(number_text(0.0), "0");
  Stream random{7};
  for (int i = 0; i < 5'000; ++i) {
    const double number = std::bit_cast<double>(random.next());
    if (!std::isfinite(number)) continue;
    ASSERT_EQ(Json::parse(number_text(number)).get<double>(), number);
  }
}

TEST(JsonNumber, IsNullWhenItIsNotFinite) {
  EXPECT_EQ(number_text(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN()), "null");
}

}  // namespace
}  // namespace gauntlet::sim::wire
