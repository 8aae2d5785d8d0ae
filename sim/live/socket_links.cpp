// From dial to close. What links carry is link_traffic.cpp.
#include "sim/live/socket_links.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <utility>

#include "scenarios/terms/random.hpp"

namespace gauntlet::sim {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr auto kAcceptPause = std::chrono::milliseconds{10};
// A stampede at the door must not keep those who are in waiting.
constexpr int kAcceptsPerTurn = 32;
// Work that takes its time (a server that hashes PINs) must not hold back what is written already.
constexpr Duration kTurnMax = std::chrono::microseconds{250};

}  // namespace

SocketLinks::SocketLinks(asio::io_context& io, const Clock& clock, metrics::Recorder& recorder)
    : io_{io},
      clock_{clock},
      recorder_{recorder},
      buffer_(kReadBytes),
      poller_{io, [this](std::span<const Poller::Event> events) { ready(events); }} {}

SocketLinks::~SocketLinks() = default;

std::uint16_t SocketLinks::listen(const Tcp::endpoint& at, Acceptor& acceptor, std::uint8_t port,
                                  std::optional<wire::TlsContext> tls) {
  auto socket = listen_at(at);
  const int error = socket ? poller_.add(socket.value(), listeners_.size()) : socket.error();
  if (error != 0)
    throw boost::system::system_error{error, boost::system::system_category(), "listen"};
  listeners_.push_back(std::make_unique<Listener>(Listener{
      std::move(socket).value(), asio::steady_timer{io_}, &acceptor, port, std::move(tls)}));
  return local_address(listeners_.back()->socket).port();
}

// One look at everything that is ready: what is written meanwhile leaves at its end, or earlier
// when that takes long.
void SocketLinks::ready(std::span<const Poller::Event> events) {
  flush_follows_ = true;
  for (const Poller::Event& event : events) {
    const LinkId token = event.data.u64;
    if (token >> 32U == 0)
      accept_some(*listeners_[token]);
    else
      ready(token, event.events);
    if (!dirty_.empty() && now_ - dirty_since_ > kTurnMax) flush();
    turn_(now_);
  }
  flush_follows_ = false;
  flush();
  turn_(now_);
}

// A closed one keeps its port, so that nobody else gets it meanwhile.
void SocketLinks::accept(Acceptor& acceptor, bool on) {
  for (const auto& listener : listeners_) {
    if (listener->acceptor != &acceptor || listener->open == on) continue;
    listener->open = on && listener->socket.listen() == 0;
    if (!on) listener->socket.stop_listening();
  }
}

void SocketLinks::accept_some(Listener& listener) {
  if (!listener.open) return;
  const auto again = [this, &listener](const boost::system::error_code& stopped) {
    if (stopped) return;
    accept_some(listener);
    turn_(now_);
  };
  for (int accepts = 0; accepts < kAcceptsPerTurn; ++accepts) {
    auto client = accept_from(listener.socket);
    if (client) {
      accepted(listener, std::move(client).value());
      continue;
    }
    if (client.error() == ECONNABORTED || client.error() == EINTR) continue;
    if (client.error() == EAGAIN) return;
    // No file descriptor left, most likely: leave the others time to give theirs back.
    listener.pause.expires_after(kAcceptPause);
    listener.pause.async_wait(again);
    return;
  }
  asio::post(io_, [again] { again({}); });
}

void SocketLinks::accepted(Listener& listener, Accepted client) {
  now_ = clock_.now();
  const LinkId id = add(std::move(client.socket), listener.acceptor, false);
  Link& link = *find(id);
  if (listener.tls) link.tls = std::make_unique<wire::TlsStream>(*listener.tls);
  listener.acceptor->accepted(id, listener.port, client.peer.address().to_string(), now_);
  // Last: what has arrived already is reported from then on.
  if (const int error = poller_.add(link.socket, id); error != 0)
    break_off(id, outcome_of_errno(error));
}

LinkId SocketLinks::dial(Endpoint to, ActorId actor, LinkUser& user) {
  const LinkId id = add({}, &user, true);
  Link& link = *find(id);
  link.dialing = link.opening = true;
  if (!is_model_server(to)) link.actor = actor;
  const Dial dial{id, to, actor};
  if (unanswered_ < unanswered_max_)
    begin(dial);
  else
    waiting_.push_back(dial);
  return id;
}

void SocketLinks::begin(const Dial& dial) {
  Link& link = *find(dial.link);
  const Destination& destination = destinations_[static_cast<std::size_t>(dial.to)];
  std::optional<Ipv4> from;
  if (!destination.sources.empty())
    from = destination.sources[scatter(dial.actor) % destination.sources.size()];
  auto socket = connect_to(destination.address, from);
  int error = socket ? 0 : socket.error();
  if (socket) link.socket = std::move(socket).value();
  if (destination.tls)
    link.tls = std::make_unique<wire::TlsStream>(*destination.tls, destination.host);
  // A model may think for long before its first word, and its connections are bounded elsewhere.
  link.unanswered = !is_model_server(dial.to);
  if (link.unanswered) ++unanswered_;
  if (error == 0) error = poller_.add(link.socket, dial.link);
  if (error != 0)
    asio::post(io_, [this, id = dial.link, error] {
      connected(id, error);
      turn_(clock_.now());
    });
}

// It is out of the accept queue, or gave up: the next one's turn.
void SocketLinks::answered(Link& link) {
  if (!std::exchange(link.unanswered, false)) return;
  --unanswered_;
  while (!waiting_.empty() && unanswered_ < unanswered_max_) {
    const Dial next = waiting_.front();
    waiting_.pop_front();
    if (find(next.link) != nullptr) begin(next);
  }
}

void SocketLinks::expect_nothing(LinkId id) {
  if (Link* link = find(id)) answered(*link);
}

void SocketLinks::ready(LinkId id, std::uint32_t events) {
  constexpr std::uint32_t kBroken = EPOLLERR | EPOLLHUP;
  Link* link = find(id);
  if (link == nullptr) return;
  if (link->dialing) {
    if ((events & (EPOLLOUT | kBroken)) == 0) return;
    connected(id, (events & kBroken) != 0 ? link->socket.connect_error() : 0);
    link = find(id);
    if (link == nullptr) return;
  }
  if (link->blocked && (events & (EPOLLOUT | kBroken)) != 0) {
    link->blocked = false;
    send_out(id, *link);
  }
  const bool to_the_end = (events & (EPOLLRDHUP | kBroken)) != 0;
  if (to_the_end || (events & EPOLLIN) != 0) readable(id, to_the_end);
}

void SocketLinks::connected(LinkId id, int error) {
  Link* link = find(id);
  if (link == nullptr || !link->dialing) return;
  now_ = clock_.now();
  link->dialing = false;
  if (error != 0) return never_opened(id, outcome_of_errno(error));
  if (!link->tls) return opened(id, *link);
  link->tls->start();
  mark_dirty(id, *link);
}

void SocketLinks::opened(LinkId id, Link& link) {
  link.opening = false;
  link.user->opened(id, now_);
}

void SocketLinks::never_opened(LinkId id, Outcome why) {
  Link& link = *find(id);
  LinkUser* user = link.user;
  if (link.out) link.out->text.clear();
  end(id, Ending::close);  // what is sealed says why
  if (user != nullptr) user->failed(id, why, clock_.now());
}

void SocketLinks::read(LinkId id, bool on) {
  Link* link = find(id);
  if (link == nullptr) return;
  link->reading = on;
  if (on && !link->dialing) visit_later(id, *link);
}

void SocketLinks::finish(LinkId id) {
  Link* link = find(id);
  if (link == nullptr || link->dialing) return;
  link->finishing = true;
  mark_dirty(id, *link);
}

void SocketLinks::end(LinkId id, Ending how) {
  Link* link = find(id);
  if (link == nullptr) return;
  link->user = nullptr;
  switch (how) {
    case Ending::close:
      if (link->dialing) return remove(id);
      if (link->tls) {
        seal(*link);
        link->tls->close();
      }
      if (!link->blocked) send_out(id, *link);
      link = find(id);
      if (link == nullptr) return;
      if (link->unsent() == 0) return remove(id);
      return link->socket.bound_last_words();
    case Ending::reset:
      link->socket.reset_on_close();
      return remove(id);
    case Ending::vanish:
      // The socket stays open and is neither read nor written, until the process ends.
      vanished_.push_back(std::move(link->socket));
      return remove(id);
  }
}

std::vector<ActorId> SocketLinks::connected() const {
  std::vector<ActorId> all;
  for (const Slot& slot : slots_)
    if (slot.link.user != nullptr && slot.link.actor < kStrangersFrom)
      all.push_back(slot.link.actor);
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

LinkId SocketLinks::add(Socket socket, LinkUser* user, bool client) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_slots_.back();
  free_slots_.pop_back();
  Slot& slot = slots_[index];
  slot.link = Link{.socket = std::move(socket), .user = user, .used = true, .client = client};
  return LinkId{slot.generation} << 32U | index;
}

const SocketLinks::Link* SocketLinks::find(LinkId link) const {
  const auto index = static_cast<std::uint32_t>(link);
  if (index >= slots_.size() || slots_[index].generation != link >> 32U) return nullptr;
  return slots_[index].link.used ? &slots_[index].link : nullptr;
}

SocketLinks::Link* SocketLinks::find(LinkId link) {
  return const_cast<Link*>(std::as_const(*this).find(link));
}

void SocketLinks::remove(LinkId link) {
  const auto index = static_cast<std::uint32_t>(link);
  Slot& slot = slots_[index];
  blocked_sends_.end(link, slot.link.socket.descriptor());
  if (slot.link.out) recycle(std::move(slot.link.out));
  const bool unanswered = slot.link.unanswered;
  slot.link = {.unanswered = unanswered};
  ++slot.generation;
  free_slots_.push_back(index);
  answered(slot.link);
}

}  // namespace gauntlet::sim
