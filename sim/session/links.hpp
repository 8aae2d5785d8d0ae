// The byte links that a driver offers: sockets in live, delayed queues in virtual time. Everything
// above bytes (HTTP, WebSocket, messages, machines) is shared; a driver is only this.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "metrics/record/recorder.hpp"
#include "scenarios/terms/actor_id.hpp"
#include "scenarios/terms/outcome.hpp"
#include "scenarios/terms/time.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// One stream of bytes between two ends, as one of them knows it. Numbers are never used twice in
/// a run; 0 is no link.
using LinkId = std::uint64_t;

/// How a side gives up its end of a link.
enum class Ending : std::uint8_t {
  close,   // send what is written, then close; nothing more is reported
  reset,   // drop it at once (RST); what is written and not yet sent is gone
  vanish,  // go silent: nothing is sent, nothing arrives, the peer is not told
};

/// Who uses a link, told by the driver what happens on it.
class LinkUser {
 public:
  LinkUser() = default;
  LinkUser(const LinkUser&) = delete;
  LinkUser& operator=(const LinkUser&) = delete;
  virtual ~LinkUser() = default;

  virtual void opened(LinkId link, Instant now) = 0;
  /// The link never opened.
  virtual void failed(LinkId link, Outcome why, Instant now) = 0;
  /// The user may change the bytes (unmask them in place); they are gone after the call.
  virtual void bytes(LinkId link, std::span<char> bytes, Instant now) = 0;
  /// Nothing more will arrive: closed_early for an end of the stream, else what broke it.
  virtual void ended(LinkId link, Outcome how, Instant now) = 0;
};

/// Whom clients come to.
class Acceptor : public LinkUser {
 public:
  /// A client has connected, and is heard of from now on.
  /// @param port  of the acceptor's, from 0.
  /// @param peer  the client's address.
  virtual void accepted(LinkId link, std::uint8_t port, std::string peer, Instant now) = 0;
};

/// @threads Used by one thread, the one that runs the users on it. No call re-enters a user: what
///          it leads to (an open, bytes, an end) is reported later.
class Links {
 public:
  Links() = default;
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;
  virtual ~Links() = default;

  /// Starts to open a link for an actor; ends in opened() or failed().
  virtual LinkId dial(Endpoint to, ActorId actor, LinkUser& user) = 0;
  /// Where to append bytes; they leave with everything else of this wake-up. Valid until the next
  /// call. What is appended for a link that is gone is forgotten.
  virtual std::string& output(LinkId link) = 0;
  /// The peer owes no word on this one, so nobody waits for it: not even to be dialled in turn.
  virtual void expect_nothing(LinkId) {}
  /// Records the generator's slip once the bytes written so far begin to leave.
  virtual void stamp(LinkId link, Instant intended, metrics::Window window) = 0;
  /// Bytes written that have not left yet: the peer does not read.
  virtual std::size_t backlog(LinkId link) const = 0;
  /// Nothing more is written: the peer sees the end of the stream behind what was. What it says
  /// still arrives.
  virtual void finish(LinkId link) = 0;
  /// The link's user hears nothing more of it.
  virtual void end(LinkId link, Ending how) = 0;
  /// Whether to take what arrives; off lets the peer's sends pile up. Whoever does not read does
  /// not hear of the link's end either, unless it writes to a link that the peer has reset.
  virtual void read(LinkId link, bool on) = 0;
  /// Whether those who come to somebody are let in, or refused; on, unless said.
  virtual void accept(Acceptor& acceptor, bool on) = 0;

  /// Who of the plan has a link that is not over, in order: at the least those who hold one.
  virtual std::vector<ActorId> connected() const = 0;
};

}  // namespace gauntlet::sim
