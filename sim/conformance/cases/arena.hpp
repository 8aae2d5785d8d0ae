// What the cases of an arena have in common: how participants and screens get in, what they say,
// and the operator's side.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/conformance/bystanders.hpp"
#include "sim/conformance/case.hpp"
#include "sim/conformance/socket.hpp"

namespace gauntlet::sim::conformance {

/// A WebSocket on which nothing has been said.
Task<Socket> opens(Stage& stage, std::string who);

/// A client that has registered with the session's PIN.
class Player : public Socket {
 public:
  Player(Socket socket, std::string id) : Socket{socket}, id_{std::move(id)} {}
  const std::string& id() const { return id_; }

  /// A token of its own.
  void streams(std::int64_t round, std::int64_t seq, std::string_view content) const;
  void completes(std::int64_t round, std::int64_t tokens) const;

 private:
  std::string id_;
};

Json register_message(std::string_view id, std::string_view nickname, std::string_view pin);
Json token(std::string_view id, std::int64_t round, std::int64_t seq, std::string_view content);
Json complete(std::string_view id, std::int64_t round, std::int64_t tokens);
Json telao_register();

/// Any acknowledgement: by participant_id, by session_id, or by neither.
Pattern registered_ack();
Pattern registered_telao();
Pattern arena_error();
Pattern challenge_of(std::int64_t round);
Pattern about(const Player& player);
/// What a screen is shown of a token.
Pattern token_update(const Player& player, std::int64_t round, std::int64_t seq);

/// Registers `who` under an id of this case.
Task<Player> joins(Stage& stage, std::string who);
/// With a nickname that its id does not have.
Task<Player> joins_as(Stage& stage, std::string who, std::string id);
/// Under an id or a nickname that an arena may refuse: then there is nothing to be tested.
Task<Player> joins_if_it_may(Stage& stage, std::string who, std::string id);
/// The same id once more, over a connection of its own. Who is not let in again fails the case: a
/// second connection replaces the first.
Task<Player> joins_again(Stage& stage, std::string who, const Player& before);
/// A public screen that is in.
Task<Socket> watches(Stage& stage, std::string who);

/// A case that plays rounds, and so needs an operator and the arena to itself.
constexpr Case of_a_round(std::string_view id, std::string_view does, std::string_view clause,
                          Steps (*script)(Stage&), Level level = Level::must,
                          std::string_view argument = {}) {
  return {.id = id,
          .does = does,
          .clause = clause,
          .script = script,
          .level = level,
          .manner = Manner::alone,
          .need = Need::control,
          .argument = argument};
}

// ---- The operator's side.

struct Round {
  std::string id;
  std::int64_t index{0};
};
Task<Reply> gets(Stage& stage, std::string path);
Task<Reply> posts(Stage& stage, std::string path, Json body);
/// A round that is not begun. Without one, there is nothing to be tested.
Task<Round> prepares(Stage& stage, Json terms);
Task<Round> prepares(Stage& stage);
/// Where the arena takes no other round while one is on, which the documents leave open, the one
/// that cases have left on is stopped, and the arena asked again.
Task<Reply> starts(Stage& stage, Round round);
/// Once, whatever comes of it.
Task<Reply> asks_to_start(Stage& stage, Round round);
Task<Reply> stops(Stage& stage, Round round);
/// A round that is on.
Task<Round> plays(Stage& stage);
/// A round that is on, somebody who was challenged, and a screen to see it on.
struct Scene {
  Socket screen;
  Player ana;
  Round round;
};
Task<Scene> a_round(Stage& stage);
/// A round in which ana has said these words and is done.
Task<Scene> a_played_round(Stage& stage, std::vector<std::string> words);
Task<Scene> a_played_round(Stage& stage);
/// One that is over: votes may not be open before.
Task<Scene> a_round_to_vote_on(Stage& stage);
/// What a voter thinks of ana, as a body of POST /votes.
Json vote_for(const Scene& scene, std::string_view voter, const Json& score);
/// Of a participant: one, or none for who did not answer. Where no rows are to be found at all, it
/// cannot be told.
Task<std::vector<Json>> scoreboard_rows(Stage& stage, Round round, std::string participant);
Task<Json> scoreboard_row(Stage& stage, Round round, std::string participant);

/// What is wrong is 400 or 500, what there is not 404: the documents leave that open.
bool refused(const Reply& reply);
/// An error message, and the socket stays open. Silence is less than the documents say.
Steps hears_an_error(Stage& stage, Socket socket);

/// A new session, whose PIN the next cases use.
Task<Reply> begins_session(Stage& stage);

/// A participant and a screen.
class ArenaBystanders final : public Bystanders {
 public:
  Steps arrive(Stage& stage) override;
  Steps carry_on(Stage& stage) override;
  Steps welcome_newcomer(Stage& stage) override;

 private:
  void answer(const RoundOn& round) const;

  std::optional<Player> player_;
  std::optional<Socket> screen_;
  std::string pin_;  // of the session that the player is in
  bool looked_{false};
};

}  // namespace gauntlet::sim::conformance
