// What links carry: reading, and writing. From dial to close is socket_links.cpp.
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "sim/live/socket_links.hpp"

namespace gauntlet::sim {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kPlaintextBytes = 64 * 1024;
constexpr std::size_t kSpareBytesMax = 16 * 1024;
constexpr std::size_t kSpareMax = 1024;
// A socket that always has more must not keep the others waiting.
constexpr int kReadsPerTurn = 4;

static_assert(EAGAIN == EWOULDBLOCK);

}  // namespace

// ---- Reading.

// A short read means that there is nothing more for now, and an event will tell of what comes: but
// for the stream's end, when that is what the event was about.
void SocketLinks::readable(LinkId id, bool to_the_end) {
  for (int reads = 0; reads < kReadsPerTurn; ++reads) {
    Link* link = find(id);
    if (link == nullptr || !link->reading || link->user == nullptr) return;
    const auto size = link->socket.read(buffer_);
    now_ = clock_.now();
    if (!size && size.error() == EAGAIN) return;
    if (!size || size.value() == 0) {
      const Outcome how = size ? Outcome::closed_early : outcome_of_errno(size.error());
      return break_off(id, link->broken.value_or(how));
    }
    answered(*link);
    if (link->client) recorder_.count(metrics::Counter::bytes_received, size.value());
    if (!deliver(id, std::span{buffer_}.first(size.value()))) return;
    if (size.value() < buffer_.size() && !to_the_end) return;
  }
  if (Link* link = find(id)) visit_later(id, *link);
}

void SocketLinks::visit_later(LinkId id, Link& link) {
  if (std::exchange(link.to_visit, true)) return;
  to_visit_.push_back(id);
  if (to_visit_.size() == 1) asio::post(io_, [this] { visit(); });
}

void SocketLinks::visit() {
  visited_.swap(to_visit_);
  for (const LinkId id : visited_) {
    Link* link = find(id);
    if (link == nullptr) continue;
    link->to_visit = false;
    readable(id, true);
    turn_(now_);
  }
  visited_.clear();
}

// @return false when the link is gone.
bool SocketLinks::deliver(LinkId id, std::span<char> bytes) {
  Link& link = *find(id);
  if (link.tls) return deliver_sealed(id, bytes);
  link.user->bytes(id, bytes, now_);
  return true;
}

bool SocketLinks::deliver_sealed(LinkId id, std::span<char> ciphertext) {
  using State = wire::TlsStream::State;
  if (plaintext_.empty()) plaintext_.resize(kPlaintextBytes);
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
    link->user->bytes(id, {plaintext_.data(), size}, now_);
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

// ---- Writing.

std::string& SocketLinks::output(LinkId id) {
  Link* link = find(id);
  if (link == nullptr) {
    forgotten_.clear();
    return forgotten_;
  }
  mark_dirty(id, *link);
  return outgoing(*link).text;
}

void SocketLinks::stamp(LinkId id, Instant intended, metrics::Window window) {
  if (Link* link = find(id)) {
    outgoing(*link).stamps.push_back({intended, window});
    if (link->blocked)
      note_slip(*link, clock_.now());
    else
      mark_dirty(id, *link);
  }
}

std::size_t SocketLinks::backlog(LinkId id) const {
  const Link* link = find(id);
  return link == nullptr ? 0 : link->unsent();
}

void SocketLinks::mark_dirty(LinkId id, Link& link) {
  if (link.dirty || link.blocked) return;
  link.dirty = true;
  if (dirty_.empty()) dirty_since_ = now_;
  dirty_.push_back(id);
  if (flush_follows_ || std::exchange(flush_posted_, true)) return;
  // Behind every handler that is ready now: what they write to one socket leaves together.
  asio::post(io_, [this] {
    flush_posted_ = false;
    flush();
    turn_(now_);
  });
}

void SocketLinks::flush() {
  if (dirty_.empty()) return;
  leaving_.swap(dirty_);
  for (const LinkId id : leaving_) {
    Link* link = find(id);
    if (link == nullptr) continue;
    link->dirty = false;
    if (!link->dialing && !link->blocked) send_out(id, *link);
  }
  leaving_.clear();
}

void SocketLinks::seal(Link& link) {
  if (!link.tls || !link.out || link.out->text.empty() || link.shaking_hands()) return;
  link.tls->write(link.out->text);
  link.out->text.clear();
}

void SocketLinks::send_out(LinkId id, Link& link) {
  seal(link);
  std::string* leaving = link.leaving();
  // Before the system has done its part, and on loopback much of the target's with it.
  const Instant handed_over = link.out && !link.out->stamps.empty() ? clock_.now() : Instant{};
  std::size_t sent = 0;
  int error = 0;
  while (leaving != nullptr && sent < leaving->size() && error == 0) {
    const auto moved = link.socket.write(std::span{*leaving}.subspan(sent));
    if (moved)
      sent += moved.value();
    else
      error = moved.error();
  }
  if (sent > 0 && link.client) recorder_.count(metrics::Counter::bytes_sent, sent);
  if ((sent > 0 || error == EAGAIN) && !link.shaking_hands()) note_slip(link, handed_over);
  if (error == 0) {
    blocked_sends_.end(id, link.socket.descriptor());
    if (link.tls) link.tls->sealed() = {};
    if (!link.tls && link.out) link.out->text.clear();
    if (link.user == nullptr) return remove(id);
    if (std::exchange(link.finishing, false)) link.socket.end_writing();
    // With TLS, something may wait for the end of the handshake.
    if (link.out && link.out->text.empty()) recycle(std::move(link.out));
    return;
  }
  leaving->erase(0, sent);
  link.blocked = error == EAGAIN;
  if (link.blocked && link.client) blocked_sends_.begin(id, link.socket.descriptor());
  if (!link.blocked) write_failed(id, link, outcome_of_errno(error));
}

// Handing over late is the generator's own doing; how long a full socket then keeps it is not.
void SocketLinks::note_slip(Link& link, Instant handed_over) {
  if (!link.out) return;
  for (const Stamp& stamp : link.out->stamps)
    recorder_.observe(metrics::Series::generator_slip, handed_over - stamp.intended, stamp.window);
  link.out->stamps.clear();
}

// What the peer said before it broke off is still to be heard: why it did so, most likely.
void SocketLinks::write_failed(LinkId id, Link& link, Outcome how) {
  if (link.tls) link.tls->sealed().clear();
  if (link.out) recycle(std::move(link.out));
  link.broken = how;
  if (link.user == nullptr) return remove(id);
  readable(id, true);
  if (find(id) != nullptr) break_off(id, how);
}

SocketLinks::Outgoing& SocketLinks::outgoing(Link& link) {
  if (link.out) return *link.out;
  if (spare_.empty()) {
    link.out = std::make_unique<Outgoing>();
  } else {
    link.out = std::move(spare_.back());
    spare_.pop_back();
  }
  return *link.out;
}

// An idle connection keeps no buffer, and a busy one costs no allocation.
void SocketLinks::recycle(std::unique_ptr<Outgoing> out) {
  if (out->text.capacity() > kSpareBytesMax || spare_.size() >= kSpareMax) return;
  out->text.clear();
  out->stamps.clear();
  spare_.push_back(std::move(out));
}

}  // namespace gauntlet::sim
