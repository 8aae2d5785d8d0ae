// Who comes and goes. What they say is relay_messages.cpp.
#include "sim/target/relay.hpp"

#include <string>

#include "scenarios/terms/earliest.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint16_t kReplaced = 4000;
constexpr std::uint16_t kBadToken = 4001;
constexpr std::uint16_t kSilent = 4008;

// The rest, time and signs of life, says all it has to say by coming.
bool is_served(const TargetInput& input) {
  return std::holds_alternative<Asked>(input) || std::holds_alternative<Heard>(input) ||
         std::holds_alternative<Gone>(input);
}

}  // namespace

EmbeddedRelay::EmbeddedRelay(const scenarios::RelayOptions& options, Stream random,
                             std::int64_t epoch_unix_ms)
    : options_{mistuned(options)},
      clock_{epoch_unix_ms},
      roster_{Stream{random.next()}},
      queue_{{.service_time = options.service_time,
              .stall = options.stall,
              .messages_max = options.queue_max},
             Stream{random.next()}},
      flaws_{{.drop = options.drop_every,
              .duplicate = options.duplicate_every,
              .hold = options.reorder_every}},
      silence_{{.ask = options_.heartbeat, .give_up = options_.silence_max}} {}

void EmbeddedRelay::handle(Instant now, ConnectionId from, const TargetInput& input,
                           TargetOutbox& out) {
  const bool overheard = has(Defect::drop_quiet_peers) && std::holds_alternative<PeerPonged>(input);
  if (const auto sender = roster_.find_by_connection(from); sender && !overheard)
    silence_.heard_of(now, *sender);
  queue_.serve(
      now, [&](ConnectionId waited, const TargetInput& kept) { serve(now, waited, kept, out); });
  held_.release_expired(now, [&](AgentNumber receiver, std::string_view text) {
    if (roster_[receiver].online()) say(receiver, out.keep(text), out);
  });
  listen(now, out);
  if (!is_served(input)) return;
  switch (queue_.take(now, from, input)) {
    case ServiceQueue::Taken::now:
      return serve(now, from, input, out);
    case ServiceQueue::Taken::later:
      return;
    case ServiceQueue::Taken::refused:
      if (const auto sender = roster_.find_by_connection(from)) {
        ++seen_.messages;
        complain(now, *sender, "overloaded", "too many messages are waiting", out);
      }
      return;
  }
}

std::optional<Instant> EmbeddedRelay::next_deadline() const {
  return earliest(queue_.next_deadline(), held_.next_deadline(), silence_.next_deadline());
}

void EmbeddedRelay::serve(Instant now, ConnectionId from, const TargetInput& input,
                          TargetOutbox& out) {
  dispatch(match{
               [&](const Asked& asked) {
                 if (asked.upgrade)
                   admit(now, from, asked, out);
                 else
                   push_answer(out, from, answer(now, asked, out));
               },
               [&](const Heard& heard) { hear(now, from, heard.text, out); },
               [&](const Gone& gone) {
                 note_break(from, gone.code);
                 forget(from);
               },
               [](const auto&) {},  // never queued
           },
           input);
}

// ---- Getting in.

void EmbeddedRelay::admit(Instant now, ConnectionId from, const Asked& asked, TargetOutbox& out) {
  if (asked.path != "/arc" || asked.port != 0) return push_answer(out, from, not_found());
  const std::string token = !asked.bearer.empty() || has(Defect::ignore_query_token)
                                ? std::string{asked.bearer}
                                : query_value(asked.query, "token").value_or(std::string{});
  auto agent = options_.defects.none() ? roster_.find_by_token(token) : who_has(token);
  if (!agent && has(Defect::let_guests_in)) agent = add_guest(now);
  if (!agent && has(Defect::tokens_outlive_relay)) agent = readmit(now, token);
  if (!agent || bars(*agent)) return refuse_token(from, out);
  out.push({from, Accept{}});
  if (has_expired(now, *agent)) {
    ++seen_.connections_refused;
    return hang_up(out, from, kBadToken, "expired token");
  }
  ++seen_.connected;
  const auto replaced = roster_.connect(*agent, from);
  if (replaced) {
    ++seen_.connections_replaced;
    held_.release(*agent);
    hang_up(out, *replaced, kReplaced, "replaced by a new connection");
  }
  silence_.begin(now, *agent);
  if (options_.welcome) welcome(now, *agent, out);
  if (has(Defect::welcome_twice)) welcome(now, *agent, out);
  note_arrival(*agent, replaced, out);
}

bool EmbeddedRelay::has_expired(Instant now, AgentNumber agent) const {
  return options_.token_lifetime > Duration::zero() &&
         now - roster_.agents()[agent].registered >= options_.token_lifetime &&
         !has(Defect::accept_expired_token);
}

void EmbeddedRelay::refuse_token(ConnectionId from, TargetOutbox& out) {
  ++seen_.connections_refused;
  if (has(Defect::leave_hanging)) return out.push({from, Accept{}});
  if (has(Defect::fail_on_bad_token))
    return push_answer(out, from, refusal(500, "internal_error", "nobody has this token"));
  if (has(Defect::welcome_the_refused)) {
    out.push({from, Accept{}});
    out.push({from, Say{out.keep(R"({"from":"relay","type":"welcome","payload":{}})")}});
    return hang_up(out, from, kBadToken, "invalid token");
  }
  if (options_.bad_token == scenarios::RelayOptions::BadToken::refuse_401)
    return push_answer(out, from, refusal(401, "unauthorized", "a token from /register is needed"));
  out.push({from, Accept{}});
  hang_up(out, from, kBadToken, "invalid token");
}

// What was held back for the agent goes with its connection: nothing is replayed to the next one.
void EmbeddedRelay::forget(ConnectionId connection) {
  const auto agent = roster_.find_by_connection(connection);
  if (!agent) return;
  held_.release(*agent);
  silence_.end(*agent);
  const std::uint32_t place = roster_[*agent].place;
  roster_.disconnect(connection);
  note_leave(*agent, place);
}

void EmbeddedRelay::listen(Instant now, TargetOutbox& out) {
  silence_.check(
      now,
      [&](AgentNumber agent) {
        out.push({roster_[agent].connection, Probe{}});
      },
      [&](AgentNumber agent) {
        ++seen_.silent;
        const ConnectionId connection = roster_[agent].connection;
        forget(connection);
        hang_up(out, connection, kSilent, "nothing came for too long");
      });
}

void EmbeddedRelay::hang_up(TargetOutbox& out, ConnectionId to, std::uint16_t code,
                            std::string_view reason) {
  out.push({to, HangUp{code, out.keep(reason)}});
}

// Relays differ in where a welcome carries its fields, and so do clients: here it has them twice.
void EmbeddedRelay::welcome(Instant now, AgentNumber agent, TargetOutbox& out) {
  constexpr std::string_view kName = R"("relay":"gauntlet","version":"1.0")";
  constexpr std::string_view kFields =
      R"("relay":"gauntlet","version":"1.0","capabilities":["broadcast","direct","subscribe","ping"],"extensions":[])";
  const std::string_view fields = has(Defect::bare_welcome) ? kName : kFields;
  const std::string limits = limits_told();
  const std::string payload = '{' + std::string{fields} + limits + '}';
  const std::string_view me = roster_[agent].name;
  const std::string_view to = has(Defect::welcome_to_all) ? "*" : me;
  const auto from = out.mark();
  wire::append_arc_delivery(
      out.buffer(),
      {.id = next_message_id(),
       .from = has(Defect::welcome_as_agent) ? me : "relay",
       .to = std::span{&to, 1},
       .ts_ms = clock_.unix_ms(now) / (has(Defect::welcome_in_seconds) ? 1000 : 1),
       .type = "welcome"},
      payload);
  if (has(Defect::welcome_without_id)) {
    const std::size_t id = out.buffer().find(R"("id":)", from);
    out.buffer().erase(id, out.buffer().find(R"("from":)", id) - id);
  }
  out.buffer().pop_back();
  out.buffer().append(1, ',').append(fields).append(limits).append(1, '}');
  out.push({roster_[agent].connection, Say{out.since(from)}});
}

std::string EmbeddedRelay::limits_told() const {
  if (has(Defect::welcome_without_limits)) return {};
  const std::uint32_t rate = options_.messages_per_minute;
  return R"(,"limits":{"message_bytes_max":)" + std::to_string(options_.message_bytes_max) +
         R"(,"messages_per_minute":)" + (rate == 0 ? std::string{"null"} : std::to_string(rate)) +
         '}';
}

}  // namespace gauntlet::sim
