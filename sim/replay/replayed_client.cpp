// What a replayed actor does. What comes back to it is replayed_answers.cpp.
#include "sim/replay/replayed_client.hpp"

#include "scenarios/terms/match.hpp"
#include "sim/recording/mask.hpp"

namespace gauntlet::sim::replay {
namespace {

using metrics::Counter;
using metrics::Series;
using recording::Hidden;
using recording::Kind;

constexpr std::uint16_t kGoodbye = 1000;

bool has_pin(const recording::Text& text) {
  return std::ranges::any_of(text.blanks,
                             [](const auto& blank) { return blank.what == Hidden::pin; });
}

metrics::Gauge gauge_of(scenarios::Role role) {
  using scenarios::Role;
  if (role == Role::agent) return metrics::Gauge::relay_agents;
  return role == Role::observer ? metrics::Gauge::arena_observers
                                : metrics::Gauge::arena_participants;
}

}  // namespace

void ReplayedClient::handle(Instant now, const Input& input, Outbox& out) {
  if (done_) return;
  hear(now, input, out);
  lose_patience(now, out);
  if (!leaving_) act(now, out);
}

std::optional<Instant> ReplayedClient::next_deadline() const {
  std::optional<Instant> earliest;
  if (connection_ == Connection::dialing) earliest = dialed_ + kPatience;
  if (connection_ == Connection::open && waiting_ && !greeted_) earliest = ready_ + kPatience;
  if (asked_) earliest = std::min(earliest.value_or(Instant::max()), asked_->intended + kPatience);
  if (!waiting_ && !leaving_ && next_ < part_.acts.size())
    earliest = std::min(earliest.value_or(Instant::max()), due(next_));
  return earliest;
}

void ReplayedClient::lose_patience(Instant now, Outbox& out) {
  if (connection_ == Connection::dialing && dialed_ + kPatience <= now) {
    out.push(Abort{Abort::How::hang_up});
    become(Connection::none, out);
    fail(socket_place_, Outcome::timed_out, out);
    ready_ = now;
  }
  if (connection_ == Connection::open && waiting_ && !greeted_ && ready_ + kPatience <= now) {
    greeted_ = true;
    ready_ = now;
  }
  if (asked_ && asked_->intended + kPatience <= now) {
    out.push(CancelRequest{});
    fail(asked_->place, Outcome::timed_out, out);
    asked_.reset();
    ready_ = now;
  }
}

// What is still to be done is not done any more.
void ReplayedClient::leave(Outbox& out) {
  leaving_ = true;
  for (; next_ < part_.acts.size(); ++next_)
    if (const auto entry = stage_.script.at(part_.acts[next_]).next()) skip(*entry, out);
  if (connection_ != Connection::open) {
    done_ = true;
    return;
  }
  closing_ = true;
  out.push(Close{kGoodbye});
}

void ReplayedClient::act(Instant now, Outbox& out) {
  waiting_ = false;
  for (; !done_ && next_ < part_.acts.size() && due(next_) <= now; ++next_) {
    auto reader = stage_.script.at(part_.acts[next_]);
    const auto entry = reader.next();
    if (!entry) continue;
    const bool needs_token = entry->kind == Kind::connects && entry->number == 1;
    if (needs_token && token_.empty() && !asking() && !std::exchange(enrolled_, true))
      enroll(entry->place - 1, out);
    switch (ready(*entry)) {
      case Ready::later:
        waiting_ = true;
        return;
      case Ready::never:
        skip(*entry, out);
        break;
      case Ready::yes:
        carry_out(now, *entry, out);
        break;
    }
  }
}

ReplayedClient::Ready ReplayedClient::ready(const Entry& entry) const {
  const bool no_pin = stage_.pin.empty() && (has_pin(entry.text) || has_pin(entry.body));
  switch (entry.kind) {
    case Kind::connects:
      return asking() ? Ready::later : Ready::yes;
    case Kind::asks:
      return asking() || no_pin ? Ready::later : Ready::yes;
    case Kind::answered:
    case Kind::gives_up_asking:
    case Kind::breaks_off:
    case Kind::opens_sides:
    case Kind::closes_sides:
      return Ready::yes;
    case Kind::is_done:  // what was asked last may not have left yet
      return asking() ? Ready::later : Ready::yes;
    case Kind::hears:
      return connection_ == Connection::none || greeted_ ? Ready::yes : Ready::later;
    default:
      if (connection_ == Connection::none) return Ready::never;
      return connection_ == Connection::dialing || no_pin ? Ready::later : Ready::yes;
  }
}

void ReplayedClient::carry_out(Instant now, const Entry& entry, Outbox& out) {
  switch (entry.kind) {
    case Kind::connects:
      return dial(entry, out);
    case Kind::asks:
      return ask(now, entry, out);
    case Kind::gives_up_asking:
      if (asking()) out.push(CancelRequest{});
      return asked_.reset();
    case Kind::opens_sides:
      return out.push(OpenSides{endpoint(entry.place), static_cast<std::uint32_t>(entry.number)});
    case Kind::closes_sides:
      return out.push(CloseSides{});
    case Kind::breaks_off:
      out.push(Abort{static_cast<Abort::How>(std::min<std::uint64_t>(entry.number, 2))});
      return become(Connection::none, out);
    case Kind::is_done:
      become(Connection::none, out);
      done_ = true;
      return;
    default:
      return carry_out_on_socket(now, entry, out);
  }
}

void ReplayedClient::carry_out_on_socket(Instant now, const Entry& entry, Outbox& out) {
  switch (entry.kind) {
    case Kind::says:
      out.push(Send{written(entry.text, out), intended()});
      return sent(now, out);
    case Kind::says_bytes:
      out.push(SendBytes{out.keep(entry.text.words)});
      return sent(now, out);
    case Kind::pings:
      return out.push(Ping{});
    case Kind::closes:
      closing_ = true;
      return out.push(Close{static_cast<std::uint16_t>(entry.number)});
    case Kind::ends_writing:
      return out.push(EndWriting{});
    case Kind::stops_reading:
      return out.push(StopReading{});
    case Kind::reads_on:
      return out.push(StartReading{});
    case Kind::answers_pings:
      return out.push(AnswerPings{entry.number != 0});
    default:
      return;
  }
}

void ReplayedClient::dial(const Entry& entry, Outbox& out) {
  become(Connection::none, out);
  socket_place_ = entry.place;
  dialed_ = intended();
  closing_ = greeted_ = false;
  const Slice path = written_path(entry.text, out);
  const SecretSlice bearer = entry.number == 1 ? out.hide(token_) : SecretSlice{};
  out.push(Connect{endpoint(entry.place), path, bearer});
  become(Connection::dialing, out);
}

void ReplayedClient::ask(Instant now, const Entry& entry, Outbox& out) {
  asked_ = Question{next_, entry.place, intended()};
  const Slice path = written_path(entry.text, out);
  const Slice body = written(entry.body, out);
  out.push(Request{entry.number == 1 ? Method::post : Method::get, endpoint(entry.place), path,
                   body, asked_->intended});
  sent(now, out);
}

// Under whatever name the relay chooses: the recorded one is taken, or nobody knows it.
void ReplayedClient::enroll(std::uint64_t place, Outbox& out) {
  asked_ = Question{next_, place, intended(), true};
  const Slice path = out.keep("/register");
  out.push(Request{Method::post, endpoint(place), path, out.keep("{}")});
}

void ReplayedClient::sent(Instant now, Outbox& out) const {
  out.push(Count{Counter::replay_sent});
  out.push(Observe{Series::replay_lateness, now - due(next_), due(next_)});
}

void ReplayedClient::skip(const Entry& entry, Outbox& out) const {
  if (is_send(entry.kind)) out.push(Count{Counter::replay_unsent});
}

void ReplayedClient::become(Connection connection, Outbox& out) {
  const int before = connection_ == Connection::open ? 1 : 0;
  const int after = connection == Connection::open ? 1 : 0;
  if (before != after) out.push(Shift{gauge_of(part_.role), after - before});
  connection_ = connection;
}

void ReplayedClient::fail(std::uint64_t place, Outcome why, Outbox& out) const {
  out.push(Count{recording::is_arena(place) ? metrics::arena_failure(why)
                                            : metrics::relay_failure(why)});
}

Slice ReplayedClient::written(const recording::Text& text, Outbox& out) const {
  const std::uint32_t from = out.mark();
  if (text.blanks.empty()) {
    stage_.names.translate(out.buffer(), text.words);
    return out.since(from);
  }
  std::string filled;
  fill(filled, text, token_, stage_.pin);
  stage_.names.translate(out.buffer(), filled);
  return out.since(from);
}

Slice ReplayedClient::written_path(const recording::Text& text, Outbox& out) const {
  std::string filled;
  fill(filled, text, token_, stage_.pin);
  const std::uint32_t from = out.mark();
  stage_.names.translate_path(out.buffer(), filled);
  return out.since(from);
}

Endpoint ReplayedClient::endpoint(std::uint64_t place) const {
  const bool socket = recording::is_socket(place);
  if (recording::is_arena(place)) return socket ? Endpoint::arena_socket : Endpoint::arena_http;
  const std::size_t relay = recording::relay_at(place) % stage_.relays;
  return socket ? relay_socket(relay) : relay_http(relay);
}

}  // namespace gauntlet::sim::replay
