// An ARC relay inside the process: the real protocol, options for what relays differ in, and flaws
// on demand.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "scenarios/model/targets.hpp"
#include "scenarios/terms/defect.hpp"
#include "scenarios/terms/random.hpp"
#include "sim/machine/target.hpp"
#include "sim/target/flaws.hpp"
#include "sim/target/held_deliveries.hpp"
#include "sim/target/http_answer.hpp"
#include "sim/target/minute_limit.hpp"
#include "sim/target/relay_lapses.hpp"
#include "sim/target/roster.hpp"
#include "sim/target/service_queue.hpp"
#include "sim/target/silence_watch.hpp"
#include "sim/target/wall_clock.hpp"
#include "sim/wire/arc_messages.hpp"

namespace gauntlet::sim {

/// HTTP: POST /register, GET /stats, GET /health. WebSocket: /arc, with a bearer token or ?token=.
///
/// Where the protocol leaves a choice:
///   - An agent that lists its own id gets the message; ["*"] never includes the sender.
///   - Each agent gets a message once, however often `to` names it.
///   - Only exactly ["relay"] is a command. "relay" among others is an unknown recipient, and no
///     agent may be called so.
///   - A second connection of an agent replaces the first, which is closed with 4000.
///   - Anything that comes from an agent, WebSocket pings and pongs too, breaks its silence, and
///     does so when it comes rather than when it is served. An agent that is silent for too long is
///     closed with 4008.
///   - Fields that ARC does not define are passed on after those that it does.
class EmbeddedRelay final : public Target {
 public:
  /// What the relay itself saw, to hold clients against.
  struct Seen {
    std::uint64_t registered{0};
    std::uint64_t registrations_refused{0};
    std::uint64_t connected{0};            // times that an agent got in
    std::uint64_t connections_refused{0};  // a bad token, or one that has expired
    std::uint64_t connections_replaced{0};
    std::uint64_t silent{0};               // connections dropped because nothing came any more
    std::uint64_t messages{0};             // from agents, of any kind
    std::uint64_t routed{0};               // of these, passed on to whoever it may concern
    std::uint64_t commands{0};             // of these, carried out
    std::uint64_t errors{0};               // error messages sent
    std::uint64_t rate_limited{0};         // connections closed with 4029
    std::uint64_t deliveries{0};           // sent to agents, copies included
    std::uint64_t subscription_copies{0};  // decided on, before flaws
    std::uint64_t dropped{0};              // by flaw, and so on
    std::uint64_t duplicated{0};
    std::uint64_t reordered{0};              // held back and overtaken
    std::uint64_t reordered_same_sender{0};  // of these, by a message of the same sender
  };

  EmbeddedRelay(const scenarios::RelayOptions& options, Stream random, std::int64_t epoch_unix_ms);

  void handle(Instant now, ConnectionId from, const TargetInput& input, TargetOutbox& out) override;
  std::optional<Instant> next_deadline() const override;

  const Seen& seen() const { return seen_; }
  std::size_t agents_online() const { return roster_.online().size(); }

 private:
  // Who comes and goes: relay.cpp.
  void serve(Instant now, ConnectionId from, const TargetInput& input, TargetOutbox& out);
  void admit(Instant now, ConnectionId from, const Asked& asked, TargetOutbox& out);
  void refuse_token(ConnectionId from, TargetOutbox& out);
  bool has_expired(Instant now, AgentNumber agent) const;
  void forget(ConnectionId connection);
  void listen(Instant now, TargetOutbox& out);
  void welcome(Instant now, AgentNumber agent, TargetOutbox& out);
  std::string limits_told() const;
  static void hang_up(TargetOutbox& out, ConnectionId to, std::uint16_t code,
                      std::string_view reason);

  // What they say: relay_messages.cpp.
  void send_away(AgentNumber agent, std::string_view reason, TargetOutbox& out);
  void hear(Instant now, ConnectionId from, std::string_view text, TargetOutbox& out);
  void judge(Instant now, AgentNumber sender, std::string_view text, TargetOutbox& out);
  void refuse_text(Instant now, AgentNumber sender, std::string_view text, TargetOutbox& out);
  void route(Instant now, AgentNumber sender, const wire::ArcMessage& message,
             std::string_view text, TargetOutbox& out);
  Slice encode(Instant now, AgentNumber sender, const wire::ArcMessage& message,
               std::string_view text, TargetOutbox& out);
  void choose_receivers(AgentNumber sender, std::span<const std::string_view> to);
  void deliver(Instant now, AgentNumber sender, AgentNumber receiver, Slice text,
               TargetOutbox& out);
  void say(AgentNumber receiver, Slice text, TargetOutbox& out);
  void overtake(AgentNumber sender, AgentNumber receiver, TargetOutbox& out);

  // What it does wrong on purpose with who comes and goes: relay_defects.cpp.
  bool has(Defect defect) const { return options_.defects.has(defect); }
  static scenarios::RelayOptions mistuned(scenarios::RelayOptions options);
  bool takes_name(std::string_view name) const;
  bool is_taken(Instant now, std::string_view name);
  void disturb_owner(std::string_view name, TargetOutbox& out);
  AgentNumber add_unnamed();
  AgentNumber add_guest(Instant now);
  std::string token_given(AgentNumber agent) const;
  std::optional<AgentNumber> readmit(Instant now, std::string_view token);
  std::optional<AgentNumber> who_has(std::string_view token) const;
  bool loses_to(AgentNumber receiver, Slice text, TargetOutbox& out);
  bool holds_back(AgentNumber receiver, const wire::ArcMessage& message) const;
  bool doubles(AgentNumber sender, AgentNumber receiver, const wire::ArcMessage& message);
  bool copies_to_subscribers() const;
  void note_arrival(AgentNumber agent, std::optional<ConnectionId> replaced, TargetOutbox& out);
  void note_break(ConnectionId connection, std::uint16_t code);
  bool bars(AgentNumber agent);
  void note_leave(AgentNumber agent, std::uint32_t place);
  void note_error(AgentNumber agent);
  void note_subscriptions(AgentNumber agent);
  void note_unsubscribed(AgentNumber agent, const std::vector<std::string>& names);
  bool withholds_pong(AgentNumber agent);
  std::vector<std::string> subscriptions_told_to(AgentNumber agent) const;

  // And with messages: relay_misdeeds.cpp.
  bool overlooks(Instant now, AgentNumber sender);
  bool lets_pass(Instant now, AgentNumber sender, const wire::ArcMessage& message,
                 std::string_view text, TargetOutbox& out);
  void misjudge_receivers(Instant now, AgentNumber sender, const wire::ArcMessage& message,
                          TargetOutbox& out);
  bool refuses(Instant now, AgentNumber sender, const wire::ArcMessage& message,
               std::string_view text, TargetOutbox& out);
  void misjudge_followers(AgentNumber sender, const wire::ArcMessage& message);
  void misjudge_visitors(bool to_all);
  bool may_lack_payload(const wire::ArcMessage& message, std::string_view text) const;
  bool takes_for_command(const wire::ArcMessage& message) const;
  bool passes_on(const wire::ArcMessage& message) const;
  AgentNumber commander(AgentNumber sender, const wire::ArcMessage& message) const;
  bool strips(const wire::ArcMessage& message) const;
  void misread_names(const wire::ArcMessage& message);
  bool knows_all(const wire::ArcMessage& message) const;
  bool loses_from(AgentNumber sender, const wire::ArcMessage& message);
  std::string_view name_shown(AgentNumber sender, const wire::ArcMessage& message);
  void misstate(wire::ArcEnvelope& envelope, std::string_view& payload,
                const wire::ArcMessage& message, std::string_view text);
  void misstate_question(wire::ArcEnvelope& envelope, const wire::ArcMessage& message) const;
  void misstate_broadcast(wire::ArcEnvelope& envelope, const wire::ArcMessage& message) const;
  std::string id_on_this_connection(std::string_view sender);
  void misstate_ts(wire::ArcEnvelope& envelope, std::string_view text) const;
  std::string_view payload_shown(std::string_view payload);
  bool loses_members() const;
  std::string without_members(std::string_view payload) const;
  std::string_view string_shown(std::string_view payload);
  void keep(const wire::ArcMessage& message, Slice delivery, const TargetOutbox& out);

  // Commands to ["relay"]: relay_commands.cpp.
  void command(Instant now, AgentNumber agent, const wire::ArcMessage& message, TargetOutbox& out);
  void subscribe(Instant now, AgentNumber agent, const wire::ArcMessage& message,
                 TargetOutbox& out);
  void reply(Instant now, AgentNumber to, std::string_view type, std::string_view payload,
             std::string_view ref, TargetOutbox& out);
  void complain(Instant now, AgentNumber to, std::string_view code, std::string_view message,
                TargetOutbox& out);
  std::string_view next_message_id();

  // HTTP: relay_http.cpp.
  HttpAnswer answer(Instant now, const Asked& asked, TargetOutbox& out);
  HttpAnswer register_agent(Instant now, std::string_view body, TargetOutbox& out);
  HttpAnswer stats(Instant now) const;
  bool serves_http_on(std::uint8_t port) const;

  scenarios::RelayOptions options_;
  WallClock clock_;
  Roster roster_;
  ServiceQueue queue_;
  MinuteLimit registrations_;
  Flaws flaws_;
  HeldDeliveries held_;
  RelayLapses lapses_;
  SilenceWatch silence_;
  wire::ArcDecoder decoder_;
  Seen seen_;
  std::uint64_t message_ids_{0};
  std::uint32_t addressings_{0};        // marks the receivers of one message
  std::string id_text_;                 // scratch
  std::vector<AgentNumber> receivers_;  // scratch
};

}  // namespace gauntlet::sim
