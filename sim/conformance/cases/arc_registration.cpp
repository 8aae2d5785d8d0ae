// ARC-REG: how an agent gets its id and its token.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

// Time enough for a relay that keeps the ids of those who left for a moment only.
constexpr Duration kIdIsForgotten = std::chrono::seconds{2};

std::string wish(const Json& agent_id) { return Json{{"agent_id", agent_id}}.dump(); }

std::string letters(Stage& stage, std::size_t count) {
  std::string text;
  while (text.size() < count) text += static_cast<char>('a' + stage.random().below(26));
  return text;
}

void expect_card(Stage& stage, const Reply& reply) {
  stage.expect(reply.status == 200, "HTTP 200", said(reply));
  stage.expect(!text_of(reply.json, "agent_id").empty(), "an agent_id that is a string",
               said(reply));
  stage.expect(!text_of(reply.json, "token").empty(), "a token that is a string", said(reply));
}

Steps gives_the_id_that_was_asked_for(Stage& stage) {
  const std::string id = stage.name("alice");
  const Reply reply = co_await registers(stage, wish(id));
  expect_card(stage, reply);
  stage.expect(text_of(reply.json, "agent_id") == id, "the agent_id that was asked for",
               said(reply));
}

bool is_an_id(std::string_view text) {
  const auto inside = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return text.size() >= 3 && text.size() <= 64 && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, inside);
}

Steps assigns_an_id(Stage& stage) {
  const Reply reply = co_await registers(stage, "{}");
  expect_card(stage, reply);
  stage.expect(is_an_id(text_of(reply.json, "agent_id")),
               "an agent_id of 3 to 64 characters of a-z, 0-9 and '-', without '-' at either end",
               said(reply));
}

Steps gives_every_agent_a_token_of_its_own(Stage& stage) {
  const Card alice = co_await registered(stage, "alice");
  const Card bob = co_await registered(stage, "bob");
  stage.expect(alice.token != bob.token, "two agents have two tokens", "the same token twice");
}

Steps assigns_different_ids(Stage& stage) {
  const Reply first = co_await registers(stage, "{}");
  const Reply second = co_await registers(stage, "{}");
  stage.expect(text_of(first.json, "agent_id") != text_of(second.json, "agent_id"),
               "two agents are assigned two ids", said(second));
}

// Both ask before either is answered.
Steps gives_an_id_once_where_two_ask_at_once(Stage& stage) {
  const std::string body = wish(stage.name("alice"));
  std::string request;
  wire::append_request(request,
                       {.method = "POST",
                        .authority = stage.place(Endpoint::relay_http).authority,
                        .path = "/register"},
                       body);
  Connection* const first = co_await stage.dials(Endpoint::relay_http, "the first");
  Connection* const second = co_await stage.dials(Endpoint::relay_http, "the second");
  const std::array both{first, second};
  for (Connection* connection : both)
    connection->write(request, stage.now(), "POST /register " + body);
  const auto reply_on = [](const Connection* connection) -> const Event* {
    const auto reply = std::ranges::find(connection->events(), Event::Kind::reply, &Event::kind);
    return reply == connection->events().end() ? nullptr : &*reply;
  };
  co_await stage.until([&] { return std::ranges::all_of(both, reply_on); }, stage.waits().answer);
  std::size_t taken = 0;
  for (const Connection* connection : both) {
    const Event* const reply = reply_on(connection);
    if (reply != nullptr && reply->code == 200) ++taken;
  }
  stage.expect(taken <= 1, "the id for one of two that ask for it at once", "it was given twice");
}

// Who has asked for no id has one all the same.
Steps keeps_an_assigned_id_taken(Stage& stage) {
  const Reply assigned = co_await registers(stage, "{}");
  expect_card(stage, assigned);
  const Reply again = co_await registers(stage, wish(assigned["agent_id"]));
  stage.expect(again.status >= 400, "an id that was assigned is taken", said(again));
}

// 409 is what the documents say first; a running relay was seen to say 400.
Steps refuses_a_taken_id(Stage& stage) {
  const Card alice = co_await registered(stage, "alice");
  const Reply again = co_await registers(stage, wish(alice.id));
  stage.expect(again.status == 400 || again.status == 409, "HTTP 400 or 409", said(again));
  if (text_of(again.json, "error") != "agent_id_taken")
    stage.deviates("the error is not agent_id_taken: " + said(again));
}

// Whoever asks for a taken id must not be able to throw out who has it.
Steps leaves_who_has_an_id_alone(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Reply again = co_await registers(stage, wish(alice.id()));
  if (again.ok()) {
    stage.skip("an id that is taken is given again: " + said(again));
    co_await stage.over();
  }
  co_await alice.round_trip();
  alice.closes();
  co_await alice.may_be_closed(stage.waits().answer);
  const Agent back = co_await comes_back(stage, "alice again", alice.card());
  co_await back.round_trip();
}

// Nobody else registers meanwhile: what is left over would befall them.
Steps registers_behind_a_broken_body(Stage& stage) {
  co_await registers(stage, "{\"agent_id\": ");
  const Reply next = co_await registers(stage, wish(stage.name("alice")));
  expect_card(stage, next);
}

Steps keeps_an_id_taken_when_its_agent_has_left(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  alice.closes();
  co_await alice.may_be_closed(stage.waits().answer);
  const Reply again = co_await registers(stage, wish(alice.id()));
  stage.expect(!again.ok(), "a refusal: the id stays taken", said(again));
  co_await stage.pause(kIdIsForgotten);
  const Reply later = co_await registers(stage, wish(alice.id()));
  stage.expect(!later.ok(), "a refusal: the id stays taken for good", said(later));
}

Steps takes_an_id(Stage& stage, std::string id) {
  const Reply reply = co_await registers(stage, wish(id));
  expect_card(stage, reply);
}

Steps takes_the_longest_id(Stage& stage) {
  std::string id = stage.name("alice") + '-';
  id += letters(stage, 64 - id.size());
  co_await takes_an_id(stage, id);
}

// Somebody may have it already: there are not many of them.
Steps takes_the_shortest_id(Stage& stage) {
  constexpr int kTries = 5;
  Reply reply;
  for (int i = 0; i < kTries && !reply.ok(); ++i) {
    const std::string id = letters(stage, 3);
    reply = co_await registers(stage, wish(id));
  }
  expect_card(stage, reply);
}

Steps takes_digits(Stage& stage) { co_await takes_an_id(stage, "0" + stage.name("4-2") + "7"); }

Steps takes_two_hyphens_in_a_row(Stage& stage) {
  co_await takes_an_id(stage, stage.name("alice") + "--2");
}

// Of so many digits that hardly anybody has the same.
Steps takes_digits_alone(Stage& stage) {
  constexpr int kDigits = 20;
  std::string id;
  for (int i = 0; i < kDigits; ++i)
    id += static_cast<char>('0' + static_cast<int>(stage.random().next() % 10));
  co_await takes_an_id(stage, id);
}

// The argument is an id; %s stands for a name that is nobody else's.
Steps refuses_an_id(Stage& stage) {
  std::string id{stage.argument()};
  if (const std::size_t at = id.find("%s"); at != std::string::npos)
    id.replace(at, 2, stage.name("x"));
  const Reply reply = co_await registers(stage, wish(id));
  stage.expect(reply.refused(), "a refusal, HTTP 400", said(reply));
  if (reply.refused() && reply.status != 400) stage.deviates("not HTTP 400: " + said(reply));
  if (reply.refused() && text_of(reply.json, "error") != "invalid_agent_id")
    stage.deviates("the error is not invalid_agent_id: " + said(reply));
}

Steps refuses_a_long_id(Stage& stage) {
  std::string id = stage.name("alice") + '-';
  id += letters(stage, 65 - id.size());
  const Reply reply = co_await registers(stage, wish(id));
  stage.expect(reply.refused(), "a refusal, HTTP 400", said(reply));
}

// The argument is a body.
Steps refuses_a_body(Stage& stage) {
  const Reply reply = co_await registers(stage, std::string{stage.argument()});
  stage.expect(reply.refused(), "a refusal, HTTP 400", said(reply));
  if (reply.refused() && reply.status != 400) stage.deviates("not HTTP 400: " + said(reply));
}

Steps calls_a_broken_body_invalid_json(Stage& stage) {
  const Reply reply = co_await registers(stage, "{\"agent_id\": ");
  stage.expect(reply.status == 400, "HTTP 400", said(reply));
  if (text_of(reply.json, "error") != "invalid_json")
    stage.deviates("the error is not invalid_json: " + said(reply));
}

Steps refuses_in_words(Stage& stage) {
  const Reply reply = co_await registers(stage, wish("NOT AN ID"));
  stage.expect(reply.json.is_object() && reply["error"].is_string() && reply["message"].is_string(),
               R"({"error": "...", "message": "..."})", said(reply));
}

Steps ignores_unknown_fields(Stage& stage) {
  const Json body{{"agent_id", stage.name("alice")}, {"colour", "green"}, {"size", 3}};
  const Reply reply = co_await registers(stage, body.dump());
  expect_card(stage, reply);
}

// Those of a relay that has them.
Task<Reply> stats(Stage& stage) {
  Reply reply = co_await stage.asks(Endpoint::relay_http, "GET", "/stats");
  if (!reply.ok()) {
    stage.skip("the relay has no /stats: " + said(reply));
    co_await stage.over();
  }
  co_return reply;
}

Steps lists_agents(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Reply reply = co_await stats(stage);
  stage.expect(reply.body.find(alice.id()) != std::string::npos, "alice's id among the agents",
               said(reply));
}

// "Connected and registered agents" may be numbers of them.
Steps lists_who_is_not_connected(Stage& stage) {
  const Card alice = co_await registered(stage, "alice");
  const Reply reply = co_await stats(stage);
  if (reply.body.find(alice.id) == std::string::npos)
    stage.deviates("/stats does not list who is registered and not connected");
}

constexpr std::string_view kRegister = "ARC, Register: POST /register gives an id and a token";
constexpr std::string_view kIds =
    "ARC, Register: ids are 3 to 64 characters of a-z, 0-9 and '-', without '-' at either end";
constexpr std::string_view kTaken =
    "ARC, Register: an id that is taken is refused (400 or 409, agent_id_taken); ids stay taken";
constexpr std::string_view kBadBody = "ARC, Register: a body that is no such JSON is refused (400)";

constexpr std::array kRows{
    Case{"ARC-REG-01", "registers under the id that is asked for", kRegister,
         gives_the_id_that_was_asked_for},
    Case{"ARC-REG-02", "assigns an id where none is asked for",
         "ARC, Register: agent_id is optional, the relay then assigns one", assigns_an_id},
    Case{"ARC-REG-03", "assigns two agents two ids",
         "ARC, Register: agent_id is optional, the relay then assigns one", assigns_different_ids},
    Case{"ARC-REG-04", "gives every agent a token of its own", kRegister,
         gives_every_agent_a_token_of_its_own},
    Case{"ARC-REG-05", "refuses an id that is taken", kTaken, refuses_a_taken_id},
    Case{"ARC-REG-06", "keeps an id taken when its agent has left", kTaken,
         keeps_an_id_taken_when_its_agent_has_left, Level::should},
    Case{"ARC-REG-07", "takes an id of 3 characters", kIds, takes_the_shortest_id},
    Case{"ARC-REG-08", "takes an id of 64 characters", kIds, takes_the_longest_id},
    Case{"ARC-REG-09", "takes an id that begins and ends with digits", kIds, takes_digits},
    Case{.id = "ARC-REG-10",
         .does = "refuses an id of 2 characters",
         .clause = kIds,
         .script = refuses_an_id,
         .level = Level::should,
         .argument = "ab"},
    Case{"ARC-REG-11", "refuses an id of 65 characters", kIds, refuses_a_long_id, Level::should},
    Case{.id = "ARC-REG-12",
         .does = "refuses an id with capital letters",
         .clause = kIds,
         .script = refuses_an_id,
         .level = Level::should,
         .argument = "%s-Alice"},
    Case{.id = "ARC-REG-13",
         .does = "refuses an id that begins with '-'",
         .clause = kIds,
         .script = refuses_an_id,
         .level = Level::should,
         .argument = "-%s"},
    Case{.id = "ARC-REG-14",
         .does = "refuses an id that ends with '-'",
         .clause = kIds,
         .script = refuses_an_id,
         .level = Level::should,
         .argument = "%s-"},
    Case{.id = "ARC-REG-15",
         .does = "refuses an id with '_'",
         .clause = kIds,
         .script = refuses_an_id,
         .level = Level::should,
         .argument = "%s_1"},
    Case{.id = "ARC-REG-16",
         .does = "refuses an id with a space",
         .clause = kIds,
         .script = refuses_an_id,
         .level = Level::should,
         .argument = "%s 1"},
    Case{.id = "ARC-REG-17",
         .does = "refuses an id with a letter beyond ASCII",
         .clause = kIds,
         .script = refuses_an_id,
         .level = Level::should,
         .argument = "%s-é"},
    Case{"ARC-REG-18", "says invalid_json to a body that is cut off",
         "ARC, Register: bad JSON is 400 invalid_json", calls_a_broken_body_invalid_json,
         Level::should},
    Case{.id = "ARC-REG-19",
         .does = "refuses a body that is an array",
         .clause = kBadBody,
         .script = refuses_a_body,
         .level = Level::should,
         .argument = R"(["alice"])"},
    Case{.id = "ARC-REG-20",
         .does = "refuses an agent_id that is a number",
         .clause = kBadBody,
         .script = refuses_a_body,
         .level = Level::should,
         .argument = R"({"agent_id":12345})"},
    Case{.id = "ARC-REG-21",
         .does = "refuses an agent_id that is an object",
         .clause = kBadBody,
         .script = refuses_a_body,
         .level = Level::should,
         .argument = R"({"agent_id":{"a":1}})"},
    Case{"ARC-REG-22", "says in words why it refuses",
         R"(ARC, Register: a refusal is {"error", "message"})", refuses_in_words, Level::should},
    Case{"ARC-REG-23", "ignores fields that it does not know", "ARC: unknown fields are no errors",
         ignores_unknown_fields, Level::should},
    Case{"ARC-REG-24", "lists its agents at /stats",
         "ARC, Register: GET /stats (seen) lists registered agents", lists_agents, Level::may},
    Case{.id = "ARC-REG-25",
         .does = "refuses an id with '.'",
         .clause = kIds,
         .script = refuses_an_id,
         .level = Level::should,
         .argument = "%s.b"},
    Case{.id = "ARC-REG-26",
         .does = "refuses an id with a line feed at its end",
         .clause = kIds,
         .script = refuses_an_id,
         .level = Level::should,
         .argument = "%s\n"},
    Case{.id = "ARC-REG-27",
         .does = "refuses an id with a digit beyond ASCII",
         .clause = kIds,
         .script = refuses_an_id,
         .level = Level::should,
         .argument = "%s٣"},
    Case{.id = "ARC-REG-28",
         .does = "refuses an id between spaces",
         .clause = kIds,
         .script = refuses_an_id,
         .level = Level::should,
         .argument = " %s "},
    Case{"ARC-REG-29", "lists at /stats who is registered and not connected",
         "ARC, Register: GET /stats (seen) lists connected and registered agents",
         lists_who_is_not_connected, Level::may},
    Case{"ARC-REG-30", "takes an id with two '-' in a row", kIds, takes_two_hyphens_in_a_row},
    Case{"ARC-REG-31", "takes an id of digits alone", kIds, takes_digits_alone},
    Case{"ARC-REG-32", "gives an id once where two ask for it at once", kTaken,
         gives_an_id_once_where_two_ask_at_once},
    Case{"ARC-REG-33", "keeps an id taken that it has assigned", kTaken, keeps_an_assigned_id_taken,
         Level::should},
    Case{.id = "ARC-REG-34",
         .does = "refuses an id of no characters",
         .clause = kIds,
         .script = refuses_an_id,
         .level = Level::should,
         .argument = ""},
    Case{"ARC-REG-35", "leaves alone who has an id that another asks for", kTaken,
         leaves_who_has_an_id_alone},
    Case{"ARC-REG-36", "registers who comes behind a body that is no JSON", kRegister,
         registers_behind_a_broken_body, Level::must, Manner::alone},
    Case{.id = "ARC-REG-37",
         .does = "refuses an agent_id that is true",
         .clause = kBadBody,
         .script = refuses_a_body,
         .level = Level::should,
         .argument = R"({"agent_id":true})"},
};

}  // namespace

Cases arc_registration_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
