// Byte links over TCP sockets, bare or with TLS: one Asio io_context, one thread, shared buffers.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/record/recorder.hpp"
#include "sim/live/clock.hpp"
#include "sim/session/host.hpp"
#include "sim/session/links.hpp"
#include "sim/wire/tls.hpp"

namespace gauntlet::sim {

using Tcp = boost::asio::ip::tcp;

/// Where a client finds an Endpoint, and whom it expects there.
struct Destination {
  Tcp::endpoint address{};
  std::optional<wire::TlsContext> tls{};  // when it speaks TLS
  std::string host{};                     // who must answer then: a name or an address
};
/// Of each Endpoint; resolved before the run.
using Destinations = std::array<Destination, kEndpointCount>;

/// Waits for readiness and reads into one buffer that all sockets of the thread share, so an idle
/// connection keeps no buffer. What a turn of the loop writes to a socket leaves in one send at
/// the end of the turn.
/// @threads Its io_context's.
class SocketLinks final : public Links {
 public:
  SocketLinks(boost::asio::io_context& io, const Clock& clock, metrics::Recorder& recorder);
  ~SocketLinks() override;

  void set_destinations(const Destinations& all) { destinations_ = all; }
  /// Called after each call into a user, since that may have moved a deadline.
  void on_turn(std::function<void()> callback) { turn_ = std::move(callback); }

  /// Accepts clients for a host. @return the bound port. Throws boost::system::system_error.
  std::uint16_t listen(const Tcp::endpoint& at, Host& host, std::uint8_t port,
                       std::optional<wire::TlsContext> tls = {});

  LinkId dial(Endpoint to, ActorId actor, LinkUser& user) override;
  std::string& output(LinkId link) override;
  void stamp(LinkId link, Instant intended, metrics::Window window) override;
  std::size_t backlog(LinkId link) const override;
  void end(LinkId link, Ending how) override;
  void read(LinkId link, bool on) override;

 private:
  struct Stamp {
    Instant intended;
    metrics::Window window;
  };
  struct Link {
    Tcp::socket socket;
    LinkUser* user;  // null: only what is written still leaves
    std::unique_ptr<wire::TlsStream> tls{};
    std::string out{};                // as the user wrote it
    std::vector<Stamp> stamps{};      // of what has not begun to leave
    std::optional<Outcome> broken{};  // how a write found the link
    bool dialing{false};              // there is no TCP connection yet
    bool opening{false};              // the user has not been told that it is open
    bool client{false};
    bool reading{true};
    bool wait_read{false};
    bool wait_write{false};
    bool dirty{false};

    std::string& leaving() { return tls ? tls->sealed() : out; }
    bool shaking_hands() const {
      return tls && tls->state() == wire::TlsStream::State::shaking_hands;
    }
  };
  struct Slot {
    std::uint32_t generation{1};
    std::unique_ptr<Link> link;
  };
  struct Listener {
    Tcp::acceptor acceptor;
    boost::asio::steady_timer pause;
    Host* host;
    std::uint8_t port;
    std::optional<wire::TlsContext> tls;
  };

  LinkId add(Tcp::socket socket, LinkUser* user, bool client);
  Link* find(LinkId link) const;
  void remove(LinkId link);
  void accept_next(Listener& listener);
  void connected(LinkId id, const boost::system::error_code& result);
  void opened(LinkId id, Link& link);
  void never_opened(LinkId id, Outcome why);
  void await_readable(LinkId id, Link& link);
  void await_writable(LinkId id, Link& link);
  void readable(LinkId id);
  bool deliver(LinkId id, std::span<char> bytes);
  bool deliver_sealed(LinkId id, std::span<char> ciphertext);
  void break_off(LinkId id, Outcome how);
  void write_failed(LinkId id, Link& link, Outcome how);
  void mark_dirty(LinkId id, Link& link);
  void flush();
  void seal(Link& link);
  void send_out(LinkId id, Link& link);
  void provide(std::string& buffer);
  void recycle(std::string& buffer);

  boost::asio::io_context& io_;
  const Clock& clock_;
  metrics::Recorder& recorder_;
  Destinations destinations_{};
  std::function<void()> turn_{[] {}};
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<LinkId> dirty_;    // with something written in this turn
  std::vector<LinkId> leaving_;  // those of them that flush() is at
  bool flush_posted_{false};
  Instant dirty_since_{};  // when the flush was posted
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<Tcp::socket> vanished_;  // open, silent, and nobody's
  std::string forgotten_;
  std::vector<char> buffer_;        // of what is read
  std::vector<char> plaintext_;     // of what of it was sealed; empty without TLS
  std::vector<std::string> spare_;  // emptied output buffers: only connections with output hold one
};

}  // namespace gauntlet::sim
