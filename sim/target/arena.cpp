#include "sim/target/arena.hpp"

#include <algorithm>

#include "scenarios/terms/match.hpp"
#include "sim/wire/json_text.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint16_t kBroken = 1006;
constexpr std::uint16_t kSilent = 4008;

}  // namespace

EmbeddedArena::EmbeddedArena(const scenarios::ArenaOptions& options, Stream random,
                             std::int64_t epoch_unix_ms)
    : options_{mistuned(options)},
      clock_{epoch_unix_ms},
      ids_{random.next()},
      pins_{random.next()},
      queue_{{.service_time = options.service_time, .stall = options.stall, .messages_max = 0},
             Stream{random.next()}} {}

void EmbeddedArena::handle(Instant now, ConnectionId from, const TargetInput& input,
                           TargetOutbox& out) {
  queue_.serve(
      now, [&](ConnectionId waited, const TargetInput& kept) { serve(now, waited, kept, out); });
  beat(now, out);
  if (std::holds_alternative<TimeCame>(input)) return;
  if (queue_.take(now, from, input) == ServiceQueue::Taken::now) serve(now, from, input, out);
}

std::optional<Instant> EmbeddedArena::next_deadline() const {
  const auto served = queue_.next_deadline();
  if (beats_.empty()) return served;
  return std::min(served.value_or(beats_.front().due), beats_.front().due);
}

void EmbeddedArena::serve(Instant now, ConnectionId from, const TargetInput& input,
                          TargetOutbox& out) {
  const auto with_socket = [&](auto&& act) {
    const auto socket = sockets_.find(from);
    if (socket == sockets_.end()) return;  // it was closed, and had not noticed yet
    socket->second.alive = now;
    act(socket->second);
  };
  dispatch(match{
               [&](const Asked& asked) {
                 if (asked.upgrade)
                   admit(now, from, asked, out);
                 else
                   push_answer(out, from, answer({now, asked, out}));
               },
               [&](const Heard& heard) {
                 with_socket([&](Socket& socket) { hear(now, from, socket, heard.text, out); });
               },
               [&](const PeerPinged&) { with_socket([](Socket&) {}); },
               [&](const PeerPonged&) { with_socket([](Socket&) {}); },
               [&](const Gone& gone) { leave(now, from, gone.code, out); },
               [](const TimeCame&) {},
           },
           input);
}

void EmbeddedArena::admit(Instant now, ConnectionId from, const Asked& asked, TargetOutbox& out) {
  if (asked.path != "/ws" || asked.port != 0) return push_answer(out, from, not_found());
  out.push({from, Accept{}});
  sockets_.insert_or_assign(from, Socket{.alive = now});
  note_stranger(from);
  if (options_.heartbeat > Duration::zero() && !has(Defect::no_heartbeat))
    beats_.push_back({now + options_.heartbeat, from});
}

void EmbeddedArena::leave(Instant now, ConnectionId from, std::uint16_t code, TargetOutbox& out) {
  const auto socket = sockets_.find(from);
  if (socket == sockets_.end()) return;
  const auto participant = socket->second.participant;
  forget(from);
  if (!participant) return;
  Participant& gone = session_->participant(*participant);
  gone.connection.reset();
  note_leave(*participant);
  if (hides_leave(*participant) || (has(Defect::hide_breaks) && code == kBroken)) return;
  show_departure(now, gone, out);
}

void EmbeddedArena::show_departure(Instant now, const Participant& gone, TargetOutbox& out) {
  const auto begin = out.mark();
  out.buffer() += R"({"type":"participant_disconnected","participant_id":)";
  wire::append_json_string(out.buffer(), gone.id);
  out.buffer() += R"(,"ts":)" + std::to_string(clock_.unix_ms(now)) + '}';
  show(out.since(begin), out);
}

void EmbeddedArena::forget(ConnectionId connection) {
  sockets_.erase(connection);
  const bool screen = std::erase(observers_, connection) > 0;
  if (has(Defect::lose_screen) && screen && !observers_.empty()) observers_.pop_back();
  std::erase(lapses_.blind, connection);
  std::erase(lapses_.late, connection);
  std::erase(lapses_.strangers, connection);
}

// Each connection has its own beat, so that a crowd is not pinged in one moment.
void EmbeddedArena::beat(Instant now, TargetOutbox& out) {
  std::optional<Slice> heartbeat;
  while (!beats_.empty() && beats_.front().due <= now) {
    const ConnectionId to = beats_.front().to;
    beats_.pop_front();
    const auto socket = sockets_.find(to);
    if (socket == sockets_.end()) continue;
    if (options_.silence_max > Duration::zero() &&
        now - socket->second.alive > options_.silence_max) {
      ++seen_.silent;
      leave(now, to, kSilent, out);
      hang_up(to, kSilent, "no ping was answered", out);
      continue;
    }
    if (!heartbeat) {
      const auto begin = out.mark();
      wire::append_arena_heartbeat(out.buffer());
      heartbeat = out.since(begin);
    }
    out.push({to, Say{*heartbeat}});
    out.push({to, Probe{}});
    beats_.push_back({now + options_.heartbeat, to});
  }
}

void EmbeddedArena::hang_up(ConnectionId to, std::uint16_t code, std::string_view reason,
                            TargetOutbox& out) {
  out.push({to, HangUp{code, out.keep(reason)}});
}

}  // namespace gauntlet::sim
