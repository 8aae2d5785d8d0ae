// What an arena with defects does wrong with rounds: whom it challenges and with what, which tokens
// it takes, what it shows of them, and what it says came of it. Each is one rule of the arena,
// broken in one small way.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/target/arena.hpp"
#include "sim/target/json_body.hpp"
#include "sim/target/scoreboard.hpp"
#include "sim/target/spoilt_text.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::size_t kPromptChars = 4000;

constexpr std::int64_t kMaxTokens = 2048;
constexpr std::int64_t kDeadlineMs = 120'000;
constexpr std::int64_t kSeedBits = 0x7FFF'FFFF;
constexpr std::size_t kLongContentChars = 4000;
constexpr std::size_t kRows = 3;
constexpr std::size_t kManyRows = 10;
constexpr std::int64_t kWhile = 5;  // tokens
constexpr Duration kMoment = std::chrono::milliseconds{1};
constexpr std::size_t kExportChars = 1200;
constexpr std::size_t kNicknameColumn = 4;  // of the export

// Takes the quotes off cells of CSV.
std::string without_quotes(std::string_view csv,
                           bool (*off)(std::string_view content, std::size_t column)) {
  std::string bare;
  std::size_t column = 0;
  for (std::size_t at = 0; at < csv.size(); ++at) {
    if (csv[at] == '"') {
      std::size_t end = csv.find('"', at + 1);
      while (end + 1 < csv.size() && csv[end + 1] == '"') end = csv.find('"', end + 2);
      const std::string_view content = csv.substr(at + 1, end - at - 1);
      bare += off(content, column) ? content : csv.substr(at, end - at + 1);
      at = end;
      continue;
    }
    column = csv[at] == ',' ? column + 1 : csv[at] == '\n' ? 0 : column;
    bare += csv[at];
  }
  return bare;
}

// Question marks for letters that it does not have; UTF-8 all the same.
std::string in_latin_1(std::string_view text) {
  constexpr unsigned char kContinues = 0x80;
  constexpr unsigned char kBeyond = 0xC4;  // begins the letters from U+0100 on
  std::string latin;
  bool beyond = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool begins = (byte & 0xC0U) != kContinues;
    if (begins) beyond = byte >= kBeyond;
    if (!beyond)
      latin += c;
    else if (begins)
      latin += '?';
  }
  return latin;
}

}  // namespace

// ---- Challenges.

std::string EmbeddedArena::terms_read(std::string_view terms) const {
  auto body = options_.defects.none() ? std::nullopt : parse_object(terms);
  if (!body) return std::string{terms};
  if (has(Defect::default_bad_terms))
    for (const char* key : {"maxTokens", "temperature", "deadlineMs", "seed"})
      if (body->contains(key) && !(*body)[key].is_number()) body->erase(key);
  if (has(Defect::default_bad_temperature) && body->contains("temperature") &&
      !(*body)["temperature"].is_number())
    body->erase("temperature");
  if (has(Defect::prompt_optional) && !body->value("prompt", nlohmann::json{}).is_string())
    (*body)["prompt"] = "Say something";
  return dump(*body);
}

void EmbeddedArena::misread(RoundSettings& settings) const {
  if (settings.temperature == 0) settings.temperature = RoundSettings{}.temperature;
  if (settings.seed == 0) settings.seed.reset();
}

void EmbeddedArena::misstate(wire::ArenaChallenge& challenge) const {
  if (has(Defect::wrap_seeds) && challenge.seed) *challenge.seed &= kSeedBits;
  if (has(Defect::absolute_seeds) && challenge.seed) challenge.seed = std::abs(*challenge.seed);
  if (has(Defect::cap_deadline))
    challenge.deadline_ms = std::min(challenge.deadline_ms, kDeadlineMs);
  if (has(Defect::invent_seed) && !challenge.seed) challenge.seed = 1;
  if (has(Defect::first_session_id)) challenge.session_id = lapses_.past.first_session;
  if (has(Defect::first_challenged_session)) challenge.session_id = lapses_.past.first_challenged;
  if (has(Defect::latest_prompt)) challenge.prompt = session_->rounds().back().settings.prompt;
  if (has(Defect::trim_prompts)) challenge.prompt = without_blanks(challenge.prompt);
  if (has(Defect::cap_max_tokens))
    challenge.max_tokens = std::min(challenge.max_tokens, kMaxTokens);
  if (has(Defect::cap_temperature)) challenge.temperature = std::min(challenge.temperature, 1.0);
  if (has(Defect::cut_prompt)) challenge.prompt = challenge.prompt.substr(0, kPromptChars);
}

// What the operator has left out this time.
void EmbeddedArena::take_over(RoundSettings& settings) {
  const RoundSettings usual;
  RoundSettings& before = lapses_.terms;
  if (has(Defect::sticky_terms)) {
    if (settings.max_tokens == usual.max_tokens) settings.max_tokens = before.max_tokens;
    if (settings.temperature == usual.temperature) settings.temperature = before.temperature;
  }
  if (has(Defect::sticky_seeds) && !settings.seed) settings.seed = before.seed;
  before = settings;
}

bool EmbeddedArena::passes_over(const Participant& participant) const {
  if (has(Defect::pass_over_mistaken) &&
      std::ranges::find(lapses_.mistaken, *participant.connection) != lapses_.mistaken.end())
    return true;
  if (has(Defect::known_runners_alone))
    return participant.runner != "mock" && participant.runner != "ollama";
  const auto number = session_->find(participant.id);
  const auto lapses = lapses_.participants.find(*number);
  const std::uint32_t visits = lapses == lapses_.participants.end() ? 0 : lapses->second.visits;
  if (has(Defect::pass_over_returned) && visits > 1) return true;
  if (has(Defect::pass_over_third_visit) && visits > 2) return true;
  if (!has(Defect::exclude_failed)) return false;
  return std::ranges::any_of(session_->rounds(), [&](const ArenaRound& round) {
    return *number < round.generations.size() && round.generations[*number].failed;
  });
}

// A word that participants should not hear, by a defect of which it is all.
void EmbeddedArena::acknowledge(Defect defect, ConnectionId to, std::string_view type,
                                TargetOutbox& out) const {
  if (has(defect)) out.push({to, Say{out.keep(dump({{"type", type}}))}});
}

// ---- Tokens.

// Of a message that another participant sent than it names, or nobody who is known.
std::optional<ParticipantNumber> EmbeddedArena::another_author(
    const wire::ArenaMessage& message) const {
  const bool token = message.type == wire::ArenaType::token;
  const bool complete = message.type == wire::ArenaType::complete;
  const bool failure = message.type == wire::ArenaType::error;
  const bool wrong =
      (token && (has(Defect::token_for_another) || has(Defect::token_of_stranger))) ||
      (complete && has(Defect::complete_for_another)) || (failure && has(Defect::fail_for_another));
  return wrong && session_ ? session_->find(message.participant_id) : std::nullopt;
}

std::optional<double> EmbeddedArena::latency_read(const wire::ArenaMessage& message) const {
  if (has(Defect::zero_latency_is_none) && message.latency_ms_first_token == 0.0)
    return std::nullopt;
  return message.latency_ms_first_token;
}

// Another whose token came a moment ago, of those who have streamed for a while.
ParticipantNumber EmbeddedArena::mistaken_author(Instant now, ParticipantNumber number) {
  ArenaRound* round = session_->active_round();
  if (!round) return number;
  const auto streams = [&](ParticipantNumber who) {
    return round->generation_of(who).tokens() >= kWhile;
  };
  const auto other = std::ranges::find_if(lapses_.streamed, [&](const auto& each) {
    return each.first != number && now - each.second < kMoment && streams(each.first);
  });
  lapses_.streamed.insert_or_assign(number, now);
  return other != lapses_.streamed.end() && streams(number) ? other->first : number;
}

void EmbeddedArena::count_refused(const Socket& socket, const wire::ArenaMessage& message) {
  ArenaRound* round = session_ ? session_->active_round() : nullptr;
  if (!has(Defect::count_refused_tokens) || !round || !socket.participant || message.has_content)
    return;
  TakenGeneration& generation = round->generation_of(*socket.participant);
  if (generation.tokens() > 0)
    generation.token_ends.push_back(static_cast<std::uint32_t>(generation.content.size()));
}

bool EmbeddedArena::takes_wrongly(std::int64_t seq, const TakenGeneration& generation) const {
  return (has(Defect::accept_gaps) && seq == generation.tokens() + 1) ||
         (has(Defect::accept_repeats) && seq == generation.tokens() - 1);
}

void EmbeddedArena::replace_last(std::int64_t seq, std::string_view content,
                                 TakenGeneration& generation) const {
  if (!has(Defect::replace_repeats) || seq < 0 || seq + 1 != generation.tokens()) return;
  generation.content.resize(generation.content.size() -
                            generation.token(static_cast<std::size_t>(seq)).size());
  generation.content += content;
  generation.token_ends.back() = static_cast<std::uint32_t>(generation.content.size());
}

void EmbeddedArena::keep_early(ParticipantNumber number, std::int64_t seq, std::string_view content,
                               const TakenGeneration& generation) {
  if (has(Defect::keep_early_tokens) && seq == generation.tokens() + 1)
    lapses_.participants[number].early = {.seq = seq, .content = std::string{content}};
}

// Behind the one that it waited for.
void EmbeddedArena::take_early(Instant now, ConnectionId from, const Socket& socket,
                               wire::ArenaMessage message, TargetOutbox& out) {
  if (!has(Defect::keep_early_tokens) || !socket.participant) return;
  auto& early = lapses_.participants[*socket.participant].early;
  if (!early || early->seq != message.seq.value_or(0) + 1) return;
  const ArenaLapses::OfParticipant::Early kept = *std::exchange(early, std::nullopt);
  message.seq = kept.seq;
  message.content = kept.content;
  take_token(now, from, socket, message, out);
}

bool EmbeddedArena::has_failed_before(ParticipantNumber number, const ArenaRound& round) const {
  return has(Defect::failure_lasts) &&
         std::ranges::any_of(session_->rounds(), [&](const ArenaRound& other) {
           return other.index < round.index && number < other.generations.size() &&
                  other.generations[number].failed;
         });
}

bool EmbeddedArena::refuses_all(const ArenaRound& round) const {
  if (has(Defect::first_failure_ends_round) &&
      std::ranges::any_of(round.generations, &TakenGeneration::failed))
    return true;
  return has(Defect::first_completion_ends_round) &&
         std::ranges::any_of(round.generations,
                             [](const TakenGeneration& each) { return each.report.has_value(); });
}

std::int64_t EmbeddedArena::tokens_in_all_rounds(ParticipantNumber number) const {
  std::int64_t total = 0;
  for (const ArenaRound& round : session_->rounds())
    if (number < round.generations.size()) total += round.generations[number].tokens();
  return total;
}

std::int64_t EmbeddedArena::tokens_of_everybody(std::int64_t index) {
  std::int64_t total = 0;
  for (const TakenGeneration& generation : session_->round_with_index(index)->generations)
    total += generation.tokens();
  return total;
}

void EmbeddedArena::show_wrongly(ParticipantNumber number, ShownToken token, TargetOutbox& out) {
  ArenaLapses::OfParticipant& lapses = lapses_.participants[number];
  const bool fresh = std::exchange(lapses.fresh, false);
  if (has(Defect::hide_tenth_token) && token.seq == 9) return;
  if (has(Defect::hide_on_reconnect) && fresh) return;
  if (has(Defect::reuse_seq) && fresh && token.seq > 0) --token.seq;
  if (has(Defect::token_to_wrong_round) && lapses.visits > 1) ++token.round;
  if (has(Defect::mix_up_participants) && lapses_.left == number + 1)
    token.participant = *std::exchange(lapses_.left, std::nullopt);
  if (has(Defect::trim_tokens)) token.content = without_blanks(token.content);
  if (has(Defect::strip_line_ends)) token.content = lapses_.text = without_all(token.content, "\n");
  if (has(Defect::fold_tabs)) token.content = lapses_.text = with_all(token.content, "\t", " ");
  if (has(Defect::drop_unseen))
    token.content = lapses_.text = without_all(without_all(token.content, "\u200d"), "\ufeff");
  if (has(Defect::compose_accents))
    token.content = lapses_.text = with_all(token.content, "e\u0301", "\u00e9");
  if (has(Defect::escape_tokens))
    token.content = lapses_.text = with_all(token.content, "<", "&lt;");
  if (has(Defect::show_text_so_far))
    token.content = session_->round_with_index(token.round)->generation_of(number).content;
  if (has(Defect::miscount_tokens)) ++token.total;
  if (has(Defect::total_of_all_rounds)) token.total = tokens_in_all_rounds(number);
  if (has(Defect::total_of_everybody)) token.total = tokens_of_everybody(token.round);
  Slice update = write_update(token, out);
  if (has(Defect::fold_shown_ids)) {
    const std::string& id = session_->participants()[token.participant].id;
    update = out.keep(with_all(out.text(update), id, in_ascii(id, "?")));
  }
  if (has(Defect::hold_tenth_token) && token.seq == 9) {
    lapses.held = out.text(update);
    return;
  }
  if (has(Defect::latest_screen_only)) return out.push({observers_.back(), Say{update}});
  show(update, out);
  if (!lapses.held.empty()) show(out.keep(std::exchange(lapses.held, {})), out);
  if (has(Defect::repeat_to_newcomer)) lapses_.last = out.text(update);
}

// With what it lacks.
wire::ArenaMessage EmbeddedArena::completed(wire::ArenaMessage message) {
  if (has(Defect::content_optional)) message.has_content = true;
  if (has(Defect::tokens_optional)) message.tokens = message.tokens.value_or(0);
  if (has(Defect::duration_optional)) message.duration_ms = message.duration_ms.value_or(0);
  const ArenaRound* round = session_ ? session_->active_round() : nullptr;
  if (has(Defect::round_optional) && round && message.type == wire::ArenaType::token)
    message.round = message.round.value_or(round->index);
  return message;
}

TakenGeneration::Report EmbeddedArena::report_shown(
    const std::optional<TakenGeneration::Report>& before,
    const TakenGeneration::Report& report) const {
  return has(Defect::show_first_complete) && before ? *before : report;
}

// ---- What came of it.

std::string EmbeddedArena::vote_read(std::string_view vote) const {
  auto body = has(Defect::bad_score_is_zero) ? parse_object(vote) : std::nullopt;
  if (!body) return std::string{vote};
  if (!body->value("score", nlohmann::json{}).is_number()) (*body)["score"] = 0;
  return dump(*body);
}

void EmbeddedArena::note_repeat(ParticipantNumber number, const ArenaRound& round,
                                std::int64_t tokens) {
  if (has(Defect::add_repeats)) lapses_.participants[number].repeated[round.index] += tokens;
}

// One that comes while another is counted.
bool EmbeddedArena::loses_vote(Instant now, ParticipantNumber number) {
  if (!has(Defect::lose_vote_at_once)) return false;
  const auto [last, first] = lapses_.voted.try_emplace(number, now);
  const bool lost = !first && now - last->second < kMoment;
  last->second = now;
  return lost;
}

void EmbeddedArena::spread_vote(ArenaRound& round, const std::string& voter, double score) {
  for (ParticipantNumber number = 0; number < round.generations.size(); ++number)
    if (round.generations[number].answered()) round.votes.insert_or_assign({number, voter}, score);
}

// Of the votes that count, where not all do.
std::optional<double> EmbeddedArena::average_told(const ArenaRound& round,
                                                  ParticipantNumber number) const {
  if (!has(Defect::average_distinct) && !has(Defect::leave_out_zeros)) return std::nullopt;
  std::vector<double> scores;
  for (const auto& [vote, score] : round.votes) {
    if (vote.first != number || (has(Defect::leave_out_zeros) && score == 0)) continue;
    const bool known = std::ranges::find(scores, score) != scores.end();
    if (!known || !has(Defect::average_distinct)) scores.push_back(score);
  }
  if (scores.empty()) return std::nullopt;
  double sum = 0;
  for (const double score : scores) sum += score;
  return sum / static_cast<double>(scores.size());
}

std::string EmbeddedArena::content_told(std::string content) const {
  if (has(Defect::score_trims_content))
    while (!content.empty() && (content.back() == ' ' || content.back() == '\n'))
      content.pop_back();
  if (has(Defect::score_folds_lines)) return with_all(content, "\n", " ");
  if (has(Defect::score_escapes_content)) return with_all(content, "<", "&lt;");
  if (has(Defect::cut_long_content)) return content.substr(0, kLongContentChars);
  return content;
}

// A row of the scoreboard.
void EmbeddedArena::miscall(nlohmann::json& row) const {
  row["generated_content"] = content_told(row["generated_content"].get<std::string>());
  if (has(Defect::fold_nicknames))
    row["nickname"] = in_ascii(row["nickname"].get<std::string>(), "");
}

void EmbeddedArena::misjudge(const ArenaRound& round, std::vector<ScoreRow>& rows) const {
  if (has(Defect::top_three_alone) && rows.size() > kRows)
    rows.erase(rows.begin() + kRows, rows.end());
  if (has(Defect::top_ten_alone) && rows.size() > kManyRows)
    rows.erase(rows.begin() + kManyRows, rows.end());
  for (ScoreRow& row : rows) {
    row.avg_score =
        average_told(round, *session_->find(row.participant->id)).value_or(row.avg_score);
    if (has(Defect::scoreboard_off_by_one)) ++row.tokens;
    if (has(Defect::count_claims) && row.generation->report)
      row.tokens = row.generation->report->tokens;
    if (has(Defect::score_own_latency) && row.generation->first_token)
      row.latency_first_token_ms =
          std::chrono::duration<double, std::milli>(*row.generation->first_token - *round.started)
              .count();
    if (has(Defect::score_all_rounds)) {
      const auto number = session_->find(row.participant->id);
      row.tokens = 0;
      for (const ArenaRound& other : session_->rounds())
        if (*number < other.generations.size()) row.tokens += other.generations[*number].tokens();
    }
    if (has(Defect::score_per_ms)) row.tokens_per_s /= 1000;
    const auto lapses = lapses_.participants.find(*session_->find(row.participant->id));
    if (lapses == lapses_.participants.end()) continue;
    if (const auto again = lapses->second.repeated.find(round.index);
        again != lapses->second.repeated.end())
      row.tokens += again->second;
  }
  if (has(Defect::row_per_visit))
    for (std::size_t i = 0, count = rows.size(); i < count; ++i) {
      const auto lapses = lapses_.participants.find(*session_->find(rows[i].participant->id));
      if (lapses != lapses_.participants.end() && lapses->second.visits > 1)
        rows.push_back(ScoreRow{rows[i]});
    }
  if (has(Defect::scoreboard_forgets_absent))
    std::erase_if(rows, [](const ScoreRow& row) { return !row.participant->connection; });
}

void EmbeddedArena::misexport(std::vector<ScoreRow>& rows) const {
  for (ScoreRow& row : rows) {
    if (has(Defect::csv_miscounts)) --row.tokens;
    if (has(Defect::csv_without_votes)) row.votes = 0;
    if (has(Defect::csv_leaves_out_zeros) && row.latency_first_token_ms == 0.0)
      row.latency_first_token_ms.reset();
    if (has(Defect::csv_without_durations)) row.duration_ms.reset();
    if (has(Defect::csv_without_speeds)) row.tokens_per_s = 0;
    if (has(Defect::csv_whole_averages)) row.avg_score = std::floor(row.avg_score);
  }
}

std::string EmbeddedArena::exported(std::string content) const {
  if (has(Defect::csv_trims_content)) return std::string{without_blanks(content)};
  if (has(Defect::csv_folds_tabs)) return with_all(content, "\t", " ");
  if (has(Defect::csv_cuts_content)) return content.substr(0, kExportChars);
  if (has(Defect::csv_guards_formulas) && content.starts_with('=')) return '\'' + content;
  if (has(Defect::csv_folds_alphabets))
    for (char& letter : content)
      if (static_cast<unsigned char>(letter) > 0x7F) letter = '?';
  if (has(Defect::csv_latin_letters_alone)) return in_latin_1(content);
  return content;
}

// The session as it is exported.
ArenaSession EmbeddedArena::misdated(Instant now) const {
  ArenaSession told = *session_;
  for (const ArenaRound& round : session_->rounds()) {
    ArenaRound& other = *told.find_round(round.id);
    if (has(Defect::csv_without_ends)) other.ended.reset();
    if (has(Defect::csv_ends_at_start) && other.ended) other.ended = other.started;
    if (has(Defect::csv_ends_now) && other.ended) other.ended = now;
    if (has(Defect::csv_latest_round) && &round != &session_->rounds().back())
      other.started.reset();
    for (TakenGeneration& generation : other.generations)
      generation.content = exported(std::move(generation.content));
    if (has(Defect::csv_swaps_times) && round.ended) std::swap(other.started, other.ended);
  }
  return told;
}

std::string EmbeddedArena::miswritten(std::string csv) const {
  if (has(Defect::csv_earlier_sessions)) csv += lapses_.past.lines;
  if (has(Defect::csv_repeats_header)) csv += csv.substr(0, csv.find('\n') + 1);
  if (has(Defect::csv_without_header)) csv.erase(0, csv.find('\n') + 1);
  if (has(Defect::csv_unquoted)) std::erase(csv, '"');
  if (has(Defect::csv_bare_line_breaks))
    csv = without_quotes(csv, [](std::string_view content, std::size_t) {
      return content.find_first_of(",\"") == std::string_view::npos;
    });
  if (has(Defect::csv_bare_carriage_returns))
    csv = without_quotes(csv, [](std::string_view content, std::size_t) {
      return content.find_first_of(",\"\n") == std::string_view::npos;
    });
  if (has(Defect::csv_spells_nothing)) csv = with_all(csv, ",,", ",null,");
  if (has(Defect::csv_bare_nicknames))
    csv = without_quotes(
        csv, [](std::string_view, std::size_t column) { return column == kNicknameColumn; });
  return csv;
}

}  // namespace gauntlet::sim
