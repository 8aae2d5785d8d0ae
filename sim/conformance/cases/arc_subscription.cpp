// ARC-SUB: commands to the relay: who wants to hear whom.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

Json agents(std::initializer_list<Json> ids) { return Json{{"agents", Json(ids)}}; }
Json subscribe(const Json& who) { return command("subscribe", who); }
Json unsubscribe(const Json& who) { return command("unsubscribe", who); }

bool lists(const Json& list, const std::string& id) {
  return list.is_array() && std::ranges::find(list, Json(id)) != list.end();
}

// The acknowledgement, where the relay sends any.
Task<std::optional<Message>> acknowledged(const Agent& agent, std::string type) {
  const Pattern either = of_type(type) || an_error();
  co_return co_await agent.may_hear(either, agent.stage().waits().quiet);
}

// @param left  subscriptions that there are afterwards: the documents do not say whether "count"
//              counts these or the agents of the command.
Steps acknowledges(Stage& stage, std::string asked, std::string answered, int left) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  if (left == 0) {
    alice.says(subscribe(agents({bob.id()})));
    co_await acknowledged(alice, "subscribed");
  }
  alice.says(command(asked, agents({bob.id()})));
  const std::optional<Message> ack = co_await acknowledged(alice, answered);
  if (!ack) {
    stage.deviates("no acknowledgement");
    co_return;
  }
  stage.expect((*ack)["type"] == answered, fmt::format("type: \"{}\"", answered), said(*ack));
  stage.expect(lists(field((*ack)["payload"], "agents"), bob.id()), "payload.agents: bob's id",
               said(*ack));
  const Json& count = field((*ack)["payload"], "count");
  stage.expect(same(count, 1) || same(count, left),
               left == 1 ? "payload.count: 1" : "payload.count: 1, or the 0 that are left",
               said(*ack));
}

Steps acknowledges_a_subscription(Stage& stage) {
  co_await acknowledges(stage, "subscribe", "subscribed", 1);
}
Steps acknowledges_its_end(Stage& stage) {
  co_await acknowledges(stage, "unsubscribe", "unsubscribed", 0);
}

// What an agent is subscribed to; a relay that cannot say leaves nothing to be tested.
Task<Json> subscriptions_of(const Agent& agent) {
  agent.says(command("list_subscriptions"));
  const Pattern either = of_type("subscriptions") || of_type("list_subscriptions") || an_error();
  const std::optional<Message> list = co_await agent.may_hear(either, agent.stage().waits().answer);
  if (list && (*list)["type"] == "list_subscriptions")
    agent.stage().fail("an answer of the type subscriptions", said(*list));
  if (!list || (*list)["type"] != "subscriptions") {
    agent.stage().skip("the relay does not list subscriptions: " + agent.what_came());
    co_await agent.stage().over();
  }
  co_return field((*list)["payload"], "agents");
}

Steps lists_subscriptions(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  alice.says(subscribe(agents({bob.id(), carol.id()})));
  alice.says(command("list_subscriptions"));
  co_await alice.hears("subscriptions, in answer to list_subscriptions", of_type("subscriptions"));
  const Json list = co_await subscriptions_of(alice);
  stage.expect(lists(list, bob.id()) && lists(list, carol.id()) && list.size() == 2,
               "the two that alice subscribed to", said(list));
  const Json again = co_await subscriptions_of(alice);
  stage.expect(again.size() == 2, "the same two when alice asks again", said(again));
}

// What is wrong with one message, or with one command, changes nothing of what was right.
Steps keeps_them_through_errors(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(subscribe(agents({bob.id()})));
  co_await acknowledged(alice, "subscribed");
  alice.says("this is not JSON");
  alice.says(subscribe(Json::object()));
  alice.says(unsubscribe(Json{{"agents", 7}}));
  const std::optional<Ended> ended = co_await alice.may_be_closed(stage.waits().quiet);
  if (ended) {
    stage.skip("what is wrong with a message ends the connection: " + said(ended));
    co_await stage.over();
  }
  alice.listens_anew();
  const Json list = co_await subscriptions_of(alice);
  stage.expect(list.size() == 1 && lists(list, bob.id()), "bob, as before", said(list));
}

Steps adds_to_subscriptions(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  alice.says(subscribe(agents({bob.id()})));
  alice.says(subscribe(agents({carol.id()})));
  const Json list = co_await subscriptions_of(alice);
  stage.expect(lists(list, bob.id()) && lists(list, carol.id()), "both, of two subscriptions",
               said(list));
}

Steps follows_many(Stage& stage) {
  constexpr std::size_t kMany = 20;
  const Agent alice = co_await enters(stage, "alice");
  Json ids = Json::array();
  for (std::size_t i = 0; i < kMany; ++i) {
    const Card star = co_await registered(stage, fmt::format("star-{}", i));
    ids.push_back(star.id);
  }
  alice.says(subscribe(Json{{"agents", ids}}));
  const Json list = co_await subscriptions_of(alice);
  stage.expect(list.is_array() && list.size() == kMany &&
                   std::ranges::all_of(ids, [&](const Json& id) { return lists(list, id); }),
               "the twenty that alice subscribed to", said(list));
}

Steps leaves_two_at_once(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  const Agent dave = co_await enters(stage, "dave");
  alice.says(subscribe(agents({bob.id(), carol.id(), dave.id()})));
  alice.says(unsubscribe(agents({stage.name("erin-not-followed"), bob.id(), carol.id()})));
  const Json list = co_await subscriptions_of(alice);
  stage.expect(list.size() == 1 && lists(list, dave.id()), "dave alone", said(list));
}

Steps leaves_nobody(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(subscribe(agents({bob.id()})));
  alice.says(unsubscribe(agents({})));
  const Json list = co_await subscriptions_of(alice);
  stage.expect(lists(list, bob.id()), "bob, as before", said(list));
}

Steps begins_without_any(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Json list = co_await subscriptions_of(alice);
  stage.expect(list.is_array() && list.empty(), "an empty array", said(list));
}

Steps forgets_whom_one_left(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  alice.says(subscribe(agents({bob.id(), carol.id()})));
  alice.says(unsubscribe(agents({bob.id()})));
  const Json list = co_await subscriptions_of(alice);
  stage.expect(!lists(list, bob.id()) && lists(list, carol.id()), "carol alone", said(list));
}

Steps counts_a_subscription_once(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(subscribe(agents({bob.id()})));
  alice.says(subscribe(agents({bob.id()})));
  const Json list = co_await subscriptions_of(alice);
  stage.expect(list.is_array() && list.size() == 1, "bob once", said(list));
}

Steps keeps_subscriptions_apart(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(subscribe(agents({bob.id()})));
  co_await subscriptions_of(alice);
  const Json list = co_await subscriptions_of(bob);
  stage.expect(list.is_array() && list.empty(), "bob has none of alice's", said(list));
}

Steps ends_them_with_the_connection(Stage& stage) {
  const Agent first = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  first.says(subscribe(agents({bob.id()})));
  co_await subscriptions_of(first);
  first.closes();
  co_await first.may_be_closed(stage.waits().answer);
  co_await stage.pause(std::chrono::milliseconds{50});  // for the relay to notice
  const Agent alice = co_await comes_back(stage, "alice again", first.card());
  const Json list = co_await subscriptions_of(alice);
  stage.expect(list.is_array() && list.empty(), "no subscriptions after a reconnect", said(list));
}

// Once as a broadcast, and with some relays once more as a subscription, with the same id.
Steps delivers_broadcasts_of_whom_one_follows(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(subscribe(agents({bob.id()})));
  co_await alice.round_trip();
  bob.says(broadcast(1));
  const Message got = co_await alice.hears("bob's broadcast", from(bob));
  const std::optional<Message> copy = co_await alice.may_hear(from(bob), stage.waits().quiet);
  if (!copy) co_return;
  stage.expect((*copy)["id"] == got["id"], "a second copy has the same id", said(*copy));
  stage.deviates("a subscriber gets a broadcast twice, with the same id");
}

Steps delivers_broadcasts_of_others(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  alice.says(subscribe(agents({bob.id()})));
  co_await alice.round_trip();
  carol.says(broadcast(1));
  co_await alice.hears("carol's broadcast", from(carol));
}

Steps still_delivers_broadcasts_of_whom_one_left(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(subscribe(agents({bob.id()})));
  alice.says(unsubscribe(agents({bob.id()})));
  co_await alice.round_trip();
  bob.says(broadcast(1));
  co_await alice.hears("bob's broadcast", from(bob));
}

Steps keeps_letters_secret_from_followers(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  alice.says(subscribe(agents({bob.id()})));
  co_await alice.round_trip();
  bob.says(direct(carol, "not for alice"));
  co_await carol.hears("bob's message", from(bob));
  co_await alice.hears_nothing("bob's message to carol", from(bob));
}

Steps delivers_letters_of_whom_one_follows_once(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(subscribe(agents({bob.id()})));
  co_await alice.round_trip();
  bob.says(direct(alice, "for alice"));
  co_await alice.hears("bob's message", from(bob));
  co_await alice.hears_nothing("bob's message twice", from(bob));
}

Steps keeps_letters_to_several_from_followers(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  const Agent dave = co_await enters(stage, "dave");
  alice.says(subscribe(agents({bob.id()})));
  co_await alice.round_trip();
  const Json both = Json::array({carol.id(), dave.id()});
  bob.says(message_to(both, "not for alice"));
  co_await carol.hears("bob's message", from(bob));
  co_await alice.hears_nothing("bob's message to carol and dave", from(bob));
}

Steps delivers_to_each_follower(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  const std::array followers{&alice, &carol};
  for (const Agent* follower : followers) {
    follower->says(subscribe(agents({bob.id()})));
    co_await follower->round_trip();
  }
  bob.says(broadcast(1));
  co_await alice.hears("bob's broadcast, whom carol follows, too", from(bob));
  co_await carol.hears("bob's broadcast, whom alice follows, too", from(bob));
}

Steps takes_up_again_whom_one_left(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(subscribe(agents({bob.id()})));
  alice.says(unsubscribe(agents({bob.id()})));
  alice.says(subscribe(agents({bob.id()})));
  const Json list = co_await subscriptions_of(alice);
  stage.expect(list.size() == 1 && lists(list, bob.id()), "bob, once more", said(list));
}

// It is the subscriber's connection that subscriptions end with.
Steps keeps_following_who_goes_and_comes(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(subscribe(agents({bob.id()})));
  co_await alice.round_trip();
  bob.closes();
  co_await bob.may_be_closed(stage.waits().answer);
  co_await comes_back(stage, "bob again", bob.card());
  const Json list = co_await subscriptions_of(alice);
  stage.expect(lists(list, bob.id()), "bob, who has gone and come", said(list));
}

Steps leaves_for_oneself_alone(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  const std::array followers{&alice, &carol};
  for (const Agent* follower : followers) {
    follower->says(subscribe(agents({bob.id()})));
    co_await follower->round_trip();
  }
  alice.says(unsubscribe(agents({bob.id()})));
  co_await subscriptions_of(alice);
  const Json list = co_await subscriptions_of(carol);
  stage.expect(lists(list, bob.id()), "bob, whom carol still follows", said(list));
}

Steps follows_nobody_more(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(subscribe(agents({bob.id()})));
  alice.says(subscribe(agents({})));
  const Json list = co_await subscriptions_of(alice);
  stage.expect(lists(list, bob.id()), "bob, as before", said(list));
}

Steps takes_a_subscription_to_nobody(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  alice.says(subscribe(agents({stage.name("not-yet-here")})));
  co_await acknowledged(alice, "subscribed");
  co_await alice.round_trip();
}

Steps takes_leave_of_who_was_not_followed(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(unsubscribe(agents({bob.id()})));
  co_await acknowledged(alice, "unsubscribed");
  const Json list = co_await subscriptions_of(alice);
  stage.expect(list.is_array() && list.empty(), "an empty array", said(list));
}

// The argument is a payload.
Steps refuses_a_subscription(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  alice.says(subscribe(Json::parse(stage.argument())));
  const std::optional<Message> answer = co_await acknowledged(alice, "subscribed");
  if (!answer) stage.deviates("it is dropped without an error");
  if (answer && (*answer)["type"] == "subscribed") stage.fail("an error", said(*answer));
  co_await alice.round_trip();
}

Steps refuses_an_unknown_command(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  alice.says(command("make_coffee"));
  const std::optional<Message> error = co_await alice.may_hear(an_error(), stage.waits().quiet);
  if (!error) stage.deviates("it is dropped without an error");
  co_await alice.round_trip();
}

Steps speaks_as_relay(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  alice.says(subscribe(agents({alice.id()})));
  const std::optional<Message> ack = co_await acknowledged(alice, "subscribed");
  if (!ack) {
    stage.skip("the relay acknowledges nothing");
    co_await stage.over();
  }
  stage.expect((*ack)["from"] == "relay", R"(from: "relay")", said(*ack));
}

Steps tells_nobody_of_a_command(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(subscribe(agents({bob.id()})));
  co_await bob.hears_nothing("a command of alice's to the relay", from(alice));
}

// Known or not: it is for the relay.
Steps tells_nobody_of_an_unknown_command(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(command("make_coffee", Json{{"agents", Json::array({bob.id()})}}));
  co_await bob.hears_nothing("a command of alice's to the relay", from(alice));
}

constexpr std::string_view kAcks =
    "ARC, Commands (seen): subscribed and unsubscribed {agents, count} acknowledge";
constexpr std::string_view kList =
    "ARC, Commands: list_subscriptions is answered by subscriptions {agents}";
constexpr std::string_view kGets =
    "ARC, Commands: a subscriber to X gets X's broadcasts, perhaps twice with the same id";
constexpr std::string_view kPayload =
    R"(ARC, Commands: subscribe and unsubscribe with payload {"agents": [...]})";

constexpr std::array kRows{
    Case{"ARC-SUB-01", "acknowledges a subscription", kAcks, acknowledges_a_subscription,
         Level::should},
    Case{"ARC-SUB-02", "acknowledges its end", kAcks, acknowledges_its_end, Level::should},
    Case{"ARC-SUB-03", "lists subscriptions", kList, lists_subscriptions, Level::should},
    Case{"ARC-SUB-04", "begins without any", kList, begins_without_any, Level::should},
    Case{"ARC-SUB-05", "forgets whom one has left", kPayload, forgets_whom_one_left, Level::should},
    Case{"ARC-SUB-06", "counts a subscription once", kPayload, counts_a_subscription_once,
         Level::should},
    Case{"ARC-SUB-07", "keeps the subscriptions of agents apart", kPayload,
         keeps_subscriptions_apart},
    Case{"ARC-SUB-08", "ends subscriptions with the connection",
         "ARC, Commands: subscriptions end with the connection", ends_them_with_the_connection},
    Case{"ARC-SUB-09", "delivers the broadcasts of whom one follows", kGets,
         delivers_broadcasts_of_whom_one_follows},
    Case{"ARC-SUB-10", "still delivers the broadcasts of whom one has left", kGets,
         still_delivers_broadcasts_of_whom_one_left},
    Case{"ARC-SUB-11", "shows followers no messages that are for others", kGets,
         keeps_letters_secret_from_followers},
    Case{"ARC-SUB-12", "survives a subscription to nobody", kPayload,
         takes_a_subscription_to_nobody, Level::should},
    Case{"ARC-SUB-13", "survives the end of what was no subscription", kPayload,
         takes_leave_of_who_was_not_followed, Level::should},
    Case{.id = "ARC-SUB-14",
         .does = "refuses a subscription without agents",
         .clause = kPayload,
         .script = refuses_a_subscription,
         .level = Level::should,
         .argument = "{}"},
    Case{.id = "ARC-SUB-15",
         .does = "refuses agents that are a string",
         .clause = kPayload,
         .script = refuses_a_subscription,
         .level = Level::should,
         .argument = R"({"agents":"alice"})"},
    Case{.id = "ARC-SUB-16",
         .does = "refuses agents that are numbers",
         .clause = kPayload,
         .script = refuses_a_subscription,
         .level = Level::should,
         .argument = R"({"agents":[1]})"},
    Case{"ARC-SUB-17", "refuses a command that it does not know",
         "ARC, Commands: subscribe, unsubscribe, list_subscriptions, ping",
         refuses_an_unknown_command, Level::should},
    Case{"ARC-SUB-18", R"(speaks as "relay")",
         R"(ARC, Commands: the relay's messages are from "relay")", speaks_as_relay, Level::should},
    Case{"ARC-SUB-19", "tells nobody of a command", R"(ARC, Send: ["relay"] is a command)",
         tells_nobody_of_a_command},
    Case{"ARC-SUB-20", "delivers a direct message of whom one follows once", kGets,
         delivers_letters_of_whom_one_follows_once, Level::should},
    Case{"ARC-SUB-21", "adds one subscription to another", kPayload, adds_to_subscriptions,
         Level::should},
    Case{"ARC-SUB-22", "delivers the broadcasts of whom one does not follow",
         R"(ARC, Send: ["*"] is for everyone but the sender)", delivers_broadcasts_of_others},
    Case{"ARC-SUB-23", "subscribes to twenty agents", kPayload, follows_many, Level::should},
    Case{"ARC-SUB-24", "ends two subscriptions at once", kPayload, leaves_two_at_once,
         Level::should},
    Case{"ARC-SUB-25", "ends no subscription where nobody is named", kPayload, leaves_nobody,
         Level::should},
    Case{"ARC-SUB-26", "tells nobody of a command that it does not know",
         R"(ARC, Send: ["relay"] is a command)", tells_nobody_of_an_unknown_command},
    Case{"ARC-SUB-27", "shows followers no messages to several others", kGets,
         keeps_letters_to_several_from_followers},
    Case{"ARC-SUB-28", "delivers broadcasts to each of two followers", kGets,
         delivers_to_each_follower},
    Case{"ARC-SUB-29", "subscribes again to whom one has left", kPayload,
         takes_up_again_whom_one_left, Level::should},
    Case{"ARC-SUB-30", "keeps a subscription to who goes and comes back",
         "ARC, Commands: subscriptions end with the connection", keeps_following_who_goes_and_comes,
         Level::should},
    Case{"ARC-SUB-31", "ends a subscription for one follower alone", kPayload,
         leaves_for_oneself_alone},
    Case{"ARC-SUB-32", "keeps subscriptions where nobody more is named", kPayload,
         follows_nobody_more, Level::should},
    Case{"ARC-SUB-33", "keeps subscriptions of who is refused a message", kPayload,
         keeps_them_through_errors, Level::should},
};

}  // namespace

Cases arc_subscription_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
