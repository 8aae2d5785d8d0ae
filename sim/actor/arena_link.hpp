// How a participant or an observer gets into an arena and stays in.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "scenarios/model/population.hpp"
#include "sim/actor/patience.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// One arena client's connection: connects, waits for its owner's introduction to be accepted,
/// beats, and comes back after a loss. What is said on it is its owner's business.
///
///   idle -> connecting -> introducing -> in -> leaving -> gone
///
/// A failure of any of them leads to backing_off and from there to connecting again, or to `out`
/// when all attempts failed. A refusal leads to closing first (our close frame is sent), then to
/// backing_off, or back to idle when trying again would be pointless.
class ArenaLink {
 public:
  struct Manners {
    Duration connect_timeout;
    Duration introduction_timeout;
    Duration heartbeat;   // zero: none
    bool says_heartbeat;  // an arena message with every WebSocket ping
    scenarios::Reconnect reconnect;
  };

  ArenaLink(const Manners& manners, std::uint64_t seed, ActorId actor);

  /// Connects, when idle.
  void open(Instant due, Instant now, Outbox& out);
  /// True when the socket has just opened and the owner must introduce itself.
  [[nodiscard]] bool handle(Instant now, const Input& input, Outbox& out);
  /// Does what is due; call it after every input.
  void act(Instant now, Outbox& out);

  /// The arena accepted the introduction.
  void accepted(Instant now, Outbox& out);
  enum class Then : std::uint8_t { try_again, rest };
  /// The arena refused the introduction, or no longer wants us: closes, then tries again or rests.
  void refused(Outcome why, Then then, Instant now, Outbox& out);
  /// No more attempts.
  void stop();
  void leave(Instant now, Outbox& out);

  bool idle() const { return state_ == State::idle; }
  bool introducing() const { return state_ == State::introducing; }
  bool in() const { return state_ == State::in; }
  bool hears() const { return introducing() || in(); }
  bool gone() const { return state_ == State::gone; }
  /// Whether it may still get in: false once it has given up, or left.
  bool hopeful() const { return !stopping_ && state_ != State::out && state_ != State::gone; }
  /// When the socket opened, or, before that, when it was to be opened.
  Instant opened() const { return since_; }
  Instant next_deadline() const;

  /// For the chart of its owner.
  static std::span<const std::string_view> states();
  static std::span<const StateChart::Step> steps();
  std::uint8_t state() const { return static_cast<std::uint8_t>(state_); }

 private:
  enum class State : std::uint8_t {
    idle,
    connecting,
    introducing,
    in,
    closing,
    backing_off,
    out,
    leaving,
    gone,
  };

  void connect(Instant due, Instant now, Outbox& out);
  void fail(Instant now, Outcome why, Outbox& out);
  void pause(Instant now);
  void closed(Instant now, const Closed& how, Outbox& out);
  void overdue(Instant now, Outbox& out);
  void beat(Instant now, Outbox& out);

  Manners manners_;
  Backoff backoff_;
  Heartbeat heartbeat_;
  double phase_;
  Instant since_{};
  Instant deadline_{kNever};
  Instant lost_{kNever};  // when we lost the connection that we have not got back
  State state_{State::idle};
  Then then_{Then::try_again};  // after closing
  bool stopping_{false};
};

}  // namespace gauntlet::sim
