// ARC-AUTH: who gets in.
#include <fmt/format.h>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr int kUnauthorized = 401;
constexpr int kServerError = 500;
constexpr int kBadTokenClose = 4001;

Steps lets_in_with_a_bearer_token(Stage& stage) {
  const Card card = co_await registered(stage, "alice");
  const Upgrade upgrade = co_await stage.knocks(knock_with_bearer("alice", card.token));
  stage.expect(upgrade.accepted(), "101, and a WebSocket", said(upgrade.reply));
  if (upgrade.accepted()) co_await upgrade.socket.round_trip();
}

Steps lets_in_with_a_token_in_the_query(Stage& stage) {
  const Card card = co_await registered(stage, "alice");
  const Upgrade upgrade = co_await stage.knocks(knock_with_query("alice", card.token));
  stage.expect(upgrade.accepted(), "101, and a WebSocket", said(upgrade.reply));
  if (upgrade.accepted()) co_await upgrade.socket.round_trip();
}

std::string case_flipped(std::string text) {
  for (char& letter : text) {
    const bool small = letter >= 'a' && letter <= 'z';
    const bool large = letter >= 'A' && letter <= 'Z';
    if (small || large) letter = static_cast<char>(letter ^ 0x20);
  }
  return text;
}

// Turned away is who meets a 401, or is let in and closed with 4001 before anything else.
Steps turns_away(Stage& stage, Knock knock) {
  const Upgrade upgrade = co_await stage.knocks(std::move(knock));
  if (!upgrade.accepted()) {
    const int status = upgrade.reply.status;
    stage.expect(status != 0 && !upgrade.reply.ok() && status < kServerError, "HTTP 401",
                 said(upgrade.reply));
    if (status != kUnauthorized)
      stage.deviates("refused, but not with 401: " + said(upgrade.reply));
    co_return;
  }
  const std::optional<Ended> ended = co_await upgrade.socket.may_be_closed(stage.waits().answer);
  stage.expect(ended.has_value(), "HTTP 401, or a close with 4001", said(ended));
  if (!ended) co_return;
  stage.expect(upgrade.socket.heard(of_type("welcome")).empty(),
               "no welcome: who is welcomed is in", upgrade.socket.what_came());
  stage.deviates(ended->code == kBadTokenClose
                     ? "accepted with 101 and closed with 4001, rather than refused with 401"
                     : "accepted with 101, then " + said(ended));
}

// The document names no other refusal that comes after a 101.
Steps closes_on_an_expired_token(Stage& stage) {
  const std::string& token = stage.premises().expired_token;
  if (token.empty()) {
    stage.skip("no token is known that has expired: run with --expired-token");
    co_await stage.over();
  }
  const Upgrade upgrade = co_await stage.knocks(knock_with_bearer("too late", token));
  if (!upgrade.accepted()) {
    stage.expect(upgrade.reply.status != 0 && !upgrade.reply.ok(), "101, then a close with 4001",
                 said(upgrade.reply));
    stage.deviates("refused, rather than closed with 4001: " + said(upgrade.reply));
    co_return;
  }
  const std::optional<Ended> ended = co_await upgrade.socket.may_be_closed(stage.waits().answer);
  stage.expect(ended.has_value(), "a close with 4001", said(ended));
  if (ended && ended->code != kBadTokenClose)
    stage.deviates("closed, but not with 4001: " + said(ended));
}

std::string unknown_token(const Stage& stage) { return "tok_" + stage.name("no-such-token"); }

Steps turns_away_without_a_token(Stage& stage) { co_await turns_away(stage, knock("nobody")); }

Steps turns_away_an_unknown_token(Stage& stage) {
  co_await turns_away(stage, knock_with_bearer("nobody", unknown_token(stage)));
}

Steps turns_away_an_unknown_token_in_the_query(Stage& stage) {
  co_await turns_away(stage, knock_with_query("nobody", unknown_token(stage)));
}

Steps turns_away_an_empty_token(Stage& stage) {
  co_await turns_away(stage, knock_with_query("nobody", ""));
}

Steps turns_away_half_a_token(Stage& stage) {
  const Card card = co_await registered(stage, "alice");
  const std::string half = card.token.substr(0, card.token.size() / 2);
  co_await turns_away(stage, knock_with_bearer("half a token", half));
}

Steps turns_away_a_token_with_something_behind_it(Stage& stage) {
  const Card card = co_await registered(stage, "alice");
  co_await turns_away(stage, knock_with_bearer("longer token", card.token + "0"));
}

Steps turns_away_a_token_without_its_beginning(Stage& stage) {
  constexpr std::size_t kBeginning = std::string_view{"tok_"}.size();
  const Card card = co_await registered(stage, "alice");
  const std::string rest = card.token.size() > kBeginning ? card.token.substr(kBeginning) : "x";
  co_await turns_away(stage, knock_with_bearer("the rest of a token", rest));
}

Steps turns_away_a_token_that_ends_otherwise(Stage& stage) {
  const Card card = co_await registered(stage, "alice");
  std::string token = card.token;
  token.back() = token.back() == '0' ? '1' : '0';
  co_await turns_away(stage, knock_with_bearer("almost the token", token));
}

// Nor for what a token begins with, and the id: anybody knows that, too.
Steps takes_no_id_for_a_token(Stage& stage) {
  const Card card = co_await registered(stage, "alice");
  co_await turns_away(stage, knock_with_bearer("by name", card.id));
  co_await turns_away(stage, knock_with_bearer("by name", "tok_" + card.id));
}

Steps knows_an_agent_by_its_token(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const std::string mark = stage.name("mark");
  bob.says(direct(alice, mark));
  const Message got = co_await alice.hears("bob's message", with("payload", mark));
  stage.expect(got["from"] == bob.id(), "from: the id that bob's token was given for", said(got));
}

Steps lets_the_same_token_in_again(Stage& stage) {
  const Agent first = co_await enters(stage, "alice");
  first.closes();
  co_await first.may_be_closed(stage.waits().answer);
  const Agent alice = co_await comes_back(stage, "alice again", first.card());
  const Agent bob = co_await enters(stage, "bob");
  bob.says(direct(alice, "welcome back"));
  co_await alice.hears("bob's message after she came back", from(bob));
}

Steps lets_the_same_token_in_after_a_reset(Stage& stage) {
  const Agent first = co_await enters(stage, "alice");
  first.breaks_off();
  co_await stage.pause(std::chrono::milliseconds{50});  // for the relay to notice
  const Agent alice = co_await comes_back(stage, "alice again", first.card());
  co_await alice.round_trip();
}

Steps turns_away_a_token_in_another_case(Stage& stage) {
  const Card card = co_await registered(stage, "alice");
  const std::string token = case_flipped(card.token);
  if (token == card.token) {
    stage.skip("the relay's tokens have no letters");
    co_await stage.over();
  }
  co_await turns_away(stage, knock_with_bearer("almost the token", token));
}

Steps passes_on_what_who_came_back_says(Stage& stage) {
  const Agent first = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  first.closes();
  co_await first.may_be_closed(stage.waits().answer);
  const Agent alice = co_await comes_back(stage, "alice again", first.card());
  alice.says(direct(bob, "here I am again"));
  co_await bob.hears("alice's first message after she came back", from(alice));
}

Steps lets_in_after_a_refusal(Stage& stage) {
  co_await stage.knocks(knock_with_bearer("nobody", unknown_token(stage)));
  const Agent alice = co_await enters(stage, "alice");
  co_await alice.round_trip();
}

Steps says_nothing_to_who_is_not_in(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Upgrade eve = co_await stage.knocks(knock_with_bearer("eve", unknown_token(stage)));
  alice.says(broadcast("for agents only"));
  co_await bob.hears("alice's broadcast", from(alice));
  co_await eve.socket.hears_nothing("a broadcast without a token", from(alice));
}

Steps takes_nothing_from_who_is_not_in(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Upgrade eve = co_await stage.knocks(knock("eve"));
  if (eve.accepted()) eve.socket.says(direct(alice, "let me in"));
  co_await alice.hears_nothing("a message without a token", with("payload", "let me in"));
}

constexpr std::string_view kTokens =
    "ARC, Connect: Authorization: Bearer TOKEN, or ?token=TOKEN; minimal relay: token auth";
constexpr std::string_view kRefused =
    "ARC, Connect: a bad token is refused with HTTP 401 (seen: 101, then close 4001)";

constexpr std::array kRows{
    Case{"ARC-AUTH-01", "lets in with a bearer token", kTokens, lets_in_with_a_bearer_token},
    Case{"ARC-AUTH-02", "lets in with a token in the query", kTokens,
         lets_in_with_a_token_in_the_query},
    Case{"ARC-AUTH-03", "turns away without a token", kRefused, turns_away_without_a_token},
    Case{"ARC-AUTH-04", "turns away an unknown token", kRefused, turns_away_an_unknown_token},
    Case{"ARC-AUTH-05", "turns away an unknown token in the query", kRefused,
         turns_away_an_unknown_token_in_the_query},
    Case{"ARC-AUTH-06", "turns away an empty token", kRefused, turns_away_an_empty_token},
    Case{"ARC-AUTH-07", "turns away half a token", kRefused, turns_away_half_a_token},
    Case{"ARC-AUTH-08", "turns away a token with something behind it", kRefused,
         turns_away_a_token_with_something_behind_it},
    Case{"ARC-AUTH-09", "takes no id for a token", kRefused, takes_no_id_for_a_token},
    Case{"ARC-AUTH-10", "knows an agent by its token", kTokens, knows_an_agent_by_its_token},
    Case{"ARC-AUTH-11", "lets the same token in again", "ARC, Lifecycle: the same token reconnects",
         lets_the_same_token_in_again, Level::must, Manner::alone},
    Case{"ARC-AUTH-12", "lets in after a refusal", kTokens, lets_in_after_a_refusal},
    Case{"ARC-AUTH-13", "says nothing to who is not in", kTokens, says_nothing_to_who_is_not_in},
    Case{"ARC-AUTH-14", "takes nothing from who is not in", kTokens,
         takes_nothing_from_who_is_not_in},
    Case{"ARC-AUTH-15", "passes on what an agent says that has come back",
         "ARC, Lifecycle: the same token reconnects", passes_on_what_who_came_back_says},
    Case{"ARC-AUTH-16", "turns away a token whose last character is another", kRefused,
         turns_away_a_token_that_ends_otherwise},
    Case{"ARC-AUTH-17", "lets the same token in again after a reset",
         "ARC, Lifecycle: the same token reconnects", lets_the_same_token_in_after_a_reset},
    Case{"ARC-AUTH-18", "turns away a token in other capitals", kRefused,
         turns_away_a_token_in_another_case},
    Case{"ARC-AUTH-19", "closes with 4001 on a token that has expired",
         "ARC, Connect: an expired token closes with 4001", closes_on_an_expired_token,
         Level::should},
    Case{"ARC-AUTH-20", "turns away a token without its first characters", kRefused,
         turns_away_a_token_without_its_beginning},
};

}  // namespace

Cases arc_authentication_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
