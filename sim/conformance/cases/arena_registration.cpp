// ARENA-REG: how a participant gets in, and who does not.
#include <fmt/format.h>

#include <algorithm>

#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

// What an arena answers to this registration.
Task<Message> answer_to(Stage& stage, Socket socket, Json registration) {
  socket.says(registration);
  const Pattern either = registered_ack() || arena_error();
  const std::optional<Message> answer =
      co_await socket.may_hear(either, 3 * stage.waits().answer);  // hashing takes its time
  if (!answer) {
    stage.fail("registered, or an error", socket.what_came());
    co_await stage.over();
  }
  co_return *answer;
}

Json good(Stage& stage) { return register_message(stage.name("ana"), "Ana", stage.premises().pin); }

Steps lets_in_with_the_pin(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  const Message answer = co_await answer_to(stage, ana, good(stage));
  stage.expect(answer["type"] == "registered", R"(type: "registered")", said(answer));
}

Steps says_whom_it_registered(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  const Message answer = co_await answer_to(stage, ana, good(stage));
  if (answer["participant_id"].is_null() && answer["session_id"].is_null())
    stage.deviates("neither participant_id nor session_id: " + said(answer));
  if (answer.has("participant_id"))
    stage.expect(answer["participant_id"] == stage.name("ana"), "the id that registered",
                 said(answer));
}

std::string another_pin(const std::string& pin) {
  std::string other = pin.empty() ? "000000" : pin;
  other.back() = other.back() == '9' ? '0' : static_cast<char>(other.back() + 1);
  return other;
}

Steps refuses_a_wrong_pin(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  Json message = good(stage);
  message["pin"] = another_pin(stage.premises().pin);
  const Message answer = co_await answer_to(stage, ana, message);
  stage.expect(answer["type"] == "error", "an error: Invalid PIN", said(answer));
  co_await ana.round_trip();
}

Steps lets_in_after_a_wrong_pin(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  Json message = good(stage);
  message["pin"] = another_pin(stage.premises().pin);
  co_await answer_to(stage, ana, message);
  const Message answer = co_await answer_to(stage, ana, good(stage));
  stage.expect(answer["type"] == "registered", "registered, with the right PIN", said(answer));
}

// The argument is a field that is left out.
Steps refuses_without(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  Json message = good(stage);
  message.erase(std::string{stage.argument()});
  const Message answer = co_await answer_to(stage, ana, message);
  stage.expect(answer["type"] == "error", "an error: Invalid message format", said(answer));
  co_await ana.round_trip();
}

Steps refuses_an_empty_id(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  Json message = good(stage);
  message["participant_id"] = "";
  const Message answer = co_await answer_to(stage, ana, message);
  stage.expect(answer["type"] == "error", "an error: Invalid message format", said(answer));
}

// The argument is a PIN, as JSON.
Steps refuses_a_pin(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  Json message = good(stage);
  message["pin"] = Json::parse(stage.argument());
  const Message answer = co_await answer_to(stage, ana, message);
  stage.expect(answer["type"] == "error", "an error", said(answer));
}

// The argument is a wrong PIN, as a text in which `*` stands for the right one, and `-` for it
// without its last digit.
Steps refuses_a_pin_like_it(Stage& stage) {
  const std::string& right = stage.premises().pin;
  std::string pin;
  for (const char c : stage.argument()) {
    if (c == '*')
      pin += right;
    else if (c == '-')
      pin += right.substr(0, right.size() - std::min<std::size_t>(right.size(), 1));
    else
      pin += c;
  }
  const Socket ana = co_await opens(stage, "ana");
  Json message = good(stage);
  message["pin"] = pin;
  const Message answer = co_await answer_to(stage, ana, message);
  stage.expect(answer["type"] == "error", "an error: Invalid PIN", said(answer));
}

Steps ignores_unknown_fields(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  Json message = good(stage);
  message["colour"] = "green";
  const Message answer = co_await answer_to(stage, ana, message);
  stage.expect(answer["type"] == "registered", R"(type: "registered")", said(answer));
}

Steps lets_a_second_connection_replace_the_first(Stage& stage) {
  const Player first = co_await joins(stage, "ana");
  const Player second = co_await joins_again(stage, "ana again", first);
  co_await second.round_trip();
  const std::optional<Ended> ended = co_await first.may_be_closed(stage.waits().quiet);
  stage.note(ended ? "the first is closed: " + said(ended) : "the first is left open");
}

Steps takes_words_of_any_alphabet(Stage& stage) {
  const Socket ana = co_await opens(stage, "ana");
  Json message = good(stage);
  message["nickname"] = "Анна \"A\" 世 😀";
  const Message answer = co_await answer_to(stage, ana, message);
  stage.expect(answer["type"] == "registered", R"(type: "registered")", said(answer));
}

Steps takes_several_at_once(Stage& stage) {
  constexpr int kCount = 5;
  std::vector<Socket> sockets;
  for (int i = 0; i < kCount; ++i) sockets.push_back(co_await opens(stage, fmt::format("p{}", i)));
  for (const Socket& socket : sockets)
    socket.says(register_message(stage.name(socket.who()), socket.who(), stage.premises().pin));
  for (const Socket& socket : sockets) co_await socket.hears("registered", registered_ack());
}

Steps sees_who_is_present(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const Reply presence = co_await gets(stage, "/presence");
  stage.expect(presence.ok(), "HTTP 200", said(presence));
  stage.expect(presence["connectedCount"].is_number() && presence["connectedCount"] >= 1,
               "connectedCount: at least 1", said(presence));
  stage.expect(presence.body.find(ana.id()) != std::string::npos, "ana among the participants",
               said(presence));
}

Steps keeps_an_id_to_the_letter(Stage& stage) {
  const Player ana = co_await joins(stage, "AnA");
  const Reply presence = co_await gets(stage, "/presence");
  stage.expect(presence.body.find(ana.id()) != std::string::npos,
               "the id among the participants, with its capitals", said(presence));
}

// Some may list those who have left, too.
Steps counts_no_more_than_there_are(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const Reply presence = co_await gets(stage, "/presence");
  const Json& participants = presence["participants"];
  stage.expect(presence["connectedCount"].is_number() && participants.is_structured() &&
                   presence["connectedCount"] <= participants.size(),
               "connectedCount: no more than there are participants", said(presence));
}

bool counts(const Reply& presence, int more_than) {
  return presence["connectedCount"].is_number() && presence["connectedCount"] > more_than;
}
int count(const Reply& presence) {
  return presence["connectedCount"].is_number() ? presence["connectedCount"].get<int>() : -1;
}

Steps counts_a_participant_once(Stage& stage) {
  const Player first = co_await joins(stage, "ana");
  const Reply before = co_await gets(stage, "/presence");
  const Player second = co_await joins_again(stage, "ana again", first);
  const Reply after = co_await gets(stage, "/presence");
  stage.expect(!counts(after, count(before)), "connectedCount as before", said(after));
  co_await second.round_trip();
}

Steps sees_who_has_left(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const Reply before = co_await gets(stage, "/presence");
  ana.closes();
  co_await ana.may_be_closed(stage.waits().answer);
  co_await stage.pause(stage.waits().quiet);
  const Reply after = co_await gets(stage, "/presence");
  stage.expect(count(after) == count(before) - 1, "connectedCount: one less", said(after));
}

// See ARENA-SESSION-13.
Steps refuses_without_a_session(Stage& stage) {
  const std::optional<WithoutSession>& found = stage.premises().without_session;
  if (!found) {
    stage.skip("there was a session already: this is asked of an arena that has just started");
    co_await stage.over();
  }
  const std::string came = found->registered ? said(*found->registered) : "nothing";
  stage.note("a registration before the first session: " + came);
  stage.expect(found->registered && (*found->registered)["type"] == "error",
               "an error: No active session", came);
  stage.expect(found->stayed_open, "the socket stays open", "it was closed");
}

// It is the message that is in error, not who had registered before.
Steps keeps_who_brings_a_wrong_pin_later(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins(stage, "ana");
  ana.says(register_message(ana.id(), "ana", another_pin(stage.premises().pin)));
  co_await ana.hears("an error: Invalid PIN", arena_error());
  const Round round = co_await plays(stage);
  ana.streams(round.index, 0, "still here");
  co_await screen.hears("ana's token", token_update(ana, round.index, 0));
}

constexpr std::string_view kRegister =
    "Arena, register: acknowledged by registered, with participant_id or session_id";
constexpr std::string_view kErrors =
    "Arena, register: errors are Invalid PIN and Invalid message format; the socket stays open";
constexpr std::string_view kReplaces =
    "Arena, register: a second connection with the same participant_id replaces the first";
constexpr std::string_view kPresence =
    "Arena, Operator: GET /presence has connectedCount and participants";

constexpr Case without(std::string_view id, std::string_view does, std::string_view field) {
  return {.id = id,
          .does = does,
          .clause = kErrors,
          .script = refuses_without,
          .level = Level::should,
          .argument = field};
}
constexpr Case almost(std::string_view id, std::string_view does, std::string_view pin,
                      Level level = Level::must) {
  return {.id = id,
          .does = does,
          .clause = kErrors,
          .script = refuses_a_pin_like_it,
          .level = level,
          .argument = pin};
}
constexpr Case presence(std::string_view id, std::string_view does, Steps (*script)(Stage&),
                        Level level) {
  return {.id = id,
          .does = does,
          .clause = kPresence,
          .script = script,
          .level = level,
          .manner = Manner::alone,
          .need = Need::control};
}

constexpr std::array kRows{
    Case{"ARENA-REG-01", "lets in with the PIN", kRegister, lets_in_with_the_pin},
    Case{"ARENA-REG-02", "says whom it registered", kRegister, says_whom_it_registered, Level::may},
    Case{"ARENA-REG-03", "refuses a wrong PIN; the socket stays open", kErrors,
         refuses_a_wrong_pin},
    Case{"ARENA-REG-04", "lets in after a wrong PIN", kErrors, lets_in_after_a_wrong_pin,
         Level::should},
    without("ARENA-REG-05", "refuses a registration without an id", "participant_id"),
    without("ARENA-REG-06", "refuses a registration without a nickname", "nickname"),
    without("ARENA-REG-07", "refuses a registration without a PIN", "pin"),
    Case{.id = "ARENA-REG-08",
         .does = "refuses an empty PIN",
         .clause = kErrors,
         .script = refuses_a_pin,
         .argument = R"("")"},
    Case{.id = "ARENA-REG-09",
         .does = "refuses a PIN that is null",
         .clause = kErrors,
         .script = refuses_a_pin,
         .argument = "null"},
    Case{.id = "ARENA-REG-10",
         .does = "refuses a PIN that is an object",
         .clause = kErrors,
         .script = refuses_a_pin,
         .argument = R"({"$ne":""})"},
    Case{"ARENA-REG-11", "ignores fields that it does not know",
         "Arena: unknown fields are no errors", ignores_unknown_fields, Level::should},
    Case{"ARENA-REG-12", "lets a second connection replace the first", kReplaces,
         lets_a_second_connection_replace_the_first},
    Case{"ARENA-REG-13", "takes a nickname of any alphabet", kRegister, takes_words_of_any_alphabet,
         Level::should},
    Case{"ARENA-REG-14", "takes several participants at once", kRegister, takes_several_at_once},
    presence("ARENA-REG-15", "shows who is present", sees_who_is_present, Level::must),
    presence("ARENA-REG-16", "counts a participant once", counts_a_participant_once, Level::should),
    presence("ARENA-REG-17", "counts those who have left no more", sees_who_has_left,
             Level::should),
    almost("ARENA-REG-18", "refuses a PIN without its last digit", "-"),
    almost("ARENA-REG-19", "refuses a PIN with a digit behind it", "*0"),
    almost("ARENA-REG-20", "refuses a PIN with a zero ahead of it", "0*"),
    almost("ARENA-REG-21", "refuses a PIN with blanks around it", " * ", Level::should),
    presence("ARENA-REG-22", "keeps an id to the letter", keeps_an_id_to_the_letter, Level::must),
    presence("ARENA-REG-23", "counts no more than there are", counts_no_more_than_there_are,
             Level::should),
    Case{.id = "ARENA-REG-24",
         .does = "refuses a registration as long as there is no session",
         .clause = "Arena, register: errors seen are No active session, ...",
         .script = refuses_without_a_session,
         .level = Level::should,
         .need = Need::own_session},
    of_a_round("ARENA-REG-25", "keeps a participant that brings a wrong PIN later", kErrors,
               keeps_who_brings_a_wrong_pin_later, Level::should),
    Case{"ARENA-REG-26", "refuses an empty id", kErrors, refuses_an_empty_id, Level::should},
};

}  // namespace

Cases arena_registration_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
