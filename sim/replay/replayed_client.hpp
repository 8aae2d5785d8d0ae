// An actor of a recording that does again what it did.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/terms/secret.hpp"
#include "sim/machine/machine.hpp"
#include "sim/replay/names.hpp"
#include "sim/replay/script.hpp"

namespace gauntlet::sim::replay {

/// What the actors of a replay share.
/// @threads One: what an actor learns, the others need for their next message.
struct Stage {
  const Script& script;
  double speed{1};
  std::size_t relays{1};  // recorded ones beyond are these again, in turn
  Secret pin{};           // empty: not known yet
  Names names{};
};

/// Does what its part says, each act at its time and in its order; later, when something has to
/// come first: the answer to its request, its connection, the PIN, the target's greeting where
/// there was one. It gets a token of its own, and says the names that this target has given. What
/// it hears it only counts.
class ReplayedClient final : public Machine {
 public:
  /// How long it waits for an answer, a connection or a greeting.
  static constexpr Duration kPatience = std::chrono::seconds{10};

  /// Keeps references.
  ReplayedClient(Stage& stage, const Script::Part& part) : stage_{stage}, part_{part} {}

  void handle(Instant now, const Input& input, Outbox& out) override;
  std::optional<Instant> next_deadline() const override;
  bool done() const override { return done_; }
  bool busy() const override { return next_ < part_.acts.size(); }

 private:
  enum class Connection : std::uint8_t { none, dialing, open };
  enum class Ready : std::uint8_t { yes, later, never };
  using Entry = recording::Entry;

  void hear(Instant now, const Input& input, Outbox& out);
  void opened(Instant now, Outbox& out);
  void lost(const Closed& closed, Outbox& out);
  void answered(Instant now, const HttpReply& reply, Outbox& out);
  void learn(const HttpReply& reply, Outbox& out);
  void lose_patience(Instant now, Outbox& out);
  void leave(Outbox& out);

  void act(Instant now, Outbox& out);
  Ready ready(const Entry& entry) const;
  void carry_out(Instant now, const Entry& entry, Outbox& out);
  void carry_out_on_socket(Instant now, const Entry& entry, Outbox& out);
  void dial(const Entry& entry, Outbox& out);
  void ask(Instant now, const Entry& entry, Outbox& out);
  void enroll(std::uint64_t place, Outbox& out);
  void sent(Instant now, Outbox& out) const;
  void skip(const Entry& entry, Outbox& out) const;
  void become(Connection connection, Outbox& out);
  void fail(std::uint64_t place, Outcome why, Outbox& out) const;

  bool asking() const { return asked_.has_value(); }
  Slice written(const recording::Text& text, Outbox& out) const;
  Slice written_path(const recording::Text& text, Outbox& out) const;
  Endpoint endpoint(std::uint64_t place) const;
  Instant due(std::size_t act) const { return paced(part_.acts[act].at, stage_.speed); }
  /// When the next act could be done at the earliest.
  Instant intended() const { return std::max(due(next_), ready_); }

  Stage& stage_;
  const Script::Part& part_;
  std::size_t next_{0};  // of the part's acts
  Secret token_;
  Connection connection_{Connection::none};
  std::uint64_t socket_place_{0};
  bool greeted_{false};  // it heard something on its connection, or does not wait for that
  bool closing_{false};  // by its own wish
  bool leaving_{false};
  bool done_{false};
  bool waiting_{false};  // for what has to come before the next act
  Instant ready_{};      // since when nothing has to
  Instant dialed_{};     // when the connection was to be dialed
  struct Question {
    std::size_t act;  // that asked, or that needs the answer
    std::uint64_t place;
    Instant intended;
    bool own{false};   // no actor of the recording asked so
    bool anew{false};  // the name was taken, and it is asked again for any
  };
  std::optional<Question> asked_;
  bool enrolled_{false};  // on its own account
};

}  // namespace gauntlet::sim::replay
