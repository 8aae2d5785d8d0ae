// One ARC agent with one errand, for a person at a terminal.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenarios/model/population.hpp"
#include "sim/actor/patience.hpp"
#include "sim/actor/restraint.hpp"
#include "sim/actor/throttle.hpp"
#include "sim/machine/machine.hpp"
#include "sim/terminal/agent_voice.hpp"
#include "sim/terminal/typed_line.hpp"
#include "sim/wire/arc_messages.hpp"

namespace gauntlet::sim {

/// Registers unless it has a token, connects, does its errand, and leaves when that is done.
///
///   idle -> registering -> connecting -> entering -> in -> leaving -> done
///                ^             ^            |         |
///                +-------------+-- backing_off <------+
///
/// A listener stays until it is told to leave, and subscribes again each time it gets in. What was
/// sent is not sent again after a reconnect: nobody can tell whether it had arrived. What is typed
/// and answered waits for its turn by a throttle, and while the relay says that it is too much.
class TerminalAgent final : public Machine {
 public:
  struct Message {
    std::vector<std::string> to;  // empty: everybody
    std::string payload;          // JSON
    std::string type{};           // empty: none
    std::string ref{};            // empty: none
  };

  struct Register {};  // and hand out the token
  struct Listen {
    enum class Runner : std::uint8_t {
      none,
      answers,  // to questions, one after another: each is a prompt
      types,    // a person's lines, as tokens; the end of them is the end of the listening
    };
    std::vector<std::string> subscribe_to{};
    Runner runner{Runner::none};
    std::vector<std::string> only{};  // messages of these types; empty: of any
  };
  struct Tell {
    Message message;
  };
  struct Ask {
    Message question;  // with a ref: answers are told by it
    Duration timeout;  // from the sending on
  };
  static constexpr std::size_t kQuestionsMax = 64;  // that wait for their answer
  using Errand = std::variant<Register, Listen, Tell, Ask>;

  struct Orders {
    std::string relay;  // its URL, for the words
    std::string id;     // empty: the relay assigns one
    Secret token;       // empty: register first
    Errand errand;
    scenarios::Reconnect reconnect{scenarios::kReconnectLinear};
    std::optional<scenarios::Throttle> throttle{};  // of what is typed and answered
    Duration heartbeat{std::chrono::seconds{30}};
    Duration timeout{std::chrono::seconds{10}};  // of a registration, of a connect
  };

  enum class Ending : std::uint8_t { met, no_answer, turned_away };

  TerminalAgent(Orders orders, AgentVoice voice);

  void handle(Instant now, const Input& input, Outbox& out) override;
  std::optional<Instant> next_deadline() const override;
  bool done() const override { return state_ == State::done; }
  bool busy() const override { return answer_due_ != kNever; }

  /// How the errand ended; met until something else is certain.
  Ending ending() const { return ending_; }

 private:
  enum class State : std::uint8_t {
    idle,
    registering,
    connecting,
    entering,  // the upgrade was accepted
    in,
    backing_off,
    leaving,  // our close frame is sent
    done,
  };

  void begin(Instant now, Outbox& out);
  void enlist(Instant now, Outbox& out);
  void enlisted(Instant now, const HttpReply& reply, Outbox& out);
  void connect(Instant now, Outbox& out);
  void opened(Instant now, Outbox& out);
  void enter(Instant now, Outbox& out);

  void pursue(Instant now, Outbox& out);
  void subscribe(const std::vector<std::string>& to, Outbox& out) const;
  void send(const Message& message, Outbox& out) const;
  void ping(Outbox& out);
  void ponged(Instant now, Outbox& out);

  void hear(Instant now, std::string_view text, Outbox& out);
  void hear_relay(Instant now, const wire::ArcMessage& message, std::string_view text, Outbox& out);
  void hear_agent(Instant now, const wire::ArcMessage& message, std::string_view text, Outbox& out);
  bool is_second_copy(const wire::ArcMessage& message);

  struct Question {
    std::string asker;
    std::string ref;
    std::string text;
  };

  static Question question_of(const wire::ArcMessage& message);
  void asked(const wire::ArcMessage& message, Outbox& out);
  void think(Outbox& out) const;
  void answer(Instant now, Outbox& out);
  void say(Instant now, Message message, Outbox& out);
  void restrain(Instant now);
  Instant free() const;
  void typed(Instant now, std::string_view line, Outbox& out);
  void obey(Instant now, const Typed& typed, Outbox& out);
  void open_to_reply(const wire::ArcMessage& message);
  void answer_last(std::string_view words);
  void say_what_waits(Instant now, Outbox& out);
  void drop_question(std::string_view why, Outbox& out);

  void fail(Instant now, Outcome why);
  void retreat(Instant now, Outcome why);
  void ended(Instant now, const Closed& closed);
  void conclude(Ending ending, Instant now, Outbox& out);
  void leave(Instant now, Outbox& out);

  void act(Instant now, Outbox& out);
  void overdue(Instant now, Outbox& out);
  void beat(Instant now, Outbox& out);

  bool types() const {
    const auto* listen = std::get_if<Listen>(&orders_.errand);
    return listen != nullptr && listen->runner == Listen::Runner::types;
  }
  bool speaking() const { return state_ == State::entering || state_ == State::in; }
  bool has_told() const { return told_ && std::holds_alternative<Tell>(orders_.errand); }

  Orders orders_;
  AgentVoice voice_;
  std::string id_;              // as far as it is known
  Secret token_;                // of the orders, or of our registration
  Instant deadline_{kNever};    // of the step under way
  Instant answer_due_{kNever};  // while a question is open
  Backoff backoff_;
  Heartbeat heartbeat_;
  std::deque<std::string> heard_;   // the ids of the last messages, while subscribed
  std::deque<Question> questions_;  // the one in front is being thought about
  std::string answer_;              // to it, so far
  std::deque<Question> open_;       // to be answered by the person who types
  std::deque<std::string> typed_;   // lines that wait for a connection
  std::deque<Message> unsaid_;      // that the throttle or the relay holds back
  Throttle throttle_;
  Restraint restraint_;
  std::uint32_t pings_open_{0};
  State state_{State::idle};
  Ending ending_{Ending::met};
  bool typed_all_{false};  // no more lines will come
  bool told_{false};       // the message or question is sent
  bool waits_{false};      // and has said so
};

}  // namespace gauntlet::sim
