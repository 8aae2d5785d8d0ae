// Byte links over TCP sockets, bare or with TLS: one Asio io_context, one thread, shared buffers.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/record/recorder.hpp"
#include "sim/live/blocked_sends.hpp"
#include "sim/live/clock.hpp"
#include "sim/live/poller.hpp"
#include "sim/live/socket.hpp"
#include "sim/session/links.hpp"
#include "sim/wire/tls.hpp"

namespace gauntlet::sim {

/// Where a client finds an Endpoint, and whom it expects there.
struct Destination {
  Tcp::endpoint address{};
  std::optional<wire::TlsContext> tls{};  // when it speaks TLS
  std::string host{};                     // who must answer then: a name or an address
  std::vector<Ipv4> sources{};            // from where to connect; empty: the system's choice
};
/// Of each Endpoint; resolved before the run.
using Destinations = std::array<Destination, kEndpointCount>;

/// Waits for readiness and reads into one buffer that all sockets of the thread share, so an idle
/// connection keeps no buffer. What is written to a socket while many of them are looked at leaves
/// in one send.
/// @threads Its io_context's.
class SocketLinks final : public Links {
 public:
  SocketLinks(boost::asio::io_context& io, const Clock& clock, metrics::Recorder& recorder);
  ~SocketLinks() override;

  void set_destinations(const Destinations& all) { destinations_ = all; }
  /// No more than `most` connections that a target has not said a word on yet; the others wait for
  /// their turn, in order. So its accept queue holds them, and none is turned away for its length.
  void set_unanswered_max(std::size_t most) { unanswered_max_ = most; }
  /// Called after each call into a user, since that may have moved a deadline, with a moment ago.
  void on_turn(std::function<void(Instant)> callback) { turn_ = std::move(callback); }

  /// Accepts clients for somebody. @return the bound port. Throws boost::system::system_error.
  std::uint16_t listen(const Tcp::endpoint& at, Acceptor& acceptor, std::uint8_t port,
                       std::optional<wire::TlsContext> tls = {});

  /// Lets leave now what is written. It leaves by itself, behind every handler that is ready.
  void flush();

  LinkId dial(Endpoint to, ActorId actor, LinkUser& user) override;
  std::string& output(LinkId link) override;
  void expect_nothing(LinkId link) override;
  void stamp(LinkId link, Instant intended, metrics::Window window) override;
  std::size_t backlog(LinkId link) const override;
  void finish(LinkId link) override;
  void end(LinkId link, Ending how) override;
  void read(LinkId link, bool on) override;
  void accept(Acceptor& acceptor, bool on) override;
  /// What somebody has given up is over, though its last bytes may wait for a peer that takes its
  /// time: the system ends it. What a runner keeps for its next question is not the plan's.
  std::vector<ActorId> connected() const override;

 private:
  struct Stamp {
    Instant intended;
    metrics::Window window;
  };
  /// What is on its way out. Only links with output have one.
  struct Outgoing {
    std::string text{};           // as the user wrote it
    std::vector<Stamp> stamps{};  // of what has not begun to leave
  };
  struct Link {
    Socket socket{};
    LinkUser* user{nullptr};        // null: only what is written still leaves
    ActorId actor{kStrangersFrom};  // of the plan, whose it is, if it is anybody's
    std::unique_ptr<wire::TlsStream> tls{};
    std::unique_ptr<Outgoing> out{};
    std::optional<Outcome> broken{};  // how a write found the link
    bool used{false};                 // the slot is taken
    bool dialing{false};              // there is no TCP connection yet
    bool unanswered{false};           // one of those that unanswered_max_ bounds
    bool opening{false};              // the user has not been told that it is open
    bool client{false};
    bool reading{true};
    bool finishing{false};  // the peer is told the end once all is sent
    bool blocked{false};    // the kernel takes no more for now
    bool dirty{false};
    bool to_visit{false};

    bool shaking_hands() const {
      return tls && tls->state() == wire::TlsStream::State::shaking_hands;
    }
    std::string* leaving() { return tls ? &tls->sealed() : out ? &out->text : nullptr; }
    std::size_t unsent() const {
      return (out ? out->text.size() : 0) + (tls ? tls->sealed().size() : 0);
    }
  };
  // A deque: links stay where they are while others are added.
  struct Slot {
    Link link;
    std::uint32_t generation{1};  // 0 is for listeners
  };
  struct Listener {
    Socket socket;
    boost::asio::steady_timer pause;
    Acceptor* acceptor;
    std::uint8_t port;
    std::optional<wire::TlsContext> tls;
    bool open{true};
  };

  struct Dial {
    LinkId link;
    Endpoint to;
    ActorId actor;
  };

  void begin(const Dial& dial);
  void answered(Link& link);
  LinkId add(Socket socket, LinkUser* user, bool client);
  Link* find(LinkId link);
  const Link* find(LinkId link) const;
  void remove(LinkId link);

  void ready(std::span<const Poller::Event> events);
  void accept_some(Listener& listener);
  void accepted(Listener& listener, Accepted client);
  void ready(LinkId id, std::uint32_t events);
  void connected(LinkId id, int error);
  void opened(LinkId id, Link& link);
  void never_opened(LinkId id, Outcome why);
  void visit_later(LinkId id, Link& link);
  void visit();

  void readable(LinkId id, bool to_the_end);
  bool deliver(LinkId id, std::span<char> bytes);
  bool deliver_sealed(LinkId id, std::span<char> ciphertext);
  void break_off(LinkId id, Outcome how);

  void mark_dirty(LinkId id, Link& link);
  void send_out(LinkId id, Link& link);
  void seal(Link& link);
  void note_slip(Link& link, Instant handed_over);
  void write_failed(LinkId id, Link& link, Outcome how);
  Outgoing& outgoing(Link& link);
  void recycle(std::unique_ptr<Outgoing> out);

  boost::asio::io_context& io_;
  const Clock& clock_;
  metrics::Recorder& recorder_;
  BlockedSends blocked_sends_{clock_, recorder_};  // of clients
  Destinations destinations_{};
  std::function<void(Instant)> turn_{[](Instant) {}};
  std::deque<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<Socket> vanished_;  // open, silent, and nobody's
  std::deque<Dial> waiting_;      // for their turn
  std::size_t unanswered_{0};
  std::size_t unanswered_max_{std::numeric_limits<std::size_t>::max()};
  std::vector<LinkId> dirty_;     // with something written that is not yet on its way
  std::vector<LinkId> leaving_;   // those of them that flush() is at
  std::vector<LinkId> to_visit_;  // may have something to read that no event will tell of
  std::vector<LinkId> visited_;   // those of them that visit() is at
  bool flush_posted_{false};
  bool flush_follows_{false};  // at the end of what is being done
  Instant now_{};              // when bytes were last read
  Instant dirty_since_{};
  std::string forgotten_;
  std::vector<char> buffer_;     // of what is read
  std::vector<char> plaintext_;  // of what of it was sealed; empty without TLS
  std::vector<std::unique_ptr<Outgoing>> spare_;
  Poller poller_;
};

}  // namespace gauntlet::sim
