// What the cases of a relay have in common: how an agent registers and gets in, and what it says.
#pragma once

#include <string>
#include <string_view>

#include "sim/conformance/bystanders.hpp"
#include "sim/conformance/socket.hpp"

namespace gauntlet::sim::conformance {

/// What a registration gives.
struct Card {
  std::string id;
  std::string token;
};

/// A client that is in.
class Agent : public Socket {
 public:
  Agent(Socket socket, Card card) : Socket{socket}, card_{std::move(card)} {}
  const std::string& id() const { return card_.id; }
  const Card& card() const { return card_; }

 private:
  Card card_;
};

/// POST /register with this body.
Task<Reply> registers(Stage& stage, std::string body);
/// Registers `who` under a name of this case, and only once in it. A relay that refuses leaves
/// nothing to be tested.
Task<Card> registered(Stage& stage, std::string who);
/// Registers and gets in.
Task<Agent> enters(Stage& stage, std::string who);
/// Gets in with a token that it has already.
Task<Agent> enters(Stage& stage, std::string who, Card card);
/// Gets in again with a token that has let her in before. A relay that refuses has failed.
Task<Agent> comes_back(Stage& stage, std::string who, Card card);

/// At the relay's door: nobody, with a bearer token, with a token in the query.
Knock knock(std::string who);
Knock knock_with_bearer(std::string who, std::string token);
Knock knock_with_query(std::string who, std::string token);

Json message_to(Json to, Json payload);
inline Json direct(const Agent& to, Json payload) {
  return message_to(Json::array({to.id()}), std::move(payload));
}
inline Json broadcast(Json payload) { return message_to(Json::array({"*"}), std::move(payload)); }
/// A command to the relay itself. The payload is always there: some relays refuse one without.
Json command(std::string_view type, Json payload = Json::object());

inline Pattern from(const Agent& sender) { return with("from", sender.id()); }
/// An error in either form: a message of the relay's, or {"error", "message"}.
Pattern an_error();
/// A message of the relay itself, in either form of a welcome or an acknowledgement.
Pattern from_relay(std::string_view type);

/// A pair of agents that talk to each other.
class ArcBystanders final : public Bystanders {
 public:
  Steps arrive(Stage& stage) override;
  Steps carry_on(Stage& stage) override;
  Steps welcome_newcomer(Stage& stage) override;

 private:
  std::optional<Agent> alice_;
  std::optional<Agent> bob_;
  int said_{0};
};

}  // namespace gauntlet::sim::conformance
