// ARC-ROBUST: agents that are registered, in, and a nuisance.
#include <fmt/format.h>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

// Taken or refused; the connection stays, or is closed with a code.
Steps survives_message(Stage& stage, Json message) {
  const Agent mallory = co_await enters(stage, "mallory");
  mallory.says(message);
  const std::optional<Ended> ended = co_await mallory.may_be_closed(stage.waits().quiet);
  stage.note(said(ended));
}

Steps survives_a_long_list(Stage& stage) {
  Json to = Json::array();
  for (int i = 0; i < 2000; ++i) to.push_back(stage.name(fmt::format("nobody-{}", i)));
  Json message = message_to(to, 1);
  co_await survives_message(stage, std::move(message));
}

Steps survives_a_long_id(Stage& stage) {
  const Json to = Json::array({std::string(20'000, 'a')});
  Json message = message_to(to, 1);
  co_await survives_message(stage, std::move(message));
}

Steps survives_odd_ids(Stage& stage) {
  const Json to =
      Json::array({"", " ", "*", "relay", "RELAY", "../..", "a\nb", "😀", "constructor"});
  Json message = message_to(to, 1);
  co_await survives_message(stage, std::move(message));
}

Steps survives_a_long_type(Stage& stage) {
  Json message = broadcast(1);
  message["type"] = std::string(20'000, 't');
  message["ref"] = std::string(20'000, 'r');
  co_await survives_message(stage, std::move(message));
}

Steps survives_many_fields(Stage& stage) {
  Json message = broadcast(1);
  for (int i = 0; i < 2000; ++i) message[fmt::format("field-{}", i)] = i;
  co_await survives_message(stage, std::move(message));
}

Steps survives_the_types_of_the_relay(Stage& stage) {
  const Agent mallory = co_await enters(stage, "mallory");
  const Agent bob = co_await enters(stage, "bob");
  for (const char* type : {"welcome", "error", "subscribed", "pong"}) {
    Json message = direct(bob, 1);
    message["type"] = type;
    mallory.says(message);
    const Message got = co_await bob.hears("the message from mallory", from(mallory));
    stage.expect(got["from"] == mallory.id(), "from: mallory's id", said(got));
  }
}

Steps survives_many_subscriptions(Stage& stage) {
  Json ids = Json::array();
  for (int i = 0; i < 2000; ++i) ids.push_back(stage.name(fmt::format("nobody-{}", i)));
  Json payload{{"agents", ids}};
  Json message = command("subscribe", std::move(payload));
  co_await survives_message(stage, std::move(message));
}

Steps survives_a_command_without_a_payload(Stage& stage) {
  const Json to = Json::array({"relay"});
  Json message{{"to", to}, {"type", "ping"}};
  co_await survives_message(stage, std::move(message));
}

Steps survives_a_receiver_that_is_not_there_any_more(Stage& stage) {
  const Agent mallory = co_await enters(stage, "mallory");
  const Agent bob = co_await enters(stage, "bob");
  for (int i = 0; i < 20; ++i) mallory.says(direct(bob, i));
  bob.breaks_off();
  for (int i = 0; i < 20; ++i) mallory.says(direct(bob, i));
  co_await mallory.round_trip();
}

Steps survives_a_receiver_that_does_not_read(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent mallory = co_await enters(stage, "mallory");
  const Agent carol = co_await enters(stage, "carol");
  mallory.connection().read(false);
  const std::string long_text(30'000, 'x');
  for (int i = 0; i < 60; ++i) alice.says(direct(mallory, long_text));
  alice.says(direct(carol, "past a client that does not read"));
  co_await carol.hears("alice's message, past one that does not read", from(alice));
  mallory.breaks_off();
}

Steps survives_a_close_and_no_end(Stage& stage) {
  const Agent mallory = co_await enters(stage, "mallory");
  mallory.closes();
  mallory.says(broadcast("one more thing"));
  co_await mallory.may_be_closed(stage.waits().quiet);
}

Steps survives_a_crowd_that_leaves_at_once(Stage& stage) {
  constexpr int kCrowd = 20;
  std::vector<Agent> crowd;
  for (int i = 0; i < kCrowd; ++i)
    crowd.push_back(co_await enters(stage, fmt::format("guest-{}", i)));
  for (const Agent& guest : crowd) guest.says(broadcast("bye"));
  for (const Agent& guest : crowd) guest.breaks_off();
}

constexpr std::string_view kOthers =
    "ARC, Minimal relay: handle disconnections gracefully; whatever an agent sends, others are "
    "served";

constexpr Case hostile(std::string_view id, std::string_view does, Steps (*script)(Stage&)) {
  return {.id = id, .does = does, .clause = kOthers, .script = script, .manner = Manner::hostile};
}

constexpr std::array kRows{
    hostile("ARC-ROBUST-01", "survives a list of 2000 unknown ids", survives_a_long_list),
    hostile("ARC-ROBUST-02", "survives an id of 20,000 characters", survives_a_long_id),
    hostile("ARC-ROBUST-03", "survives odd ids", survives_odd_ids),
    hostile("ARC-ROBUST-04", "survives a type and a ref of 20,000 characters",
            survives_a_long_type),
    hostile("ARC-ROBUST-05", "survives 2000 unknown fields", survives_many_fields),
    hostile("ARC-ROBUST-06", "survives an agent that uses the relay's own types",
            survives_the_types_of_the_relay),
    hostile("ARC-ROBUST-07", "survives a subscription to 2000 agents", survives_many_subscriptions),
    hostile("ARC-ROBUST-08", "survives a command without a payload",
            survives_a_command_without_a_payload),
    hostile("ARC-ROBUST-09", "survives a receiver whose connection was reset",
            survives_a_receiver_that_is_not_there_any_more),
    hostile("ARC-ROBUST-10", "survives a receiver that does not read",
            survives_a_receiver_that_does_not_read),
    hostile("ARC-ROBUST-11", "survives a message behind a close", survives_a_close_and_no_end),
    hostile("ARC-ROBUST-12", "survives a crowd that leaves at once",
            survives_a_crowd_that_leaves_at_once),
};

}  // namespace

Cases arc_robustness_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
