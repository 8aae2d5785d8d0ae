// An LLM arena inside the process: sessions behind a PIN, rounds, token streams, public screens,
// votes.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scenarios/model/targets.hpp"
#include "scenarios/terms/defect.hpp"
#include "scenarios/terms/random.hpp"
#include "sim/machine/target.hpp"
#include "sim/target/arena_lapses.hpp"
#include "sim/target/arena_session.hpp"
#include "sim/target/http_answer.hpp"
#include "sim/target/minute_limit.hpp"
#include "sim/target/scoreboard.hpp"
#include "sim/target/service_queue.hpp"
#include "sim/target/wall_clock.hpp"
#include "sim/wire/arena_messages.hpp"

namespace gauntlet::sim {

/// WebSocket: /ws. HTTP: /session, /rounds, /rounds/start, /rounds/stop, /rounds/current, /votes,
/// /presence, /scoreboard, /metrics, /export.csv, /health.
///
/// Where the protocol leaves a choice:
///   - A new session closes the sockets of the old one's participants. Public screens stay, and are
///     told the new state.
///   - Starting a round ends the active one; a round is started once (409 after that).
///   - A round to which nobody sent a token or a complete cannot be stopped (400); it stays active.
///   - A complete is taken for any round that was started, tokens only in the active one.
///   - Votes are taken from a round's start on. Without a voterId the peer's address is the voter.
///   - A client's heartbeat is a sign of life and not answered; the arena sends its own.
///   - The deadline is the clients' business.
class EmbeddedArena final : public Target {
 public:
  /// What the arena itself saw, to hold clients against.
  struct Seen {
    std::uint64_t sessions{0};
    std::uint64_t registered{0};  // acknowledged, again after a reconnect too
    std::uint64_t registrations_refused{0};
    std::uint64_t replaced{0};   // connections, by a later one of the same participant
    std::uint64_t observers{0};  // times that a public screen registered
    std::uint64_t silent{0};     // connections dropped because no ping was answered
    std::uint64_t messages{0};   // on sockets, of any kind
    std::uint64_t malformed{0};  // of these, answered by "Invalid message format"
    std::uint64_t heartbeats{0};
    std::uint64_t rounds_started{0};
    std::uint64_t challenges{0};  // sent
    std::uint64_t tokens_accepted{0};
    std::uint64_t tokens_refused{0};  // not the next, not now, or not the sender's
    std::uint64_t tokens_dropped{0};  // by flaw
    std::uint64_t token_updates{0};   // sent
    std::uint64_t completes{0};       // repeats included
    std::uint64_t completes_refused{0};
    std::uint64_t failures{0};          // generations that a participant reported as failed
    std::uint64_t votes{0};             // taken
    std::uint64_t requests{0};          // HTTP, upgrades excepted
    std::uint64_t requests_limited{0};  // of these, answered by 429
  };

  EmbeddedArena(const scenarios::ArenaOptions& options, Stream random, std::int64_t epoch_unix_ms);

  void handle(Instant now, ConnectionId from, const TargetInput& input, TargetOutbox& out) override;
  std::optional<Instant> next_deadline() const override;

  const Seen& seen() const { return seen_; }
  std::size_t participants_online() const { return session_ ? session_->connected() : 0; }
  std::size_t observers_online() const { return observers_.size(); }

 private:
  struct Socket {
    Instant alive{};                               // when it was last heard of
    std::optional<ParticipantNumber> participant;  // of the current session
  };
  struct Beat {
    Instant due;
    ConnectionId to;
  };
  struct Request {
    Instant now;
    const Asked& asked;
    TargetOutbox& out;
  };
  struct Route;

  // Sockets: arena.cpp.
  void serve(Instant now, ConnectionId from, const TargetInput& input, TargetOutbox& out);
  void admit(Instant now, ConnectionId from, const Asked& asked, TargetOutbox& out);
  void leave(Instant now, ConnectionId from, std::uint16_t code, TargetOutbox& out);
  void show_departure(Instant now, const Participant& gone, TargetOutbox& out);
  void forget(ConnectionId connection);
  void beat(Instant now, TargetOutbox& out);
  void hang_up(ConnectionId to, std::uint16_t code, std::string_view reason, TargetOutbox& out);

  // Messages: arena_messages_in.cpp.
  void hear(Instant now, ConnectionId from, Socket& socket, std::string_view text,
            TargetOutbox& out);
  void enroll(Instant now, ConnectionId from, Socket& socket, const wire::ArenaMessage& message,
              TargetOutbox& out);
  void observe(ConnectionId from, TargetOutbox& out);
  void take_token(Instant now, ConnectionId from, const Socket& socket,
                  const wire::ArenaMessage& message, TargetOutbox& out);
  void take_complete(ConnectionId from, const Socket& socket, const wire::ArenaMessage& message,
                     TargetOutbox& out);
  bool closed_by_failure(ParticipantNumber number, ArenaRound& round) const;
  void take_failure(ConnectionId from, const Socket& socket, const wire::ArenaMessage& message,
                    TargetOutbox& out);
  std::optional<ParticipantNumber> author(ConnectionId from, const Socket& socket,
                                          const wire::ArenaMessage& message, TargetOutbox& out);
  void show_completion(ParticipantNumber number, const ArenaRound& round,
                       const TakenGeneration::Report& report, TargetOutbox& out);
  void complain(ConnectionId to, std::string_view message, TargetOutbox& out);
  void malformed(ConnectionId to, TargetOutbox& out);
  void show(Slice text, TargetOutbox& out);  // to every public screen

  struct ShownToken {
    ParticipantNumber participant;
    std::int64_t round;
    std::int64_t seq;
    std::string_view content;
    std::int64_t total;
  };
  Slice write_update(const ShownToken& token, TargetOutbox& out) const;
  void show_token(const ShownToken& token, TargetOutbox& out);

  // What it does wrong on purpose with who comes and goes: arena_defects.cpp.
  bool has(Defect defect) const { return options_.defects.has(defect); }
  static scenarios::ArenaOptions mistuned(scenarios::ArenaOptions options);
  bool lets_in(std::string_view pin) const;
  void note_session(const std::string& pin);
  void note_arrival(ConnectionId from, ParticipantNumber number, TargetOutbox& out);
  void note_leave(ParticipantNumber number);
  void refuse_text(Instant now, ConnectionId from, TargetOutbox& out);
  bool bars(const wire::ArenaMessage& registration) const;
  void send_away(Instant now, ConnectionId from, std::string_view reason, TargetOutbox& out);
  void note_stranger(ConnectionId connection);
  bool refuses_all(const ArenaRound& round) const;
  bool has_returned(const Participant& participant) const;
  bool hides_return(ParticipantNumber number);
  bool turns_away(ConnectionId screen);
  bool hides_leave(ParticipantNumber number);
  void see_again();
  void forget_lapses();
  void repeat_last(TargetOutbox& out);

  // And with rounds: arena_misdeeds.cpp.
  std::string terms_read(std::string_view terms) const;
  std::string vote_read(std::string_view vote) const;
  wire::ArenaMessage completed(wire::ArenaMessage message);
  void misread(RoundSettings& settings) const;
  void misstate(wire::ArenaChallenge& challenge) const;
  void take_over(RoundSettings& settings);
  bool passes_over(const Participant& participant) const;
  std::optional<ParticipantNumber> another_author(const wire::ArenaMessage& message) const;
  bool has_failed_before(ParticipantNumber number, const ArenaRound& round) const;
  std::optional<double> average_told(const ArenaRound& round, ParticipantNumber number) const;
  std::string content_told(std::string content) const;
  TakenGeneration::Report report_shown(const std::optional<TakenGeneration::Report>& before,
                                       const TakenGeneration::Report& report) const;
  void miscall(nlohmann::json& row) const;
  ParticipantNumber mistaken_author(Instant now, ParticipantNumber number);
  void count_refused(const Socket& socket, const wire::ArenaMessage& message);
  bool takes_wrongly(std::int64_t seq, const TakenGeneration& generation) const;
  std::optional<double> latency_read(const wire::ArenaMessage& message) const;
  std::int64_t tokens_in_all_rounds(ParticipantNumber number) const;
  std::int64_t tokens_of_everybody(std::int64_t index);
  std::string exported(std::string content) const;
  void replace_last(std::int64_t seq, std::string_view content, TakenGeneration& generation) const;
  void keep_early(ParticipantNumber number, std::int64_t seq, std::string_view content,
                  const TakenGeneration& generation);
  void take_early(Instant now, ConnectionId from, const Socket& socket, wire::ArenaMessage message,
                  TargetOutbox& out);
  void note_repeat(ParticipantNumber number, const ArenaRound& round, std::int64_t tokens);
  bool loses_vote(Instant now, ParticipantNumber number);
  static void spread_vote(ArenaRound& round, const std::string& voter, double score);
  void acknowledge(Defect defect, ConnectionId to, std::string_view type, TargetOutbox& out) const;
  void show_wrongly(ParticipantNumber number, ShownToken token, TargetOutbox& out);
  void misjudge(const ArenaRound& round, std::vector<ScoreRow>& rows) const;
  void misexport(std::vector<ScoreRow>& rows) const;
  ArenaSession misdated(Instant now) const;
  std::string miswritten(std::string csv) const;

  // HTTP: arena_http.cpp.
  HttpAnswer answer(const Request& request);
  bool within_limit(Instant now, std::string_view peer);
  HttpAnswer post_session(const Request& request);
  HttpAnswer post_round(const Request& request);
  HttpAnswer start_round(const Request& request);
  HttpAnswer stop_round(const Request& request);
  HttpAnswer post_vote(const Request& request);
  HttpAnswer get_health(const Request& request);
  HttpAnswer get_session(const Request& request);
  HttpAnswer get_presence(const Request& request);
  HttpAnswer get_current_round(const Request& request);
  HttpAnswer get_scoreboard(const Request& request);
  HttpAnswer get_metrics(const Request& request);
  HttpAnswer get_csv(const Request& request);
  void end_session(TargetOutbox& out);
  Slice write_challenge(const ArenaRound& round, TargetOutbox& out) const;
  void send_challenge(const ArenaRound& round, TargetOutbox& out);
  void show_round_state(const ArenaRound& round, TargetOutbox& out);
  std::string draw_id(std::string_view prefix);

  scenarios::ArenaOptions options_;
  WallClock clock_;
  Stream ids_;
  Stream pins_;
  ServiceQueue queue_;
  std::optional<ArenaSession> session_;
  std::unordered_map<ConnectionId, Socket> sockets_;  // looked up, never walked
  std::vector<ConnectionId> observers_;
  std::deque<Beat> beats_;  // in order of time, since all are equally far apart
  std::map<std::string, MinuteLimit, std::less<>> requests_by_peer_;
  std::uint64_t tokens_in_turn_{0};  // for the flaw
  ArenaLapses lapses_;
  wire::ArenaDecoder decoder_;
  Seen seen_;
};

}  // namespace gauntlet::sim
