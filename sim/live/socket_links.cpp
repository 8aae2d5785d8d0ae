#include "sim/live/socket_links.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace gauntlet::sim {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr auto kAcceptPause = std::chrono::milliseconds{10};
constexpr std::size_t kSpareBytesMax = 16 * 1024;
constexpr std::size_t kSpareMax = 1024;
// Work that takes its time (a server that hashes PINs) must not hold back what is written already.
constexpr Duration kTurnMax = std::chrono::microseconds{250};
// A socket that always has more must not keep the others waiting.
constexpr int kReadsPerTurn = 4;
// How long a peer may take to read what was written before the link was closed.
constexpr int kLastWordsMs = 5000;

Outcome outcome_of(const error_code& error) {
  if (error == asio::error::connection_refused) return Outcome::refused;
  if (error == asio::error::eof) return Outcome::closed_early;
  if (error == asio::error::connection_reset || error == asio::error::broken_pipe ||
      error == asio::error::connection_aborted)
    return Outcome::reset;
  if (error == asio::error::timed_out) return Outcome::timed_out;
  // EADDRNOTAVAIL: every local port is taken, or waits for its last owner's packets to die out.
  if (error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
      error == asio::error::no_memory || error.value() == ENFILE || error.value() == EADDRNOTAVAIL)
    return Outcome::exhausted;
  return Outcome::unreachable;
}

// Else a peer that never reads would keep a closed link's socket for ever.
void bound_last_words(Tcp::socket& socket) {
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &kLastWordsMs,
               sizeof kLastWordsMs);
}

}  // namespace

SocketLinks::SocketLinks(asio::io_context& io, const Clock& clock, metrics::Recorder& recorder)
    : io_{io}, clock_{clock}, recorder_{recorder}, buffer_(kReadBytes) {}

SocketLinks::~SocketLinks() = default;

std::uint16_t SocketLinks::listen(const Tcp::endpoint& at, Host& host, std::uint8_t port,
                                  std::optional<wire::TlsContext> tls) {
  Tcp::acceptor acceptor{io_};
  acceptor.open(at.protocol());
  acceptor.set_option(Tcp::acceptor::reuse_address(true));
  acceptor.bind(at);
  acceptor.listen(asio::socket_base::max_listen_connections);
  listeners_.push_back(std::make_unique<Listener>(
      Listener{std::move(acceptor), asio::steady_timer{io_}, &host, port, std::move(tls)}));
  accept_next(*listeners_.back());
  return listeners_.back()->acceptor.local_endpoint().port();
}

void SocketLinks::accept_next(Listener& listener) {
  listener.acceptor.async_accept([this, &listener](const error_code& error, Tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) {
      // No file descriptor left, most likely: leave the others time to give theirs back.
      listener.pause.expires_after(kAcceptPause);
      listener.pause.async_wait([this, &listener](const error_code& stopped) {
        if (!stopped) accept_next(listener);
      });
      return;
    }
    error_code ignored;
    const auto peer = socket.remote_endpoint(ignored);
    socket.set_option(Tcp::no_delay(true), ignored);
    socket.non_blocking(true, ignored);
    const LinkId id = add(std::move(socket), listener.host, false);
    if (listener.tls) find(id)->tls = std::make_unique<wire::TlsStream>(*listener.tls);
    listener.host->accepted(id, listener.port, peer.address().to_string(), clock_.now());
    await_readable(id, *find(id));
    accept_next(listener);
  });
}

LinkId SocketLinks::dial(Endpoint to, ActorId, LinkUser& user) {
  const Destination& destination = destinations_[static_cast<std::size_t>(to)];
  const LinkId id = add(Tcp::socket{io_}, &user, true);
  Link& link = *find(id);
  link.dialing = link.opening = true;
  if (destination.tls)
    link.tls = std::make_unique<wire::TlsStream>(*destination.tls, destination.host);
  error_code error;
  link.socket.open(destination.address.protocol(), error);
  if (!error) link.socket.set_option(Tcp::no_delay(true), error);
  if (!error) link.socket.non_blocking(true, error);
  const auto finished = [this, id](const error_code& result) { connected(id, result); };
  if (error)
    asio::post(io_, [finished, error] { finished(error); });
  else
    link.socket.async_connect(destination.address, finished);
  return id;
}

void SocketLinks::connected(LinkId id, const error_code& result) {
  Link* link = find(id);
  if (link == nullptr || !link->dialing) return;
  link->dialing = false;
  if (result) {
    never_opened(id, outcome_of(result));
  } else {
    await_readable(id, *link);
    if (link->tls) {
      link->tls->start();
      mark_dirty(id, *link);
    } else {
      opened(id, *link);
    }
  }
  turn_();
}

void SocketLinks::opened(LinkId id, Link& link) {
  link.opening = false;
  link.user->opened(id, clock_.now());
}

void SocketLinks::never_opened(LinkId id, Outcome why) {
  Link& link = *find(id);
  LinkUser* user = link.user;
  link.out.clear();
  end(id, Ending::close);  // what is sealed says why
  if (user != nullptr) user->failed(id, why, clock_.now());
}

std::string& SocketLinks::output(LinkId id) {
  Link* link = find(id);
  if (link == nullptr) {
    forgotten_.clear();
    return forgotten_;
  }
  mark_dirty(id, *link);
  provide(link->out);
  return link->out;
}

void SocketLinks::stamp(LinkId id, Instant intended, metrics::Window window) {
  if (Link* link = find(id)) {
    link->stamps.push_back({intended, window});
    mark_dirty(id, *link);
  }
}

std::size_t SocketLinks::backlog(LinkId id) const {
  const Link* link = find(id);
  if (link == nullptr) return 0;
  return link->out.size() + (link->tls ? link->tls->sealed().size() : 0);
}

void SocketLinks::read(LinkId id, bool on) {
  Link* link = find(id);
  if (link == nullptr) return;
  link->reading = on;
  if (on && !link->dialing) await_readable(id, *link);
}

void SocketLinks::end(LinkId id, Ending how) {
  Link* link = find(id);
  if (link == nullptr) return;
  link->user = nullptr;
  error_code ignored;
  switch (how) {
    case Ending::close:
      if (link->dialing) return remove(id);
      if (link->tls) {
        seal(*link);
        link->tls->close();
      }
      if (!link->wait_write && !link->leaving().empty()) send_out(id, *link);
      if (find(id) == nullptr) return;
      if (link->leaving().empty())
        remove(id);
      else
        bound_last_words(link->socket);
      return;
    case Ending::reset:
      link->socket.set_option(asio::socket_base::linger(true, 0), ignored);
      remove(id);
      return;
    case Ending::vanish:
      // The socket stays open and is neither read nor written, until the process ends.
      vanished_.push_back(std::move(link->socket));
      remove(id);
      return;
  }
}

LinkId SocketLinks::add(Tcp::socket socket, LinkUser* user, bool client) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_slots_.back();
  free_slots_.pop_back();
  Slot& slot = slots_[index];
  slot.link = std::make_unique<Link>(Link{.socket = std::move(socket), .user = user});
  slot.link->client = client;
  return LinkId{slot.generation} << 32U | index;
}

SocketLinks::Link* SocketLinks::find(LinkId link) const {
  const auto index = static_cast<std::uint32_t>(link);
  if (index >= slots_.size() || slots_[index].generation != link >> 32U) return nullptr;
  return slots_[index].link.get();
}

void SocketLinks::remove(LinkId link) {
  const auto index = static_cast<std::uint32_t>(link);
  Slot& slot = slots_[index];
  slot.link.reset();
  ++slot.generation;
  free_slots_.push_back(index);
}

void SocketLinks::await_readable(LinkId id, Link& link) {
  if (link.wait_read || !link.reading) return;
  link.wait_read = true;
  link.socket.async_wait(Tcp::socket::wait_read, [this, id](const error_code& error) {
    Link* found = find(id);
    if (found == nullptr || error) return;
    found->wait_read = false;
    readable(id);
    turn_();
  });
}

void SocketLinks::readable(LinkId id) {
  for (int reads = 0; reads < kReadsPerTurn; ++reads) {
    Link* link = find(id);
    if (link == nullptr || !link->reading || link->user == nullptr) return;
    error_code error;
    const std::size_t size = link->socket.read_some(asio::buffer(buffer_), error);
    if (error == asio::error::would_block) break;
    if (error) {
      break_off(id, link->broken.value_or(outcome_of(error)));
      return;
    }
    if (link->client) recorder_.count(metrics::Counter::bytes_received, size);
    if (!deliver(id, {buffer_.data(), size})) return;
    if (flush_posted_ && clock_.now() - dirty_since_ > kTurnMax) flush();
    if (size < buffer_.size()) break;  // a short read: nothing more for now
  }
  if (Link* link = find(id)) await_readable(id, *link);
}

// @return false when the link is gone.
bool SocketLinks::deliver(LinkId id, std::span<char> bytes) {
  Link& link = *find(id);
  if (link.tls) return deliver_sealed(id, bytes);
  link.user->bytes(id, bytes, clock_.now());
  return true;
}

bool SocketLinks::deliver_sealed(LinkId id, std::span<char> ciphertext) {
  using State = wire::TlsStream::State;
  if (plaintext_.empty()) plaintext_.resize(kReadBytes);
  Link* link = find(id);
  link->tls->feed(ciphertext);
  for (;;) {
    const std::size_t size = link->tls->read(plaintext_);
    if (!link->tls->sealed().empty()) mark_dirty(id, *link);
    if (link->opening && !link->shaking_hands()) {
      if (link->tls->state() == State::failed) {
        never_opened(id, Outcome::tls_failed);
        return false;
      }
      opened(id, *link);
      link = find(id);
      if (link == nullptr || link->user == nullptr) return false;
    }
    if (size == 0) break;
    link->user->bytes(id, {plaintext_.data(), size}, clock_.now());
    link = find(id);
    if (link == nullptr || link->user == nullptr) return false;
  }
  if (link->tls->state() == State::open || link->shaking_hands()) return true;
  break_off(id, link->tls->state() == State::failed ? Outcome::tls_failed : Outcome::closed_early);
  return false;
}

// A peer that has only ended its own stream still gets what was written to it.
void SocketLinks::break_off(LinkId id, Outcome how) {
  Link& link = *find(id);
  if (link.opening) return never_opened(id, link.tls ? Outcome::tls_failed : how);
  LinkUser* user = link.user;
  end(id, Ending::close);
  if (user != nullptr) user->ended(id, how, clock_.now());
}

// What the peer said before it broke off is still to be heard: why it did so, most likely.
void SocketLinks::write_failed(LinkId id, Link& link, Outcome how) {
  link.out.clear();
  link.leaving().clear();
  link.stamps.clear();
  link.broken = how;
  if (link.user == nullptr) {
    remove(id);
    return;
  }
  readable(id);
  if (find(id) != nullptr) break_off(id, how);
}

void SocketLinks::mark_dirty(LinkId id, Link& link) {
  if (link.dirty || link.wait_write) return;
  link.dirty = true;
  dirty_.push_back(id);
  if (std::exchange(flush_posted_, true)) return;
  dirty_since_ = clock_.now();
  // Behind every handler that is ready now: what they write to one socket leaves together.
  asio::post(io_, [this] { flush(); });
}

void SocketLinks::flush() {
  flush_posted_ = false;
  leaving_.swap(dirty_);
  for (const LinkId id : leaving_) {
    Link* link = find(id);
    if (link == nullptr) continue;
    link->dirty = false;
    if (!link->dialing && !link->wait_write) send_out(id, *link);
  }
  leaving_.clear();
  turn_();
}

void SocketLinks::seal(Link& link) {
  if (!link.tls || link.out.empty() || link.shaking_hands()) return;
  provide(link.tls->sealed());
  link.tls->write(link.out);
  recycle(link.out);
}

void SocketLinks::send_out(LinkId id, Link& link) {
  seal(link);
  std::string& leaving = link.leaving();
  std::size_t sent = 0;
  error_code error;
  while (sent < leaving.size()) {
    sent +=
        link.socket.write_some(asio::buffer(leaving.data() + sent, leaving.size() - sent), error);
    if (error) break;
  }
  if (sent > 0) {
    if (link.client) recorder_.count(metrics::Counter::bytes_sent, sent);
    if (!link.stamps.empty() && !link.shaking_hands()) {
      const Instant now = clock_.now();
      for (const Stamp& stamp : link.stamps)
        recorder_.observe(metrics::Series::generator_slip, now - stamp.intended, stamp.window);
      link.stamps.clear();
    }
  }
  if (sent == leaving.size()) {
    recycle(leaving);
    if (link.user == nullptr) remove(id);
    return;
  }
  leaving.erase(0, sent);
  if (error == asio::error::would_block)
    await_writable(id, link);
  else
    write_failed(id, link, outcome_of(error));
}

// An idle connection keeps no buffer, and a busy one costs no allocation.
void SocketLinks::provide(std::string& buffer) {
  if (!buffer.empty() || spare_.empty()) return;
  buffer = std::move(spare_.back());
  spare_.pop_back();
}

void SocketLinks::recycle(std::string& buffer) {
  if (buffer.capacity() <= kSpareBytesMax && spare_.size() < kSpareMax) {
    buffer.clear();
    spare_.push_back(std::move(buffer));
  }
  buffer = {};
}

void SocketLinks::await_writable(LinkId id, Link& link) {
  link.wait_write = true;
  link.socket.async_wait(Tcp::socket::wait_write, [this, id](const error_code& error) {
    Link* found = find(id);
    if (found == nullptr || error) return;
    found->wait_write = false;
    send_out(id, *found);
    turn_();
  });
}

}  // namespace gauntlet::sim
