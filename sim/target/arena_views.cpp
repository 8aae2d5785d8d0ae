#include "sim/target/arena_views.hpp"

#include "sim/target/json_body.hpp"

namespace gauntlet::sim {
namespace {

using nlohmann::json;

template <class Value>
json or_null(const std::optional<Value>& value) {
  return value ? json(*value) : json(nullptr);
}

json moment(const std::optional<Instant>& moment, const WallClock& clock) {
  return moment ? json(clock.iso(*moment)) : json(nullptr);
}

std::string_view voting_status(const ArenaRound& round) { return round.ended ? "open" : "closed"; }

}  // namespace

json round_view(const ArenaSession& session, const ArenaRound& round, const WallClock& clock) {
  return {{"id", round.id},
          {"sessionId", session.id()},
          {"index", round.index},
          {"prompt", round.settings.prompt},
          {"maxTokens", round.settings.max_tokens},
          {"temperature", round.settings.temperature},
          {"deadlineMs", round.settings.deadline_ms},
          {"seed", or_null(round.settings.seed)},
          {"svgMode", round.settings.svg_mode},
          {"createdAt", clock.iso(round.created)},
          {"startedAt", moment(round.started, clock)},
          {"endedAt", moment(round.ended, clock)},
          {"votingStatus", voting_status(round)},
          {"revealedCount", 0}};
}

json participant_view(const Participant& participant, const WallClock& clock) {
  return {{"id", participant.id},
          {"participant_id", participant.id},
          {"nickname", participant.nickname},
          {"runner", participant.runner},
          {"model", participant.model},
          {"lastSeen", clock.iso(participant.registered)},
          {"connected", participant.connection.has_value()}};
}

json participants_view(const ArenaSession& session, const WallClock& clock, bool all) {
  auto list = json::array();
  for (const Participant& participant : session.participants())
    if (all || participant.connection) list.push_back(participant_view(participant, clock));
  return list;
}

json live_tokens_view(const ArenaSession& session, const ArenaRound& round) {
  auto tokens = json::object();
  for (std::size_t number = 0; number < round.generations.size(); ++number) {
    const TakenGeneration& generation = round.generations[number];
    if (!generation.answered()) continue;
    auto& list = tokens[session.participants()[number].id] = json::array();
    for (std::size_t seq = 0; seq < generation.token_ends.size(); ++seq)
      list.push_back(generation.token(seq));
  }
  return tokens;
}

json session_view(const ArenaSession& session, const WallClock& clock) {
  auto rounds = json::array();
  for (const ArenaRound& round : session.rounds())
    rounds.push_back(round_view(session, round, clock));
  return {{"id", session.id()},
          {"session_id", session.id()},
          {"status", "active"},
          {"createdAt", clock.iso(session.created())},
          {"created_at", clock.iso(session.created())},
          {"participants", participants_view(session, clock, true)},
          {"rounds", std::move(rounds)}};
}

json scoreboard_view(const ArenaRound& round, std::span<const ScoreRow> rows) {
  auto list = json::array();
  for (const ScoreRow& row : rows)
    list.push_back({{"participant_id", row.participant->id},
                    {"nickname", row.participant->nickname},
                    {"tokens", row.tokens},
                    {"latency_first_token_ms", or_null(row.latency_first_token_ms)},
                    {"duration_ms", or_null(row.duration_ms)},
                    {"tps_avg", row.tokens_per_s},
                    {"votes", row.votes},
                    {"avg_score", row.avg_score},
                    {"total_score", row.total_score},
                    {"generated_content", row.generation->content}});
  return {{"roundId", round.id},
          {"scoreboard", std::move(list)},
          {"svgMode", round.settings.svg_mode},
          {"votingStatus", voting_status(round)},
          {"revealedCount", 0}};
}

json metrics_view(const ArenaSession& session) {
  auto rounds = json::array();
  std::int64_t total_tokens = 0;
  for (const ArenaRound& round : session.rounds()) {
    std::int64_t tokens = 0;
    std::uint64_t answered = 0;
    std::uint64_t completed = 0;
    std::uint64_t failed = 0;
    for (const TakenGeneration& generation : round.generations) {
      tokens += generation.tokens();
      answered += generation.answered() ? 1 : 0;
      completed += generation.report ? 1 : 0;
      failed += generation.failed ? 1 : 0;
    }
    total_tokens += tokens;
    rounds.push_back({{"id", round.id},
                      {"index", round.index},
                      {"tokens", tokens},
                      {"participants", answered},
                      {"completed", completed},
                      {"failed", failed},
                      {"votes", round.votes.size()}});
  }
  return {{"session_id", session.id()},
          {"participants", session.participants().size()},
          {"connected", session.connected()},
          {"total_tokens", total_tokens},
          {"rounds", std::move(rounds)}};
}

std::string state_snapshot_text(const ArenaSession& session, const WallClock& clock) {
  json snapshot{
      {"type", "state_snapshot"},
      {"session",
       {{"id", session.id()}, {"createdAt", clock.iso(session.created())}, {"status", "active"}}},
      {"round", nullptr},
      {"participants", participants_view(session, clock, false)}};
  if (const ArenaRound* round = session.shown_round()) {
    snapshot["round"] = round_view(session, *round, clock);
    if (round->active()) snapshot["liveTokens"] = live_tokens_view(session, *round);
  }
  return dump(snapshot);
}

std::string round_state_text(const ArenaSession& session, const ArenaRound& round,
                             const WallClock& clock) {
  return dump({{"type", "round_state"}, {"round", round_view(session, round, clock)}});
}

std::string participant_registered_text(const Participant& participant, const WallClock& clock) {
  return dump({{"type", "participant_registered"},
               {"participant_id", participant.id},
               {"nickname", participant.nickname},
               {"participant", participant_view(participant, clock)}});
}

}  // namespace gauntlet::sim
