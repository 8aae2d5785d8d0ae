#include "sim/conformance/cases/arc.hpp"

#include <fmt/format.h>

#include <chrono>

namespace gauntlet::sim::conformance {
namespace {

constexpr Duration kWelcomeComes = std::chrono::seconds{1};

constexpr Duration kSlowestAnswer = std::chrono::seconds{1};
constexpr int kTooManyRequests = 429;

Pattern welcome() { return of_type("welcome"); }

// What came of a knock that let nobody in.
std::string instead(const Upgrade& upgrade) {
  return upgrade.accepted() ? upgrade.socket.what_came() : said(upgrade.reply);
}

// In is who got its welcome or, from a relay that sends none, a pong.
Task<Agent> is_in(Stage& stage, Upgrade upgrade, Card card) {
  Agent agent{upgrade.socket, std::move(card)};
  if (stage.premises().welcomes)
    co_await agent.hears("the welcome", welcome());
  else
    co_await agent.round_trip();
  co_return agent;
}

}  // namespace

Task<Reply> registers(Stage& stage, std::string body) {
  Reply reply = co_await stage.asks(Endpoint::relay_http, "POST", "/register", std::move(body));
  stage.transcript().hide(text_of(reply.json, "token"));
  co_return reply;
}

Task<Card> registered(Stage& stage, std::string who) {
  const Json wish{{"agent_id", stage.name(who)}};
  const Reply reply = co_await registers(stage, wish.dump());
  Card card{text_of(reply.json, "agent_id"), text_of(reply.json, "token")};
  if (card.id.empty() || card.token.empty()) {
    stage.cannot_tell(fmt::format("{} cannot register: {}", who, said(reply)));
    co_await stage.over();
  }
  co_return card;
}

Task<Agent> enters(Stage& stage, std::string who) {
  Card card = co_await registered(stage, who);
  co_return co_await enters(stage, who, std::move(card));
}

Task<Agent> enters(Stage& stage, std::string who, Card card) {
  const Upgrade upgrade = co_await stage.knocks(knock_with_bearer(who, card.token));
  if (!upgrade.socket.open()) {
    stage.cannot_tell(fmt::format("{} does not get in: {}", who, instead(upgrade)));
    co_await stage.over();
  }
  co_return co_await is_in(stage, upgrade, std::move(card));
}

Task<Agent> comes_back(Stage& stage, std::string who, Card card) {
  const Upgrade upgrade = co_await stage.knocks(knock_with_bearer(who, card.token));
  if (!upgrade.socket.open()) {
    if (upgrade.reply.status == kTooManyRequests)
      stage.cannot_tell(fmt::format("{} does not get in: {}", who, said(upgrade.reply)));
    else
      stage.fail("the same token lets the agent in again", instead(upgrade));
    co_await stage.over();
  }
  co_return co_await is_in(stage, upgrade, std::move(card));
}

Knock knock(std::string who) { return {.to = Endpoint::relay_socket, .who = std::move(who)}; }

Knock knock_with_bearer(std::string who, std::string token) {
  return {.to = Endpoint::relay_socket, .who = std::move(who), .bearer = std::move(token)};
}

Knock knock_with_query(std::string who, std::string token) {
  return {.to = Endpoint::relay_socket, .who = std::move(who), .query = "token=" + token};
}

Json message_to(Json to, Json payload) {
  return Json{{"to", std::move(to)}, {"payload", std::move(payload)}};
}

Json command(std::string_view type, Json payload) {
  Json message = message_to(Json::array({"relay"}), std::move(payload));
  message["type"] = type;
  return message;
}

Pattern an_error() {
  return Pattern{[](const Json& json) {
    return text_of(json, "type") == "error" || field(json, "error").is_string();
  }};
}

Pattern from_relay(std::string_view type) { return of_type(std::string{type}); }

// ---- Bystanders.

Steps ArcBystanders::arrive(Stage& stage) {
  alice_.reset();
  bob_.reset();
  stage.premises().welcomes = false;
  const Agent alice = co_await enters(stage, "alice");
  const std::optional<Message> greeting = co_await alice.may_hear(welcome(), kWelcomeComes);
  stage.premises().welcomes = greeting.has_value();
  const Agent bob = co_await enters(stage, "bob");
  alice.says(direct(bob, "how long does it take?"));
  const Instant asked = stage.now();
  const std::optional<Message> came = co_await bob.may_hear(from(alice), kSlowestAnswer);
  if (came) stage.premises().answers_in = came->at - asked;
  alice_ = alice;
  bob_ = bob;
}

Steps ArcBystanders::carry_on(Stage& stage) {
  if (!alice_ || !bob_) {
    stage.cannot_tell("there were no bystanders");
    co_return;
  }
  const int number = ++said_;
  alice_->says(direct(*bob_, number));
  co_await bob_->hears("a bystander", from(*alice_) && with("payload", number));
  bob_->says(direct(*alice_, number));
  co_await alice_->hears("a bystander", from(*bob_) && with("payload", number));
}

Steps ArcBystanders::welcome_newcomer(Stage& stage) {
  const Agent newcomer = co_await enters(stage, "newcomer");
  co_await newcomer.round_trip();
}

}  // namespace gauntlet::sim::conformance
