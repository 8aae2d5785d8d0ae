// ARC-CONN: how a connection begins and ends, and what that means for others.
#include <fmt/format.h>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr double kEarliestMs = 1e12;  // in 2001; in seconds it is far below
constexpr Duration kDeadPeerIsDropped = std::chrono::seconds{130};
constexpr Duration kDeadPeerIsWaitedFor = std::chrono::seconds{25};

// Gets in by hand, so as to see what comes first.
Task<Upgrade> knocks(Stage& stage, std::string who) {
  const Card card = co_await registered(stage, who);
  co_return co_await stage.knocks(knock_with_bearer(who, card.token));
}

Task<Message> welcome_of(Stage& stage) {
  const Upgrade alice = co_await knocks(stage, "alice");
  const std::optional<Message> welcome =
      co_await alice.socket.may_hear(of_type("welcome"), stage.waits().answer);
  if (!welcome) {
    stage.skip("the relay sends no welcome");
    co_await stage.over();
  }
  co_return *welcome;
}

// At the top level, as the documents have it, or in the payload, as a relay was seen to do.
const Json& of_welcome(const Message& welcome, std::string_view key) {
  return welcome.has(key) ? welcome[key] : field(welcome["payload"], key);
}

// Broadcasts of others may come at any moment; nothing for alice herself may come before.
Steps welcomes(Stage& stage) {
  const Upgrade alice = co_await knocks(stage, "alice");
  const Pattern own = !with("to", Json::array({"*"}));
  const Duration patience = stage.premises().welcomes ? stage.waits().answer : stage.waits().quiet;
  const std::optional<Message> first = co_await alice.socket.may_hear(own, patience);
  if (!first)
    stage.deviates("no welcome: only a round trip tells clients that they are in");
  else
    stage.expect((*first)["type"] == "welcome", "the welcome before anything else", said(*first));
  if (first && first->has("from"))
    stage.expect((*first)["from"] == "relay", R"(the welcome from "relay")", said(*first));
}

// Bob does not wait until she is in.
Steps welcomes_before_it_passes_on(Stage& stage) {
  constexpr int kMany = 40;
  const Agent bob = co_await enters(stage, "bob");
  const Card card = co_await registered(stage, "alice");
  if (!stage.premises().welcomes) {
    stage.skip("the relay sends no welcome");
    co_await stage.over();
  }
  const Json to_alice = message_to(Json::array({card.id}), "are you in?");
  for (int i = 0; i < kMany / 2; ++i) bob.says(to_alice);
  const Upgrade alice = co_await stage.knocks(knock_with_bearer("alice", card.token));
  for (int i = 0; i < kMany / 2; ++i) bob.says(to_alice);
  const Pattern own = !with("to", Json::array({"*"}));
  const std::optional<Message> first = co_await alice.socket.may_hear(own, stage.waits().answer);
  stage.expect(first && (*first)["type"] == "welcome", "the welcome before anything else",
               first ? said(*first) : alice.socket.what_came());
}

Steps welcomes_once(Stage& stage) {
  const Upgrade alice = co_await knocks(stage, "alice");
  const Pattern welcome = of_type("welcome");
  const std::optional<Message> first =
      co_await alice.socket.may_hear(welcome, stage.waits().answer);
  if (!first) {
    stage.skip("the relay sends no welcome");
    co_await stage.over();
  }
  co_await alice.socket.hears_nothing("a second welcome", welcome);
}

Steps introduces_itself(Stage& stage) {
  const Message welcome = co_await welcome_of(stage);
  for (const char* key : {"relay", "version", "capabilities"})
    if (of_welcome(welcome, key).is_null())
      stage.fail(fmt::format("\"{}\" in the welcome", key), said(welcome));
  stage.expect(of_welcome(welcome, "capabilities").is_array(), "capabilities: an array",
               said(welcome));
  if (const Json& ts = of_welcome(welcome, "ts"); !ts.is_null())
    stage.expect(ts.is_number() && ts >= kEarliestMs, "ts in Unix milliseconds", said(welcome));
}

// In the other form that is known, the welcome is no message that could have one.
Steps numbers_the_welcome(Stage& stage) {
  const Message welcome = co_await welcome_of(stage);
  if (!welcome.has("from")) {
    stage.skip("the welcome does not come from anybody");
    co_await stage.over();
  }
  if (welcome["id"].is_null()) stage.deviates("the welcome has no id: " + said(welcome));
}

Steps addresses_the_welcome(Stage& stage) {
  const Message welcome = co_await welcome_of(stage);
  if (!welcome.has("to")) {
    stage.skip("the welcome does not say to whom it is");
    co_await stage.over();
  }
  stage.expect(welcome["to"] == Json::array({stage.name("alice")}), "to: the agent that got in",
               said(welcome));
}

Steps tells_its_limits(Stage& stage) {
  const Message welcome = co_await welcome_of(stage);
  if (of_welcome(welcome, "limits").is_null()) stage.deviates("no limits in the welcome");
}

Steps answers_a_close(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  alice.closes(1000);
  const std::optional<Ended> ended = co_await alice.may_be_closed(stage.waits().answer);
  stage.expect(ended.has_value(), "a close in answer", said(ended));
  if (ended && ended->code == 0) stage.deviates("the stream ended without a close in answer");
}

Steps serves_others_when_one_closes(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  const Agent dave = co_await enters(stage, "dave");
  bob.closes();
  co_await bob.may_be_closed(stage.waits().answer);
  alice.says(broadcast("bob is gone"));
  co_await carol.hears("alice's broadcast", from(alice));
  co_await dave.hears("alice's broadcast", from(alice));
}

Steps serves_others_when_one_hangs_up(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  bob.hangs_up();
  alice.says(broadcast(1));
  co_await carol.hears("alice's broadcast", from(alice));
}

Steps serves_others_when_one_breaks_off(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  alice.says(direct(bob, 1));
  bob.breaks_off();
  alice.says(broadcast(2));
  co_await carol.hears("alice's broadcast", from(alice) && with("payload", 2));
}

Steps serves_others_when_one_ends_in_mid_frame(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  std::string frame;
  wire::append_frame(frame, wire::Role::client, wire::Opcode::text, direct(carol, 1).dump(), 7);
  bob.sends_bytes(std::string_view{frame}.substr(0, frame.size() / 2), "[half a message]");
  co_await stage.pause(std::chrono::milliseconds{20});
  bob.hangs_up();
  alice.says(direct(carol, 2));
  const Message got = co_await carol.hears("alice's message", from(alice));
  stage.expect(carol.heard(from(bob)).empty(), "half a message is none", said(got));
}

Steps replays_nothing(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent first = co_await enters(stage, "bob");
  first.closes();
  co_await first.may_be_closed(stage.waits().answer);
  co_await stage.pause(std::chrono::milliseconds{50});  // for the relay to notice
  alice.says(direct(first, "while you were out"));
  co_await alice.round_trip();
  const Agent bob = co_await comes_back(stage, "bob again", first.card());
  co_await bob.hears_nothing("what was said while he was gone", from(alice));
}

Steps repeats_nothing(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent first = co_await enters(stage, "bob");
  alice.says(direct(first, "once"));
  co_await first.hears("alice's message", from(alice));
  first.closes();
  co_await first.may_be_closed(stage.waits().answer);
  const Agent bob = co_await comes_back(stage, "bob again", first.card());
  co_await bob.hears_nothing("again what he has heard before", from(alice));
}

// The documents do not say what becomes of the first. Who connects again, however, has often lost
// it and does not know: the later one must not be served worse.
Steps serves_a_second_connection_of_an_agent(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent first = co_await enters(stage, "bob");
  const Upgrade second =
      co_await stage.knocks(knock_with_bearer("bob's second", first.card().token));
  co_await stage.pause(stage.waits().quiet);
  alice.says(direct(first, "which of you?"));
  const Pattern message = from(alice);
  co_await stage.until(
      [&] { return !first.heard(message).empty() || !second.socket.heard(message).empty(); },
      stage.waits().answer);
  co_await stage.pause(stage.waits().quiet);
  const std::size_t on_first = first.heard(message).size();
  const std::size_t on_second = second.socket.heard(message).size();
  stage.expect(on_first + on_second > 0, "alice's message on one of bob's connections",
               "nothing on either");
  stage.expect(on_second > 0 || !second.socket.open(), "alice's message on the later connection",
               "it came on the earlier one alone");
  if (on_first > 0 && on_second > 0)
    stage.deviates("an agent with two connections gets a message on each");
}

Steps takes_an_agent_that_comes_and_goes(Stage& stage) {
  constexpr int kTimes = 10;
  const Card card = co_await registered(stage, "bob");
  const Agent first = co_await enters(stage, "bob", card);
  first.hangs_up();
  for (int i = 1; i < kTimes; ++i) {
    const Agent bob = co_await comes_back(stage, fmt::format("bob {}", i), card);
    bob.hangs_up();
  }
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await comes_back(stage, "bob at last", card);
  alice.says(direct(bob, 1));
  co_await bob.hears("alice's message", from(alice));
}

Steps answers_a_ping(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  co_await alice.round_trip();
}

Steps drops_a_dead_peer(Stage& stage) {
  const Agent bob = co_await enters(stage, "bob");
  bob.connection().answer_pings(false);
  const Instant since = stage.now();
  const std::optional<Ended> ended = co_await bob.may_be_closed(kDeadPeerIsDropped);
  stage.expect(ended.has_value(), "a peer that answers no pings is dropped", said(ended));
  if (stage.now() - since < kDeadPeerIsWaitedFor)
    stage.deviates(fmt::format("dropped after {:.0f} s already", seconds(stage.now() - since)));
}

Steps keeps_a_quiet_peer(Stage& stage) {
  const Agent bob = co_await enters(stage, "bob");
  const std::optional<Ended> ended = co_await bob.may_be_closed(kDeadPeerIsDropped);
  stage.expect(!ended, "a peer that answers pings and is quiet otherwise stays", said(ended));
}

// What a relay keeps by connection and what it keeps by agent part ways in the end.
Steps broadcasts_to_who_came_back_thrice(Stage& stage) {
  const Agent bob = co_await enters(stage, "bob");
  Agent alice = co_await enters(stage, "alice");
  for (int again = 1; again <= 3; ++again) {
    alice.closes();
    co_await alice.may_be_closed(stage.waits().answer);
    alice = co_await comes_back(stage, fmt::format("alice again {}", again), alice.card());
  }
  co_await alice.round_trip();
  bob.says(broadcast("to all"));
  co_await alice.hears("bob's broadcast", from(bob));
  co_await alice.hears_nothing("bob's broadcast twice", from(bob));
}

constexpr std::string_view kWelcome =
    R"(ARC, Connect: a welcome comes first: {"type": "welcome"} with relay, version, capabilities)";
constexpr std::string_view kHandles = "ARC, Minimal relay: handle disconnections gracefully";
constexpr std::string_view kReplay = "ARC, Lifecycle: nothing is replayed";
constexpr std::string_view kHeartbeat =
    "ARC, Limits: WebSocket pings; a dead peer is dropped after 30 to 60 s";

constexpr std::array kRows{
    Case{"ARC-CONN-01", "welcomes an agent, before anything else", kWelcome, welcomes,
         Level::should},
    Case{"ARC-CONN-02", "introduces itself in the welcome", kWelcome, introduces_itself,
         Level::should},
    Case{"ARC-CONN-03", "tells its limits in the welcome", "ARC, Connect: the welcome has limits",
         tells_its_limits, Level::may},
    Case{"ARC-CONN-04", "answers a close with a close", kHandles, answers_a_close},
    Case{"ARC-CONN-05", "serves others when an agent closes", kHandles,
         serves_others_when_one_closes, Level::must, Manner::alone},
    Case{"ARC-CONN-06", "serves others when an agent ends its stream without a close", kHandles,
         serves_others_when_one_hangs_up},
    Case{"ARC-CONN-07", "serves others when an agent's connection is reset", kHandles,
         serves_others_when_one_breaks_off},
    Case{"ARC-CONN-08", "serves others when a stream ends in the middle of a frame", kHandles,
         serves_others_when_one_ends_in_mid_frame},
    Case{"ARC-CONN-09", "replays nothing to who comes back", kReplay, replays_nothing},
    Case{"ARC-CONN-10", "serves an agent that connects twice", kHandles,
         serves_a_second_connection_of_an_agent, Level::should, Manner::alone},
    Case{"ARC-CONN-11", "serves an agent that has come and gone ten times",
         "ARC, Lifecycle: the same token reconnects", takes_an_agent_that_comes_and_goes},
    Case{"ARC-CONN-12", "answers a WebSocket ping", kHeartbeat, answers_a_ping},
    Case{.id = "ARC-CONN-13",
         .does = "drops a peer that answers no pings",
         .clause = kHeartbeat,
         .script = drops_a_dead_peer,
         .level = Level::should,
         .slow = true},
    Case{.id = "ARC-CONN-14",
         .does = "keeps a peer that answers pings and is quiet",
         .clause = kHeartbeat,
         .script = keeps_a_quiet_peer,
         .level = Level::should,
         .slow = true},
    Case{"ARC-CONN-15", "repeats nothing to who comes back", kReplay, repeats_nothing, Level::must,
         Manner::alone},
    Case{"ARC-CONN-16", "welcomes an agent once", kWelcome, welcomes_once, Level::should},
    Case{"ARC-CONN-17", "addresses the welcome to the agent",
         R"(ARC, Connect (seen): the welcome is {"id", "from": "relay", "to": [me], ...})",
         addresses_the_welcome, Level::should},
    Case{"ARC-CONN-18", "welcomes an agent before it passes anything on to it", kWelcome,
         welcomes_before_it_passes_on, Level::should},
    Case{"ARC-CONN-19", "broadcasts once to who has come back three times",
         "ARC, Lifecycle: the same token reconnects", broadcasts_to_who_came_back_thrice},
    Case{"ARC-CONN-20", "gives the welcome an id, as it does every message",
         R"(ARC, Connect (seen): the welcome is {"id", "from": "relay", "to": [me], ...})",
         numbers_the_welcome, Level::should},
};

}  // namespace

Cases arc_connection_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
