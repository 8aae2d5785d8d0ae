// ARC-IDENT: what only the relay may say: who, when, and under which id.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <set>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

// From 2001 to 2100, in milliseconds; in seconds or microseconds it is far outside.
constexpr double kEarliestMs = 1e12;
constexpr double kLatestMs = 4.1e12;

// A message with a field that is not for the sender to fill, and how it comes.
Task<Message> forged(Stage& stage, std::string key, Json value, bool to_all = false,
                     std::string type = {}) {
  const Agent mallory = co_await enters(stage, "mallory");
  const Agent bob = co_await enters(stage, "bob");
  const std::string mark = stage.name("mark");
  Json message = to_all ? broadcast(mark) : direct(bob, mark);
  message[key] = std::move(value);
  if (!type.empty()) message["type"] = type;
  mallory.says(message);
  const Pattern either = with("payload", mark) || an_error();
  const std::optional<Message> got = co_await bob.may_hear(either, stage.waits().answer);
  if (!got) {
    if (mallory.heard(an_error()).empty() && mallory.open())
      stage.fail("the message with the relay's own value, or an error", bob.what_came());
    else
      stage.deviates("a message with " + key + " is refused");
    co_await stage.over();
  }
  stage.expect((*got)["from"] == mallory.id(), "from: the sender's own id", said(*got));
  co_return *got;
}

Steps overrules_from(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  co_await forged(stage, "from", alice.id());
}

Steps overrules_from_relay(Stage& stage) { co_await forged(stage, "from", "relay"); }

Steps overrules_from_in_a_broadcast(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  co_await forged(stage, "from", alice.id(), true);
}

Steps overrules_id(Stage& stage) {
  const Message got = co_await forged(stage, "id", "an-id-of-my-own");
  stage.expect(got["id"] != "an-id-of-my-own", "an id of the relay's making", said(got));
}

Steps overrules_ts(Stage& stage) {
  const Message got = co_await forged(stage, "ts", 12345);
  stage.expect(got["ts"] != 12345, "the relay's own ts", said(got));
}

Steps overrules_from_in_a_question(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  co_await forged(stage, "from", alice.id(), false, "question");
}

Steps overrules_id_in_a_broadcast(Stage& stage) {
  const std::string own = stage.name("id-of-my-own");
  const Message got = co_await forged(stage, "id", own, true);
  stage.expect(got["id"] != own, "an id of the relay's making", said(got));
}

Steps overrules_id_of_a_question(Stage& stage) {
  const std::string own = stage.name("id-of-my-own");
  const Message got = co_await forged(stage, "id", own, false, "question");
  stage.expect(got["id"] != own, "an id of the relay's making", said(got));
}

// A time that may well be: a relay that looks at a ts at all takes this one.
Steps overrules_ts_in_a_broadcast(Stage& stage) {
  const std::int64_t own = 1'700'000'000'000;
  const Message got = co_await forged(stage, "ts", own, true, "data");
  stage.expect(!same(got["ts"], own), "the relay's own ts", said(got));
}

// How often a JSON text has this field. JSON allows blanks on either side of the colon.
int fields_called(std::string_view name, std::string_view text) {
  const std::string key = fmt::format(R"("{}")", name);
  int count = 0;
  for (auto at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    const auto behind = text.find_first_not_of(" \t\r\n", at + key.size());
    if (behind != std::string_view::npos && text[behind] == ':') ++count;
  }
  return count;
}

// The last field of a name often wins where a relay copies what it got.
Steps says_each_field_once(Stage& stage) {
  const Message got = co_await forged(stage, "from", "somebody-else");
  stage.expect(fields_called("from", got.text) == 1, "one field \"from\"", said(got));
}

// What a command does is done for who sent it.
Steps takes_a_command_for_the_senders_own(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent mallory = co_await enters(stage, "mallory");
  Json forgery = command("subscribe", Json{{"agents", Json::array({mallory.id()})}});
  forgery["from"] = alice.id();
  mallory.says(forgery);
  co_await mallory.round_trip();
  co_await stage.pause(stage.waits().quiet);
  stage.expect(alice.heard(from_relay("subscribed")).empty(),
               "alice hears nothing of a command that mallory gave in her name", alice.what_came());
  alice.says(command("list_subscriptions"));
  const Pattern either = of_type("subscriptions") || an_error();
  const std::optional<Message> list = co_await alice.may_hear(either, stage.waits().answer);
  if (!list || (*list)["type"] != "subscriptions") {
    stage.note("the relay does not list subscriptions");
    co_return;
  }
  stage.expect(list->text.find(mallory.id()) == std::string::npos,
               "alice is not subscribed to whom mallory named in her name", said(*list));
}

Steps keeps_its_own_name(Stage& stage) {
  const Reply reply = co_await registers(stage, R"({"agent_id":"relay"})");
  if (reply.ok()) stage.deviates("an agent may be called \"relay\", and speak as the relay");
}

Steps numbers_every_message(Stage& stage) {
  constexpr int kEach = 10;
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  for (int i = 0; i < kEach; ++i) {
    alice.says(direct(carol, i));
    bob.says(direct(carol, i));
  }
  std::set<std::string> ids;
  for (int i = 0; i < 2 * kEach; ++i) {
    const Message got = co_await carol.hears(fmt::format("message {} of {}", i + 1, 2 * kEach),
                                             from(alice) || from(bob));
    const std::string id = text_of(got.json, "id");
    stage.expect(!id.empty(), "an id that is a string", said(got));
    stage.expect(ids.insert(id).second, "an id that no other message has", said(got));
  }
}

// Who counts the messages of a connection begins again with the next one.
Steps numbers_on_after_a_reconnect(Stage& stage) {
  constexpr int kEach = 5;
  const Agent bob = co_await enters(stage, "bob");
  const Agent first = co_await enters(stage, "alice");
  for (int i = 0; i < kEach; ++i) first.says(direct(bob, i));
  co_await first.round_trip();
  first.closes();
  co_await first.may_be_closed(stage.waits().answer);
  const Agent alice = co_await comes_back(stage, "alice again", first.card());
  for (int i = 0; i < kEach; ++i) alice.says(direct(bob, i));
  alice.says(direct(bob, "the last"));
  co_await bob.hears("alice's last message", from(alice) && with("payload", "the last"));
  std::set<std::string> ids;
  for (const Message& got : bob.heard(from(alice)))
    stage.expect(ids.insert(text_of(got.json, "id")).second, "an id that no other message has",
                 said(got));
}

Steps numbers_a_thousand_messages(Stage& stage) {
  constexpr int kSenders = 11;
  constexpr int kEach = 95;  // below the hundred a minute that the documents recommend as a limit
  const Agent carol = co_await enters(stage, "carol");
  const Pattern of_this_case = with("payload", "to be numbered");
  constexpr Duration kLongEnough = std::chrono::seconds{20};
  const auto came = [&] { return carol.connection().events().size(); };
  // A relay that takes its time is waited for as long as something comes, but not for ever: fewer
  // than a thousand have to do then.
  const Instant enough = stage.now() + kLongEnough;
  const std::size_t began = came();
  bool lost = false;
  for (int sender = 0; sender < kSenders && !lost && stage.now() < enough; ++sender) {
    const Agent agent = co_await enters(stage, fmt::format("sender-{}", sender));
    for (int i = 0; i < kEach; ++i) agent.says(direct(carol, "to be numbered"));
    const std::size_t sent = began + static_cast<std::size_t>(sender + 1) * kEach;
    while (came() < sent && !lost) {
      const std::size_t before = came();
      lost = !co_await stage.until([&] { return came() > before; }, stage.waits().answer);
    }
  }
  std::set<std::string> ids;
  for (const Message& got : carol.heard(of_this_case))
    stage.expect(ids.insert(text_of(got.json, "id")).second, "an id that no other message has",
                 said(got));
}

Steps tells_the_time_of_each_message(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(direct(bob, 1));
  const Message first = co_await bob.hears("alice's message", from(alice));
  co_await stage.pause(std::chrono::milliseconds{50});
  alice.says(direct(bob, 2));
  const Message second = co_await bob.hears("alice's message, 50 ms later", from(alice));
  stage.expect(!same(first["ts"], second["ts"]), "another ts than 50 ms before", said(second));
}

// Clocks differ a little; by a time zone, they do not.
Steps tells_the_time_of_day(Stage& stage) {
  constexpr double kOffMs = 60'000;
  constexpr double kZoneMs = 15 * 60'000;
  if (stage.premises().began_unix_ms == 0) {
    stage.skip("the time of day is not known here");
    co_await stage.over();
  }
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(direct(bob, 1));
  const Message got = co_await bob.hears("the message from alice", from(alice));
  const std::chrono::duration<double, std::milli> since = stage.now().time_since_epoch();
  const double now = static_cast<double>(stage.premises().began_unix_ms) + since.count();
  const double ts = got["ts"].is_number() ? got["ts"].get<double>() : 0;
  const double off = std::abs(ts - now);
  if (off > kOffMs) stage.deviates(fmt::format("a clock that is off by {:.0f} s", off / 1000));
  stage.expect(off < kZoneMs, fmt::format("a ts of about {:.0f}", now), said(got));
}

Steps tells_the_time_in_milliseconds(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(direct(bob, 1));
  const Message got = co_await bob.hears("the message from alice", from(alice));
  const double ts = got["ts"].is_number() ? got["ts"].get<double>() : 0;
  stage.expect(ts > kEarliestMs && ts < kLatestMs, "ts in Unix milliseconds", said(got));
  if (std::floor(ts) != ts) stage.deviates("a ts with a fraction: " + said(got));
}

Steps never_turns_the_clock_back(Stage& stage) {
  constexpr int kCount = 20;
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  for (int i = 0; i < kCount; ++i) alice.says(direct(bob, i));
  double last = 0;
  for (int i = 0; i < kCount; ++i) {
    const Message got = co_await bob.hears("the next message", from(alice) && with("payload", i));
    const double ts = got["ts"].is_number() ? got["ts"].get<double>() : -1;
    stage.expect(ts >= last, fmt::format("a ts of {} or later", last), said(got));
    last = ts;
  }
}

Steps gives_a_broadcast_one_id(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  alice.says(broadcast(1));
  const Message one = co_await bob.hears("alice's broadcast", from(alice));
  const Message other = co_await carol.hears("alice's broadcast", from(alice));
  stage.expect(one["id"] == other["id"], "the same id for every receiver",
               fmt::format("{} and {}", said(one["id"]), said(other["id"])));
}

constexpr std::string_view kSpoof =
    "ARC, Minimal relay: never let a client spoof id, from or ts; the relay assigns all three";
constexpr std::string_view kUnique = "ARC, Send: the relay assigns the id";

constexpr std::array kRows{
    Case{"ARC-IDENT-01", "overrules another agent's id in from", kSpoof, overrules_from},
    Case{"ARC-IDENT-02", R"(overrules "relay" in from)", kSpoof, overrules_from_relay},
    Case{"ARC-IDENT-03", "overrules from in a broadcast", kSpoof, overrules_from_in_a_broadcast},
    Case{"ARC-IDENT-04", "overrules id", kSpoof, overrules_id},
    Case{"ARC-IDENT-05", "overrules ts", kSpoof, overrules_ts},
    Case{"ARC-IDENT-06", "says a forged field once, not twice", kSpoof, says_each_field_once,
         Level::should},
    Case{"ARC-IDENT-07", R"(lets no agent be called "relay")", kSpoof, keeps_its_own_name,
         Level::may},
    Case{"ARC-IDENT-08", "gives every message an id of its own", kUnique, numbers_every_message},
    Case{"ARC-IDENT-09", "tells the time in Unix milliseconds", "ARC, Send: ts in Unix ms",
         tells_the_time_in_milliseconds},
    Case{"ARC-IDENT-10", "never turns the clock back", "ARC, Send: ts in Unix ms",
         never_turns_the_clock_back, Level::should},
    Case{"ARC-IDENT-11", "gives a broadcast one id for all receivers", kUnique,
         gives_a_broadcast_one_id, Level::should},
    Case{"ARC-IDENT-12", "repeats no id within a thousand messages", kUnique,
         numbers_a_thousand_messages, Level::must, Manner::alone},
    Case{"ARC-IDENT-13", "tells the time of each message, not of the start",
         "ARC, Send: ts in Unix ms", tells_the_time_of_each_message},
    Case{"ARC-IDENT-14", "tells the time that it is", "ARC, Send: ts in Unix ms",
         tells_the_time_of_day, Level::should},
    Case{"ARC-IDENT-15", "overrules from in a question", kSpoof, overrules_from_in_a_question},
    Case{"ARC-IDENT-16", "overrules id in a broadcast", kSpoof, overrules_id_in_a_broadcast},
    Case{"ARC-IDENT-17", "overrules the id of a question", kSpoof, overrules_id_of_a_question},
    Case{"ARC-IDENT-18", "overrules ts in a broadcast", kSpoof, overrules_ts_in_a_broadcast},
    Case{"ARC-IDENT-19", "repeats no id after a reconnect", kUnique, numbers_on_after_a_reconnect},
    Case{"ARC-IDENT-20", "takes a command for the sender's own, whatever its from", kSpoof,
         takes_a_command_for_the_senders_own},
};

}  // namespace

Cases arc_identity_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
