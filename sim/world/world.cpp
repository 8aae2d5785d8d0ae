#include "sim/world/world.hpp"

#include <algorithm>

#include "scenarios/terms/earliest.hpp"

namespace gauntlet::sim {
namespace {

// Buffers that wait for the next writer: those of what is under way at a time, and none that one
// long message has made large.
constexpr std::size_t kSpareMax = 1024;
constexpr std::size_t kSpareBytesMax = 4096;

// Each message of ours is longer, as is what a target makes of it; pings and heartbeats, of which
// one or another is always on its way, are not.
constexpr std::size_t kLeastMessageBytes = 48;

std::vector<ActorId> in_order(std::vector<ActorId> actors) {
  std::ranges::sort(actors);
  actors.erase(std::unique(actors.begin(), actors.end()), actors.end());
  return actors;
}

}  // namespace

World::World(const scenarios::Network& network, std::uint64_t seed, metrics::Recorder& recorder)
    : network_{network}, seed_{seed}, recorder_{recorder} {}

void World::put(Endpoint at, Host& host, std::uint8_t port) {
  servers_[static_cast<std::size_t>(at)] = {.host = &host, .port = port};
  if (std::ranges::find(hosts_, &host) == hosts_.end()) hosts_.push_back(&host);
  hosts_have_heard_ = true;
}

void World::run(Instant until, const std::function<bool()>& finished) {
  while (!finished()) {
    const auto moment = next_moment();
    if (!moment || *moment > until) {
      now_ = std::max(now_, until);
      return;
    }
    step(std::max(now_, *moment));
  }
}

std::optional<Instant> World::next_moment() {
  auto next = queue_.empty() ? std::nullopt : std::optional{queue_.front().at};
  next = earliest(next, hosts_deadline());
  if (cast_ != nullptr) next = earliest(next, cast_->next_deadline());
  if (between_ != nullptr) next = earliest(next, between_->next_deadline());
  for (const Play* play : plays_) next = earliest(next, play->next_deadline());
  return next;
}

// In moments in which nothing arrives, as when a client's time has come, nothing moves it.
std::optional<Instant> World::hosts_deadline() {
  if (std::exchange(hosts_have_heard_, false)) {
    hosts_deadline_.reset();
    for (const Host* host : hosts_)
      hosts_deadline_ = earliest(hosts_deadline_, host->next_deadline());
  }
  return hosts_deadline_;
}

// Everything of one moment: what arrives, then servers whose time has come, then clients,
// then what is on its way between.
void World::step(Instant moment) {
  now_ = moment;
  while (!queue_.empty() && queue_.front().at <= now_) {
    std::ranges::pop_heap(queue_, Event::later);
    Event event = std::move(queue_.back());
    queue_.pop_back();
    dispatch(std::move(event));
    flush();
  }
  if (const auto due = hosts_deadline(); due && *due <= now_) {
    hosts_have_heard_ = true;
    for (Host* host : hosts_) {
      host->tick(now_);
      flush();
    }
  }
  if (cast_ != nullptr) cast_->run_due(now_);
  flush();
  if (announced_) {
    const Secret pin = *std::exchange(announced_, std::nullopt);
    if (cast_ != nullptr) cast_->announce(pin, now_);
    flush();
  }
  if (between_ != nullptr) between_->tick(now_);
  flush();
  for (Play* play : plays_) {
    const auto due = play->next_deadline();
    if (due && *due <= now_) {
      play->run_due(now_);
      hosts_have_heard_ = true;
    }
    flush();
  }
}

void World::dispatch(Event event) {
  End* end = find(event.to);
  if (end == nullptr) return;
  if (!end->reading) {
    end->held.push_back(std::move(event));
    return;
  }
  hosts_have_heard_ = true;  // if not now: who hears this may have a hand in them
  ++events_;
  trace_.add(now_);
  trace_.add(event.to);
  trace_.add(static_cast<std::uint32_t>(event.kind));
  trace_.add(digest(event.bytes));

  switch (event.kind) {
    case Kind::arrival: {
      const auto dialed = dialed_.find(end->peer);
      if (dialed == dialed_.end()) {  // the client has given up meanwhile
        ends_.erase(event.to);
        return;
      }
      const Server server = servers_[static_cast<std::size_t>(dialed->second)];
      dialed_.erase(dialed);
      if (server.refuses) {
        schedule(*end, end->peer, Kind::refused);
        ends_.erase(event.to);
        return;
      }
      end->user = server.host;
      server.host->accepted(event.to, server.port, "10.0.0.1", now_);
      schedule(*end, end->peer, Kind::opened);
      return;
    }
    case Kind::opened:
      end->user->opened(event.to, now_);
      return;
    case Kind::bytes:
      if (End* peer = find(end->peer)) peer->unread -= event.bytes.size();
      if (end->counted) recorder_.count(metrics::Counter::bytes_received, event.bytes.size());
      end->user->bytes(event.to, event.bytes, now_);
      put_by(std::move(event.bytes));
      return;
    case Kind::refused:
    case Kind::finished:
    case Kind::reset: {
      LinkUser* user = end->user;
      // Whoever sees the end of the stream ends its own side, too.
      if (event.kind == Kind::finished && find(end->peer) != nullptr) finish(event.to);
      ends_.erase(event.to);
      if (event.kind == Kind::refused)
        user->failed(event.to, Outcome::refused, now_);
      else if (user != nullptr)
        user->ended(event.to, event.kind == Kind::reset ? Outcome::reset : Outcome::closed_early,
                    now_);
      return;
    }
  }
}

LinkId World::dial(Endpoint to, ActorId actor, LinkUser& user) {
  const LinkId client = ++last_link_;
  const auto add = [&](LinkId link) -> End& {
    End& end = ends_.add(link, Line{seed_, actor, directions_[actor]++});
    end.actor = actor;
    return end;
  };
  End& end = add(client);
  end.user = &user;
  end.counted = actor < kStrangersFrom;
  if (servers_[static_cast<std::size_t>(to)].host == nullptr) {
    schedule(end, client, Kind::refused);
    return client;
  }
  const LinkId server = ++last_link_;
  end.peer = server;
  add(server).peer = client;
  dialed_[client] = to;
  schedule(end, server, Kind::arrival);
  return client;
}

std::string& World::output(LinkId link) {
  End* end = find(link);
  if (end == nullptr) {
    forgotten_.clear();
    return forgotten_;
  }
  dirty_.push_back(link);
  if (end->out.empty() && !spare_.empty()) {
    end->out = std::move(spare_.back());
    spare_.pop_back();
  }
  return end->out;
}

// Memory goes round: from what is written to what arrives, and back.
void World::put_by(std::string used) {
  if (spare_.size() >= kSpareMax || used.capacity() > kSpareBytesMax) return;
  used.clear();
  spare_.push_back(std::move(used));
}

void World::stamp(LinkId, Instant intended, metrics::Window window) {
  recorder_.observe(metrics::Series::generator_slip, now_ - intended, window);
}

std::size_t World::backlog(LinkId link) const {
  const End* end = ends_.find(link);
  return end == nullptr ? 0 : end->out.size() + end->unread;
}

void World::finish(LinkId link) {
  End* end = find(link);
  if (end == nullptr || end->finished) return;
  send_out(*end);
  end->finished = true;
  schedule(*end, end->peer, Kind::finished);
}

void World::end(LinkId link, Ending how) {
  End* end = find(link);
  if (end == nullptr) return;
  if (how == Ending::close) {
    finish(link);
  } else if (how == Ending::reset) {
    schedule(*end, end->peer, Kind::reset);
  }
  dialed_.erase(link);
  ends_.erase(link);
}

void World::read(LinkId link, bool on) {
  End* end = find(link);
  if (end == nullptr) return;
  end->reading = on;
  if (on) release_held(*end);
}

void World::accept(Acceptor& acceptor, bool on) {
  for (Server& server : servers_)
    if (server.host == &acceptor) server.refuses = !on;
}

// With the places in the queue that they had: before whatever else has come to this end meanwhile.
void World::release_held(End& end) {
  for (Event& event : end.held) enqueue(std::move(event));
  end.held.clear();
}

// What was written during this call leaves as one piece per link, as it does on sockets.
void World::flush() {
  if (dirty_.empty()) return;
  leaving_.swap(dirty_);
  for (const LinkId link : leaving_) {
    End* end = find(link);
    if (end != nullptr) send_out(*end);
  }
  leaving_.clear();
}

void World::send_out(End& end) {
  if (end.finished) end.out.clear();
  if (end.out.empty()) return;
  if (!end.held.empty() && end.held.back().kind == Kind::reset) {
    // Writing finds out what not reading has not noticed; what came before the reset is lost.
    end.held.erase(end.held.begin(), end.held.end() - 1);
    end.reading = true;
    release_held(end);
    end.out.clear();
    return;
  }
  end.unread += end.out.size();
  if (end.counted) recorder_.count(metrics::Counter::bytes_sent, end.out.size());
  schedule(end, end.peer, Kind::bytes, std::exchange(end.out, {}));
}

void World::schedule(End& from, LinkId to, Kind kind, std::string bytes) {
  const bool connecting = kind == Kind::arrival || kind == Kind::opened || kind == Kind::refused;
  const Instant at = from.line.arrival(
      network_, connecting ? Line::Sends::handshake : Line::Sends::stream, bytes.size(), now_);
  enqueue({at, ++sequence_, kind, to, std::move(bytes)});
}

void World::enqueue(Event event) {
  queue_.push_back(std::move(event));
  std::ranges::push_heap(queue_, Event::later);
}

std::vector<ActorId> World::connected() const {
  std::vector<ActorId> all;
  ends_.for_each([&](const End& end) {
    if (end.counted && ends_.find(end.peer) != nullptr) all.push_back(end.actor);
  });
  return in_order(std::move(all));
}

std::vector<ActorId> World::held_up() const {
  std::vector<ActorId> all;
  for (const Event& event : queue_) {
    if (event.kind == Kind::bytes && event.bytes.size() < kLeastMessageBytes) continue;
    const End* end = ends_.find(event.to);
    if (end != nullptr && !end->counted) end = ends_.find(end->peer);
    if (end != nullptr && end->counted) all.push_back(end->actor);
  }
  return in_order(std::move(all));
}

World::End* World::find(LinkId link) { return ends_.find(link); }

}  // namespace gauntlet::sim
