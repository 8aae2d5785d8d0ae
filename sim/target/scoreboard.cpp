#include "sim/target/scoreboard.hpp"

#include <algorithm>

#include "sim/wire/json_text.hpp"

namespace gauntlet::sim {
namespace {

double milliseconds(Duration span) {
  return std::chrono::duration<double, std::milli>(span).count();
}

ScoreRow row_of(const ArenaRound& round, const Participant& participant,
                const TakenGeneration& generation) {
  ScoreRow row{.participant = &participant, .generation = &generation};
  row.tokens = generation.tokens();
  if (generation.report) {
    row.latency_first_token_ms = generation.report->latency_ms_first_token;
    row.duration_ms = generation.report->duration_ms;
  }
  if (!row.latency_first_token_ms && generation.first_token)
    row.latency_first_token_ms = milliseconds(*generation.first_token - *round.started);
  if (!row.duration_ms && generation.last_token)
    row.duration_ms = milliseconds(*generation.last_token - *round.started);
  if (row.duration_ms.value_or(0) > 0)
    row.tokens_per_s = static_cast<double>(row.tokens) * 1000 / *row.duration_ms;
  return row;
}

void add_votes(ScoreRow& row, const ArenaRound& round, ParticipantNumber participant) {
  const auto first = round.votes.lower_bound({participant, {}});
  for (auto vote = first; vote != round.votes.end() && vote->first.first == participant; ++vote) {
    ++row.votes;
    row.total_score += vote->second;
  }
  if (row.votes > 0) row.avg_score = row.total_score / static_cast<double>(row.votes);
}

void append_cell(std::string& csv, std::string_view text) {
  const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos;
  if (quoted) csv += '"';
  for (const char c : text) {
    if (c == '"') csv += '"';
    csv += c;
  }
  if (quoted) csv += '"';
}

void append_cell(std::string& csv, std::optional<double> number) {
  if (number) wire::append_json_number(csv, *number);
}

void append_line(std::string& csv, const ArenaRound& round, const ScoreRow& row,
                 const WallClock& clock) {
  csv += std::to_string(round.index) + ',';
  csv += clock.iso(*round.started) + ',';
  if (round.ended) csv += clock.iso(*round.ended);
  csv += ',';
  append_cell(csv, row.participant->id);
  csv += ',';
  append_cell(csv, row.participant->nickname);
  csv += ',' + std::to_string(row.tokens) + ',';
  append_cell(csv, row.latency_first_token_ms);
  csv += ',';
  append_cell(csv, row.duration_ms);
  csv += ',';
  append_cell(csv, row.tokens_per_s);
  csv += ',' + std::to_string(row.votes) + ',';
  append_cell(csv, row.avg_score);
  csv += ',';
  append_cell(csv, row.generation->content);
  csv += '\n';
}

}  // namespace

std::vector<ScoreRow> scoreboard(const ArenaSession& session, const ArenaRound& round) {
  std::vector<ScoreRow> rows;
  for (ParticipantNumber number = 0; number < round.generations.size(); ++number) {
    if (!round.generations[number].answered()) continue;
    rows.push_back(row_of(round, session.participants()[number], round.generations[number]));
    add_votes(rows.back(), round, number);
  }
  std::ranges::stable_sort(rows, std::greater{}, &ScoreRow::avg_score);
  return rows;
}

std::string to_csv(const ArenaSession& session, const WallClock& clock,
                   const std::function<void(std::vector<ScoreRow>&)>& retouch) {
  std::string csv =
      "round,round_started_at,round_ended_at,participant_id,nickname,tokens,"
      "latency_first_token_ms,duration_ms,tps_avg,votes,avg_score,generated_content\n";
  for (const ArenaRound& round : session.rounds()) {
    if (!round.started) continue;
    std::vector<ScoreRow> rows = scoreboard(session, round);
    if (retouch) retouch(rows);
    for (const ScoreRow& row : rows) append_line(csv, round, row, clock);
  }
  return csv;
}

}  // namespace gauntlet::sim
