// ARC-ROUTE: who gets a message, who does not, and what it looks like when it comes.
#include <fmt/format.h>

#include <array>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

Steps delivers_a_direct_message(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(direct(bob, "hi"));
  const Message got = co_await bob.hears("the message from alice", from(alice));
  stage.expect(got["payload"] == "hi", R"(the payload "hi")", said(got));
}

Steps shows_a_direct_message_to_nobody_else(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  alice.says(direct(bob, "for bob's eyes"));
  co_await bob.hears("the message from alice", from(alice));
  co_await carol.hears_nothing("alice's message to bob", from(alice));
}

Steps does_not_echo_a_direct_message(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(direct(bob, "hi"));
  co_await bob.hears("the message from alice", from(alice));
  co_await alice.hears_nothing("her own message to bob", from(alice));
}

Steps delivers_to_each_that_is_listed(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  const Agent dave = co_await enters(stage, "dave");
  const Json both = Json::array({bob.id(), carol.id()});
  alice.says(message_to(both, 1));
  co_await bob.hears("the message from alice", from(alice));
  co_await carol.hears("the message from alice", from(alice));
  co_await dave.hears_nothing("a message that does not list him", from(alice));
  for (const Agent* listed : {&bob, &carol})
    stage.expect(listed->heard(from(alice)).size() == 1, "the message once for each",
                 listed->what_came());
}

Steps delivers_once_to_who_is_listed_twice(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Json twice = Json::array({bob.id(), bob.id()});
  alice.says(message_to(twice, 1));
  co_await bob.hears("the message from alice", from(alice));
  const std::optional<Message> again = co_await bob.may_hear(from(alice), stage.waits().quiet);
  if (again) stage.deviates("it came twice: " + said(*again));
}

Steps broadcasts_to_everybody(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  alice.says(broadcast("to all"));
  co_await bob.hears("alice's broadcast", from(alice) && with("payload", "to all"));
  co_await carol.hears("alice's broadcast", from(alice) && with("payload", "to all"));
}

Steps does_not_echo_a_broadcast(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(broadcast("to all"));
  co_await bob.hears("alice's broadcast", from(alice));
  co_await alice.hears_nothing("her own broadcast", from(alice));
}

Steps drops_what_is_for_nobody(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(message_to(Json::array({stage.name("nobody")}), 1));
  co_await alice.hears_nothing("an error: unknown recipients are dropped silently", an_error());
  alice.says(direct(bob, 2));
  co_await bob.hears("alice's next message", from(alice) && with("payload", 2));
}

Steps drops_what_is_for_the_absent(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Card absent = co_await registered(stage, "carol");
  alice.says(message_to(Json::array({absent.id}), 1));
  co_await alice.hears_nothing("an error: absent recipients are dropped silently", an_error());
  alice.says(direct(bob, 2));
  co_await bob.hears("alice's next message", from(alice) && with("payload", 2));
}

// Alone, so that who came last is known: it is a likely victim of what has no receiver.
Steps shows_nobody_what_is_for_the_absent(Stage& stage) {
  const Agent absent = co_await enters(stage, "absent");
  absent.closes();
  co_await absent.may_be_closed(stage.waits().answer);
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(direct(absent, "for your eyes only"));
  co_await bob.hears_nothing("a message for an agent that is not in", from(alice));
  co_await alice.hears_nothing("her own message", from(alice));
}

Steps delivers_to_the_known_among_the_unknown(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Json mixed = Json::array({stage.name("nobody"), bob.id(), stage.name("no-one")});
  alice.says(message_to(mixed, 1));
  co_await bob.hears("the message from alice", from(alice));
}

Steps adds_id_from_and_ts(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const std::string mark = stage.name("mark");
  alice.says(direct(bob, mark));
  const Message got = co_await bob.hears("alice's message", with("payload", mark));
  stage.expect(got["id"].is_string() && !got["id"].empty(), "an id that is a string", said(got));
  stage.expect(got["from"] == alice.id(), "from: alice's id", said(got));
  stage.expect(got["to"].is_array(), "to: an array", said(got));
  stage.expect(got["ts"].is_number(), "ts: a number", said(got));
}

Steps tells_to_whom_a_message_was(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(direct(bob, 1));
  alice.says(broadcast(2));
  const Message one = co_await bob.hears("the direct message", from(alice) && with("payload", 1));
  const Message all = co_await bob.hears("the broadcast", from(alice) && with("payload", 2));
  stage.expect(one["to"] == Json::array({bob.id()}), "to: bob's id in an array", said(one));
  stage.expect(all["to"] == Json::array({"*"}), R"(to: ["*"])", said(all));
}

Steps carries_type_and_ref(Stage& stage, bool to_all) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  Json message = to_all ? broadcast(1) : direct(bob, 1);
  message["type"] = "proposal";
  message["ref"] = "ref-4711";
  alice.says(message);
  const Message got = co_await bob.hears("the message from alice", from(alice));
  stage.expect(got["type"] == "proposal", R"(type: "proposal")", said(got));
  stage.expect(got["ref"] == "ref-4711", R"(ref: "ref-4711")", said(got));
}

Steps carries_type_and_ref_to_each(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  const Json both = Json::array({bob.id(), carol.id()});
  Json message = message_to(both, 1);
  message["type"] = "proposal";
  message["ref"] = "ref-4711";
  alice.says(message);
  const std::array listeners{&bob, &carol};
  for (const Agent* listed : listeners) {
    const Message got = co_await listed->hears("the message from alice", from(alice));
    stage.expect(got["type"] == "proposal", R"(type: "proposal")", said(got));
    stage.expect(got["ref"] == "ref-4711", R"(ref: "ref-4711")", said(got));
  }
}

Steps carries_a_ref_without_a_type(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  Json message = direct(bob, 1);
  message["ref"] = "ref-4711";
  alice.says(message);
  const Message got = co_await bob.hears("the message from alice", from(alice));
  stage.expect(got["ref"] == "ref-4711", R"(ref: "ref-4711")", said(got));
}

Steps carries_type_and_ref(Stage& stage) { co_await carries_type_and_ref(stage, false); }
Steps carries_type_and_ref_in_a_broadcast(Stage& stage) {
  co_await carries_type_and_ref(stage, true);
}

Steps invents_no_type(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(direct(bob, 1));
  const Message got = co_await bob.hears("the message from alice", from(alice));
  if (got.has("type")) stage.deviates("a type that was not sent: " + said(got));
  if (got.has("ref")) stage.deviates("a ref that was not sent: " + said(got));
}

// The argument is a type of the conventions.
Steps carries_a_type(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  Json message = direct(bob, 1);
  message["type"] = stage.argument();
  alice.says(message);
  const Message got = co_await bob.hears("the message from alice", from(alice));
  stage.expect(got["type"] == stage.argument(), fmt::format("type: \"{}\"", stage.argument()),
               said(got));
}

Steps passes_on_unknown_fields(Stage& stage, bool to_all) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  Json message = to_all ? broadcast(1) : direct(bob, 1);
  message["mood"] = "curious";
  alice.says(message);
  const Message got = co_await bob.hears("the message from alice", from(alice));
  stage.expect(got["mood"] == "curious", R"(the field "mood", passed on)", said(got));
}

Steps passes_on_unknown_fields(Stage& stage) { co_await passes_on_unknown_fields(stage, false); }
Steps passes_on_unknown_fields_in_a_broadcast(Stage& stage) {
  co_await passes_on_unknown_fields(stage, true);
}

// Of every kind of value that JSON has, but for null, which may count as none.
Steps passes_on_unknown_fields_of_every_kind(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Json extra{{"x_number", 7},
                   {"x_false", false},
                   {"x_object", {{"deep", Json::array({1, "two"})}}},
                   {"x_array", Json::array({"a", "b"})}};
  Json message = direct(bob, 1);
  message.update(extra);
  alice.says(message);
  const Message got = co_await bob.hears("the message from alice", from(alice));
  for (const auto& [key, value] : extra.items())
    stage.expect(got[key] == value, fmt::format("{}: {}", key, value.dump()), said(got));
}

constexpr int kMany = 50;  // below the hundred a minute that the documents recommend as a limit

Steps keeps_the_order_of_a_sender(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  for (int i = 0; i < kMany; ++i) alice.says(direct(bob, i));
  for (int i = 0; i < kMany; ++i) {
    const Message got = co_await bob.hears(fmt::format("message {} of {}", i, kMany), from(alice));
    stage.expect(got["payload"] == i, fmt::format("message {} next", i), said(got));
  }
}

// To all, to one and to several, long and short: all on their way from alice to bob.
Steps keeps_the_order_of_every_kind(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  const auto number = [](Json message, int sequence) {
    message["type"] = fmt::format("kind-{}", sequence);
    return message;
  };
  const Json both = Json::array({carol.id(), bob.id()});
  constexpr std::size_t kLong = 8 * 1024;
  int sent = 0;
  for (int again = 0; again < 3; ++again) {
    alice.says(number(broadcast(1), sent++));
    alice.says(number(direct(bob, std::string(kLong, 'x')), sent++));
    alice.says(number(direct(bob, 1), sent++));
    alice.says(number(message_to(both, 1), sent++));
    alice.says(number(direct(bob, 1), sent++));
  }
  for (int next = 0; next < sent; ++next) {
    const Message got =
        co_await bob.hears(fmt::format("message {} of {}", next, sent), from(alice));
    stage.expect(got["type"] == fmt::format("kind-{}", next), fmt::format("message {} next", next),
                 said(got));
  }
}

Steps delivers_each_of_many_once(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  for (int i = 0; i < kMany; ++i) alice.says(direct(bob, i));
  for (int i = 0; i < kMany; ++i)
    co_await bob.hears(fmt::format("message {} of {}", i, kMany),
                       from(alice) && with("payload", i));
  co_await bob.hears_nothing("a message twice", from(alice));
}

Steps delivers_to_many(Stage& stage) {
  constexpr int kCrowd = 10;
  const Agent alice = co_await enters(stage, "alice");
  std::vector<Agent> crowd;
  Json ids = Json::array();
  for (int i = 0; i < kCrowd; ++i) {
    crowd.push_back(co_await enters(stage, fmt::format("listener-{}", i)));
    ids.push_back(crowd.back().id());
  }
  alice.says(message_to(ids, 1));
  for (const Agent& listener : crowd) co_await listener.hears("alice's message", from(alice));
}

Steps delivers_to_the_last_of_many(Stage& stage) {
  constexpr int kUnknown = 63;
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  Json ids = Json::array();
  for (int i = 0; i < kUnknown; ++i) ids.push_back(stage.name(fmt::format("nobody-{}", i)));
  ids.push_back(bob.id());
  alice.says(message_to(ids, 1));
  co_await bob.hears("alice's message, which lists him last", from(alice));
}

// A subscription is no way around "everyone but the sender".
Steps does_not_echo_to_who_follows_herself(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(command("subscribe", Json{{"agents", Json::array({alice.id()})}}));
  alice.says(broadcast("to all"));
  co_await bob.hears("alice's broadcast", from(alice) && with("payload", "to all"));
  co_await alice.hears_nothing("her own broadcast", from(alice) && with("payload", "to all"));
}

// The argument is a type. Only what is for ["relay"] is a command.
Steps delivers_what_is_called_like_a_command(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  Json message = direct(bob, Json{{"agents", Json::array()}});
  message["type"] = stage.argument();
  alice.says(message);
  co_await bob.hears("the message from alice", from(alice));
}

// An id that is nobody's, although it is nearly bob's.
Steps drops_what_is_nearly_for_bob(Stage& stage, std::string (*nearly)(std::string id)) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(message_to(Json::array({nearly(bob.id())}), 1));
  co_await bob.hears_nothing("a message for an id that is nearly his", from(alice));
  alice.says(direct(bob, 2));
  co_await bob.hears("alice's next message", from(alice) && with("payload", 2));
}

Steps takes_no_capitals_for_an_id(Stage& stage) {
  co_await drops_what_is_nearly_for_bob(stage, [](std::string id) {
    for (char& letter : id)
      if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    return id;
  });
}

Steps takes_no_beginning_for_an_id(Stage& stage) {
  co_await drops_what_is_nearly_for_bob(stage, [](std::string id) {
    id.pop_back();
    return id;
  });
}

Steps takes_no_blanks_around_an_id(Stage& stage) {
  co_await drops_what_is_nearly_for_bob(stage, [](std::string id) { return ' ' + id + ' '; });
}

// The argument is the type of a command; what is not for the relay is none.
Steps broadcasts_what_is_called_like_a_command(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  Json message = broadcast(1);
  message["type"] = stage.argument();
  alice.says(message);
  const Message got = co_await bob.hears("alice's broadcast", from(alice));
  stage.expect(got["type"] == stage.argument(), fmt::format("type: \"{}\"", stage.argument()),
               said(got));
}

Steps may_deliver_to_oneself(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  alice.says(direct(alice, "to myself"));
  const std::optional<Message> got = co_await alice.may_hear(from(alice), stage.waits().quiet);
  stage.note(got ? "a message to oneself is delivered" : "a message to oneself is not delivered");
  co_await alice.round_trip();
}

Steps delivers_once_to_who_is_meant_twice(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Json both = Json::array({bob.id(), "*"});
  alice.says(message_to(both, 1));
  co_await bob.hears("the message from alice", from(alice));
  const std::optional<Message> again = co_await bob.may_hear(from(alice), stage.waits().quiet);
  if (again) stage.deviates("it came twice: " + said(*again));
}

Steps replays_nothing_to_who_comes_later(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(broadcast("before carol"));
  co_await bob.hears("alice's broadcast", from(alice));
  const Agent carol = co_await enters(stage, "carol");
  co_await carol.hears_nothing("what was said before she came", from(alice));
}

// What a relay says to nobody in particular, and not about agents of cases that play beside this
// one, as it may when they come and go.
Pattern unaddressed(const Stage& stage) {
  const std::string own = stage.name("");
  const std::string anyone = own.substr(0, own.rfind("-c"));
  return Pattern{[own, anyone](const Json& json) {
    const Json& from = field(json, "from");
    if ((from != "relay" && !from.is_null()) || !field(json, "to").is_null()) return false;
    const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return text.find(anyone) == std::string::npos || text.find(own) != std::string::npos;
  }};
}

Steps acknowledges_nothing(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(direct(bob, 1));
  co_await bob.hears("the message from alice", from(alice));
  const Pattern own =
      (with("to", Json::array({alice.id()})) || unaddressed(stage)) && !of_type("welcome");
  co_await alice.hears_nothing("an acknowledgement", own);
}

constexpr std::string_view kTo =
    R"(ARC, Send: "to" lists ids, or is ["*"] for everyone but the sender)";
constexpr std::string_view kDropped =
    "ARC, Send: unknown or offline recipients are silently dropped";
constexpr std::string_view kDelivered =
    "ARC, Send: delivered as id, from, to, payload, ts and, where sent, type and ref";
constexpr std::string_view kTypes =
    "ARC, Question and answer: other types by convention are thought, discovery, data, proposal, "
    "vote";

constexpr std::array kRows{
    Case{"ARC-ROUTE-01", "delivers a direct message", kTo, delivers_a_direct_message},
    Case{"ARC-ROUTE-02", "shows a direct message to nobody else", kTo,
         shows_a_direct_message_to_nobody_else},
    Case{"ARC-ROUTE-03", "does not send a direct message back",
         "ARC, Send: a sender does not see its own message", does_not_echo_a_direct_message},
    Case{"ARC-ROUTE-04", "delivers to each of several ids", kTo, delivers_to_each_that_is_listed},
    Case{"ARC-ROUTE-05", "delivers once to an id that is listed twice", kTo,
         delivers_once_to_who_is_listed_twice, Level::should},
    Case{"ARC-ROUTE-06", "delivers a broadcast to everybody", kTo, broadcasts_to_everybody},
    Case{"ARC-ROUTE-07", "does not send a broadcast back", kTo, does_not_echo_a_broadcast},
    Case{"ARC-ROUTE-08", "drops a message to an unknown id silently", kDropped,
         drops_what_is_for_nobody, Level::should},
    Case{"ARC-ROUTE-09", "drops a message to an agent that is offline silently", kDropped,
         drops_what_is_for_the_absent, Level::should},
    Case{"ARC-ROUTE-10", "delivers to the known among unknown ids", kDropped,
         delivers_to_the_known_among_the_unknown},
    Case{"ARC-ROUTE-11", "adds id, from and ts", kDelivered, adds_id_from_and_ts},
    Case{"ARC-ROUTE-12", "tells the receiver to whom a message was", kDelivered,
         tells_to_whom_a_message_was, Level::should},
    Case{"ARC-ROUTE-13", "carries type and ref", kDelivered, carries_type_and_ref},
    Case{"ARC-ROUTE-14", "invents no type and no ref", kDelivered, invents_no_type, Level::should},
    Case{"ARC-ROUTE-15", "passes on fields that ARC does not define",
         "ARC, Send: unknown fields pass through", passes_on_unknown_fields, Level::should},
    Case{"ARC-ROUTE-16", "keeps the order of a sender's messages",
         "ARC, Minimal relay: route direct messages", keeps_the_order_of_a_sender, Level::should},
    Case{"ARC-ROUTE-17", "delivers each of fifty messages once",
         "ARC, Minimal relay: route direct messages", delivers_each_of_many_once},
    Case{"ARC-ROUTE-18", "delivers to ten ids at once", kTo, delivers_to_many},
    Case{"ARC-ROUTE-19", "survives a message to oneself", kTo, may_deliver_to_oneself, Level::may},
    Case{"ARC-ROUTE-20", R"(delivers once to who is meant by id and by "*")", kTo,
         delivers_once_to_who_is_meant_twice, Level::may},
    Case{"ARC-ROUTE-21", "replays nothing to who comes later",
         "ARC, Lifecycle: nothing is replayed", replays_nothing_to_who_comes_later},
    Case{"ARC-ROUTE-22", "acknowledges nothing", "ARC, Send: there are no acks",
         acknowledges_nothing, Level::should},
    Case{.id = "ARC-ROUTE-23",
         .does = "carries the type thought",
         .clause = kTypes,
         .script = carries_a_type,
         .argument = "thought"},
    Case{.id = "ARC-ROUTE-24",
         .does = "carries the type discovery",
         .clause = kTypes,
         .script = carries_a_type,
         .argument = "discovery"},
    Case{.id = "ARC-ROUTE-25",
         .does = "carries the type data",
         .clause = kTypes,
         .script = carries_a_type,
         .argument = "data"},
    Case{.id = "ARC-ROUTE-26",
         .does = "carries the type vote",
         .clause = kTypes,
         .script = carries_a_type,
         .argument = "vote"},
    Case{"ARC-ROUTE-27", "shows a message for an agent that has left to nobody", kDropped,
         shows_nobody_what_is_for_the_absent, Level::must, Manner::alone},
    Case{"ARC-ROUTE-28", "takes an id in capitals for nobody's", kDropped,
         takes_no_capitals_for_an_id},
    Case{"ARC-ROUTE-29", "takes the beginning of an id for nobody's", kDropped,
         takes_no_beginning_for_an_id},
    Case{"ARC-ROUTE-30", "delivers to the last of sixty-four ids", kTo,
         delivers_to_the_last_of_many},
    Case{"ARC-ROUTE-31", "carries type and ref in a broadcast", kDelivered,
         carries_type_and_ref_in_a_broadcast},
    Case{.id = "ARC-ROUTE-32",
         .does = "carries a type with capitals",
         .clause = kDelivered,
         .script = carries_a_type,
         .argument = "Status-Update"},
    Case{.id = "ARC-ROUTE-33",
         .does = "carries a type of 40 characters",
         .clause = kDelivered,
         .script = carries_a_type,
         .argument = "a-type-of-forty-characters-and-of-no-use"},
    Case{.id = "ARC-ROUTE-34",
         .does = "takes a broadcast of the type ping for no command",
         .clause = kTo,
         .script = broadcasts_what_is_called_like_a_command,
         .argument = "ping"},
    Case{.id = "ARC-ROUTE-35",
         .does = "takes a broadcast of the type subscribe for no command",
         .clause = kTo,
         .script = broadcasts_what_is_called_like_a_command,
         .argument = "subscribe"},
    Case{"ARC-ROUTE-36", "carries type and ref to each of several ids", kDelivered,
         carries_type_and_ref_to_each},
    Case{"ARC-ROUTE-37", "carries a ref without a type", kDelivered, carries_a_ref_without_a_type},
    Case{"ARC-ROUTE-38", "passes on fields that ARC does not define in a broadcast",
         "ARC, Send: unknown fields pass through", passes_on_unknown_fields_in_a_broadcast,
         Level::should},
    Case{"ARC-ROUTE-39", "takes an id between blanks for nobody's", kDropped,
         takes_no_blanks_around_an_id},
    Case{"ARC-ROUTE-40", "sends no broadcast back to who follows herself",
         "ARC, Send: a sender does not see its own message", does_not_echo_to_who_follows_herself},
    Case{"ARC-ROUTE-41", "keeps the order of a sender's messages of every kind",
         "ARC, Minimal relay: route broadcast and direct messages", keeps_the_order_of_every_kind,
         Level::should},
    Case{.id = "ARC-ROUTE-42",
         .does = "takes a direct message of the type ping for no command",
         .clause = kTo,
         .script = delivers_what_is_called_like_a_command,
         .argument = "ping"},
    Case{.id = "ARC-ROUTE-43",
         .does = "takes a direct message of the type subscribe for no command",
         .clause = kTo,
         .script = delivers_what_is_called_like_a_command,
         .argument = "subscribe"},
    Case{"ARC-ROUTE-44", "passes on numbers and objects in fields that ARC does not define",
         "ARC, Send: unknown fields pass through", passes_on_unknown_fields_of_every_kind,
         Level::should},
};

}  // namespace

Cases arc_routing_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
