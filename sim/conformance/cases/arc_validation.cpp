// ARC-VALID: what is no message is refused, and nobody is the worse for it.
#include <fmt/format.h>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

// The argument of a row, in which BOB stands for bob's id.
std::string message_of(Stage& stage, const Agent& bob) {
  std::string text{stage.argument()};
  if (const std::size_t at = text.find("BOB"); at != std::string::npos)
    text.replace(at, 3, bob.id());
  return text;
}

Steps refuses(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(message_of(stage, bob));
  const std::optional<Message> error = co_await alice.may_hear(an_error(), stage.waits().quiet);
  co_await stage.pause(stage.waits().quiet);
  stage.expect(bob.heard(from(alice)).empty(), "bob hears nothing of what is no message",
               bob.what_came());
  stage.expect(bob.heard(an_error()).empty(), "bob hears nothing of the error", bob.what_came());
  if (!alice.open()) {
    stage.fail("an error; the socket stays open", alice.what_came());
    co_return;
  }
  if (!error) stage.deviates("it is dropped without an error");
  alice.says(direct(bob, "a good one"));
  co_await bob.hears("alice's next message, a good one", with("payload", "a good one"));
}

// It is no error that the documents name: delivered or refused, as long as nothing breaks.
Steps survives(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(message_of(stage, bob));
  const std::optional<Message> error = co_await alice.may_hear(an_error(), stage.waits().quiet);
  stage.note(error ? "it is refused" : "it is not refused");
  stage.expect(alice.open(), "the socket stays open", alice.what_came());
  alice.says(direct(bob, "a good one"));
  co_await bob.hears("alice's next message, a good one", with("payload", "a good one"));
}

Steps says_what_is_wrong(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  alice.says("this is not JSON");
  const Message error = co_await alice.hears("an error", an_error());
  const bool framed = text_of(error.json, "from") == "relay" &&
                      field(error["payload"], "code").is_string() &&
                      field(error["payload"], "message").is_string();
  const bool plain = error["error"].is_string() && error["message"].is_string();
  stage.expect(
      framed || plain,
      R"({"from":"relay","type":"error","payload":{"code","message"}}, or {"error","message"})",
      said(error));
  const std::string code =
      framed ? text_of(error["payload"], "code") : text_of(error.json, "error");
  if (code != "invalid_message") stage.deviates("the code is not invalid_message: " + code);
}

Steps tells_only_the_sender(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says("this is not JSON");
  co_await bob.hears_nothing("an error about alice's message", an_error());
}

Steps answers_each_of_three(Stage& stage) {
  constexpr int kCount = 3;
  const Agent alice = co_await enters(stage, "alice");
  for (int i = 0; i < kCount; ++i) {
    alice.says("this is not JSON");
    // One that has sent an error before may be waited for.
    const Duration patience = i == 0 ? stage.waits().quiet : stage.waits().answer;
    const std::optional<Message> error = co_await alice.may_hear(an_error(), patience);
    if (error) {
      co_await alice.hears_nothing("a second error for one bad message", an_error());
      continue;
    }
    if (i == 0)
      stage.deviates("bad messages are dropped without an error");
    else
      stage.fail(fmt::format("an error for each of {} bad messages", kCount), alice.what_came());
    co_return;
  }
}

Steps goes_on_after_many(Stage& stage) {
  constexpr int kCount = 20;
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  for (int i = 0; i < kCount; ++i) alice.says("{\"to\":");
  alice.says(direct(bob, "at last"));
  co_await bob.hears("the good message behind twenty bad ones", from(alice));
}

constexpr std::string_view kValidate =
    "ARC, Minimal relay: validate required fields; Errors: an error, and the socket stays open";
constexpr std::string_view kBareCommand =
    "ARC, Commands: some relays refuse one without a payload; Errors: the socket stays open";
constexpr std::string_view kTypes = "ARC, Send: type and ref are strings";

constexpr Case bad(std::string_view id, std::string_view does, std::string_view text,
                   Level level = Level::must) {
  return {.id = id,
          .does = does,
          .clause = kValidate,
          .script = refuses,
          .level = level,
          .argument = text};
}
constexpr Case odd(std::string_view id, std::string_view does, std::string_view text) {
  return {.id = id,
          .does = does,
          .clause = kTypes,
          .script = survives,
          .level = Level::may,
          .argument = text};
}

constexpr std::array kRows{
    bad("ARC-VALID-01", "refuses what is not JSON", "this is not JSON"),
    bad("ARC-VALID-02", "refuses JSON that is cut off", R"({"to":["BOB"],"payload":)"),
    bad("ARC-VALID-03", "refuses an array", R"([{"to":["BOB"],"payload":1}])"),
    bad("ARC-VALID-04", "refuses a string", R"("BOB")"),
    bad("ARC-VALID-05", "refuses null", "null"),
    bad("ARC-VALID-06", "refuses an empty object", "{}"),
    bad("ARC-VALID-07", "refuses a message without to", R"({"payload":1})"),
    bad("ARC-VALID-08", "refuses a message without a payload", R"({"to":["BOB"]})"),
    bad("ARC-VALID-09", "refuses a to that is a string", R"({"to":"BOB","payload":1})",
        Level::should),
    bad("ARC-VALID-10", "refuses an empty to", R"({"to":[],"payload":1})", Level::should),
    bad("ARC-VALID-11", "refuses a to that is null", R"({"to":null,"payload":1})"),
    bad("ARC-VALID-12", "refuses a to of numbers", R"({"to":[1,2],"payload":1})", Level::should),
    bad("ARC-VALID-13", "refuses a to that is an object", R"({"to":{"id":"BOB"},"payload":1})"),
    bad("ARC-VALID-14", "refuses an empty text", ""),
    odd("ARC-VALID-15", "survives a type that is a number",
        R"({"to":["BOB"],"payload":1,"type":7})"),
    odd("ARC-VALID-16", "survives a ref that is an object",
        R"({"to":["BOB"],"payload":1,"ref":{"a":1}})"),
    odd("ARC-VALID-17", "survives a type that is null",
        R"({"to":["BOB"],"payload":1,"type":null})"),
    odd("ARC-VALID-18", "survives a field that comes twice",
        R"({"to":["BOB"],"to":["BOB"],"payload":1,"payload":2})"),
    Case{
        "ARC-VALID-19", "says what is wrong in one of the two forms",
        R"(ARC, Errors: {"from":"relay","type":"error","payload":{"code","message"}}; doc: {"error","message"})",
        says_what_is_wrong, Level::should},
    Case{"ARC-VALID-20", "tells nobody but the sender", kValidate, tells_only_the_sender},
    Case{"ARC-VALID-21", "takes a good message behind twenty bad ones", kValidate,
         goes_on_after_many},
    bad("ARC-VALID-22", "refuses a message with a type and without a payload",
        R"({"to":["BOB"],"type":"data"})"),
    bad("ARC-VALID-23", "refuses a message with a type of null and without a payload",
        R"({"to":["BOB"],"type":null})"),
    Case{"ARC-VALID-24", "answers each of three bad messages by one error", kValidate,
         answers_each_of_three, Level::should},
    bad("ARC-VALID-25", "refuses a message with a ref and without a payload",
        R"({"to":["BOB"],"ref":"r-1"})"),
    Case{.id = "ARC-VALID-26",
         .does = "survives a command without a payload",
         .clause = kBareCommand,
         .script = survives,
         .level = Level::should,
         .argument = R"({"to":["relay"],"type":"list_subscriptions"})"},
};

}  // namespace

Cases arc_validation_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
