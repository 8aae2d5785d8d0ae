// ARC-PAYLOAD: a payload is any JSON value, and comes as it was sent.
#include <fmt/format.h>

#include <array>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

// As text, so that the payload leaves exactly as the row has it.
std::string direct_text(const Agent& to, std::string_view payload) {
  return fmt::format(R"({{"to":["{}"],"payload":{}}})", to.id(), payload);
}

Steps carries_text(Stage& stage, std::string payload) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(direct_text(bob, payload));
  const Message got = co_await bob.hears("the message from alice", from(alice));
  stage.expect(got.has("payload"), "a payload", said(got));
  stage.expect(same(got["payload"], Json::parse(payload)),
               fmt::format("the payload {}", in_words(payload, 200)), said(got["payload"]));
}

Steps carries(Stage& stage) { co_await carries_text(stage, std::string{stage.argument()}); }

// More than a double holds. JSON does not promise it; who parses numbers as doubles rounds it.
Steps carries_a_large_whole_number(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const std::string number = "9007199254740993";
  alice.says(direct_text(bob, number));
  const Message got = co_await bob.hears("the message from alice", from(alice));
  if (got["payload"] != Json::parse(number))
    stage.deviates(fmt::format("{} became {}", number, said(got["payload"])));
}

Steps carries_deep_nesting(Stage& stage) {
  constexpr std::size_t kDepth = 32;
  co_await carries_text(stage, std::string(kDepth, '[') + "1" + std::string(kDepth, ']'));
}

// The argument is a number of bytes.
Steps carries_many_bytes(Stage& stage) {
  const std::size_t size = std::stoul(std::string{stage.argument()});
  std::string text;
  while (text.size() < size) text += static_cast<char>('a' + text.size() % 26);
  co_await carries_text(stage, '"' + text + '"');
}

Steps carries_many_characters(Stage& stage) {
  constexpr int kCount = 4000;
  std::string text;
  for (int i = 0; i < kCount; ++i) text += "é😀";
  co_await carries_text(stage, '"' + text + '"');
}

Steps carries_in_a_broadcast(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Json payload{{"words", Json::array({"one", "two"})}, {"count", 2}};
  alice.says(broadcast(payload));
  const Message got = co_await bob.hears("alice's broadcast", from(alice));
  stage.expect(same(got["payload"], payload), said(payload), said(got));
}

// What a program takes for "nothing" is a payload all the same.
Steps carries_nothings_in_broadcasts(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  constexpr std::array kNothings{"null", "false", "0", R"("")"};
  for (const char* nothing : kNothings) {
    const Json payload = Json::parse(nothing);
    alice.says(broadcast(payload));
    const Message got = co_await bob.hears(fmt::format("a broadcast of {}", nothing), from(alice));
    stage.expect(got.has("payload") && same(got["payload"], payload),
                 fmt::format("the payload {}", nothing), said(got));
  }
}

constexpr std::string_view kAny =
    "ARC, Send: a payload may be any JSON value, null included; only an absent one is an error";
constexpr std::string_view k64KiB = "ARC, Send: 64 KiB per message is the recommended limit";

constexpr Case value(std::string_view id, std::string_view does, std::string_view payload) {
  return {.id = id, .does = does, .clause = kAny, .script = carries, .argument = payload};
}

constexpr std::array kRows{
    value("ARC-PAYLOAD-01", "carries a string", R"("hi")"),
    value("ARC-PAYLOAD-02", "carries null", "null"),
    value("ARC-PAYLOAD-03", "carries true", "true"),
    value("ARC-PAYLOAD-04", "carries false", "false"),
    value("ARC-PAYLOAD-05", "carries 0", "0"),
    value("ARC-PAYLOAD-06", "carries a fraction", "-12.75"),
    value("ARC-PAYLOAD-07", "carries the largest whole number that a double has exactly",
          "9007199254740991"),
    value("ARC-PAYLOAD-08", "carries the largest double", "1.7976931348623157e308"),
    value("ARC-PAYLOAD-09", "carries the smallest double", "2.2250738585072014e-308"),
    value("ARC-PAYLOAD-10", "carries an empty string", R"("")"),
    value("ARC-PAYLOAD-11", "carries an empty object", "{}"),
    value("ARC-PAYLOAD-12", "carries an empty array", "[]"),
    value("ARC-PAYLOAD-13", "carries a mixed array", R"([1,"two",null,{"three":[3.5,false]}])"),
    value("ARC-PAYLOAD-14", "carries quotes, backslashes and control characters",
          R"("a \"quoted\" \\ line\nand\ta tab\u0001")"),
    value("ARC-PAYLOAD-15", "carries letters of many alphabets",
          R"("grüße, 世界, мир, 😀, e\u0301")"),
    value("ARC-PAYLOAD-16", "carries a character that is written as a surrogate pair",
          R"("\ud83d\ude00")"),
    value("ARC-PAYLOAD-17", "carries a NUL character", R"("a\u0000b")"),
    value("ARC-PAYLOAD-18", "carries line separators", R"("a\u2028b\u2029c")"),
    value("ARC-PAYLOAD-19", "leaves alone what looks like a message",
          R"({"id":"mine","from":"somebody","to":["*"],"ts":1,"type":"error","payload":null})"),
    value("ARC-PAYLOAD-20", "leaves a string that looks like a number a string", R"("123")"),
    value("ARC-PAYLOAD-21", "carries keys that are empty or odd", R"({"":1," ":2,"a.b":3,"ü":4})"),
    Case{"ARC-PAYLOAD-22", "carries 32 levels of arrays", kAny, carries_deep_nesting},
    Case{.id = "ARC-PAYLOAD-23",
         .does = "carries 1 KiB",
         .clause = k64KiB,
         .script = carries_many_bytes,
         .argument = "1024"},
    Case{.id = "ARC-PAYLOAD-24",
         .does = "carries 32 KiB",
         .clause = k64KiB,
         .script = carries_many_bytes,
         .level = Level::should,
         .argument = "32768"},
    Case{"ARC-PAYLOAD-25", "carries 24 KB of characters beyond ASCII", k64KiB,
         carries_many_characters, Level::should},
    Case{"ARC-PAYLOAD-26", "carries an object in a broadcast", kAny, carries_in_a_broadcast},
    value("ARC-PAYLOAD-27", "leaves capitals in keys alone", R"({"Ab":1,"aB":2})"),
    Case{"ARC-PAYLOAD-28", "carries a whole number beyond what a double has exactly", kAny,
         carries_a_large_whole_number, Level::should},
    value("ARC-PAYLOAD-29", "carries blanks around a string", R"("  two, and a tab\t ")"),
    value("ARC-PAYLOAD-30", "carries what HTML would escape",
          R"("<b>a & b</b> &amp; 'c' \/ http://d")"),
    value("ARC-PAYLOAD-31", "carries line ends of every kind", R"("a\r\nb\rc\n\nd\r\n")"),
    value("ARC-PAYLOAD-32", "carries characters that do not show",
          R"("\ufeffa\u200bb\u00adc\u200d\ufeff")"),
    value("ARC-PAYLOAD-33", "carries members that are empty",
          R"({"a":null,"b":false,"c":0,"d":"","e":[],"f":{},"g":[[],{},"",null]})"),
    value("ARC-PAYLOAD-34", "carries keys that begin with '_' or '$'",
          R"({"_id":1,"$set":2,"__proto__":3,"constructor":4,"@type":5,"#":6,"toString":7})"),
    Case{"ARC-PAYLOAD-35", "carries what is null, false, 0 or empty in broadcasts", kAny,
         carries_nothings_in_broadcasts},
    value("ARC-PAYLOAD-36", "carries an array whose elements repeat",
          R"([1,1,"a","a",[],[],{"b":2},{"b":2},1])"),
    value("ARC-PAYLOAD-37", "carries a negative whole number", "-42"),
};

}  // namespace

Cases arc_payload_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
