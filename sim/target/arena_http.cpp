// The arena's HTTP side: the operator's console, the audience's votes, everybody's numbers.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sim/target/arena.hpp"
#include "sim/target/arena_views.hpp"
#include "sim/target/json_body.hpp"
#include "sim/target/scoreboard.hpp"
#include "sim/target/spoilt_text.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kSeedMax = 9'000'000'000'000'000'000;
constexpr std::size_t kContentChars = 1200;  // of a scoreboard that cuts them
constexpr std::uint32_t kHealthPerMinute = 100;
constexpr std::size_t kEight = 8;
constexpr std::size_t kFewTokens = 3;
constexpr std::size_t kPeersMax = 10'000;  // whose requests are counted, before the idle are let go

HttpAnswer invalid(std::string_view problem) { return refusal(400, "invalid_request", problem); }
HttpAnswer no_round() { return refusal(404, "round_not_found", "there is no such round"); }

HttpAnswer json_answer(const nlohmann::json& body) { return {.body = dump(body)}; }

}  // namespace

struct EmbeddedArena::Route {
  std::string_view method;
  std::string_view path;
  HttpAnswer (EmbeddedArena::*answer)(const Request&);
  bool needs_session;
};

HttpAnswer EmbeddedArena::answer(const Request& request) {
  static constexpr std::array kRoutes{
      Route{"POST", "/session", &EmbeddedArena::post_session, false},
      Route{"GET", "/session", &EmbeddedArena::get_session, true},
      Route{"POST", "/rounds", &EmbeddedArena::post_round, true},
      Route{"POST", "/rounds/start", &EmbeddedArena::start_round, true},
      Route{"POST", "/rounds/stop", &EmbeddedArena::stop_round, true},
      Route{"GET", "/rounds/current", &EmbeddedArena::get_current_round, true},
      Route{"POST", "/votes", &EmbeddedArena::post_vote, true},
      Route{"GET", "/presence", &EmbeddedArena::get_presence, true},
      Route{"GET", "/scoreboard", &EmbeddedArena::get_scoreboard, true},
      Route{"GET", "/metrics", &EmbeddedArena::get_metrics, true},
      Route{"GET", "/export.csv", &EmbeddedArena::get_csv, true},
      Route{"GET", "/health", &EmbeddedArena::get_health, false},
  };
  const auto& [now, asked, out] = request;
  ++seen_.requests;
  if (!within_limit(now, asked.peer)) {
    ++seen_.requests_limited;
    return refusal(429, "rate_limited", "too many requests from this address in a minute");
  }
  bool known_path = false;
  for (const Route& route : kRoutes) {
    if (route.path != asked.path) continue;
    known_path = true;
    if (route.method != asked.method) continue;
    if (route.needs_session && !session_)
      return refusal(has(Defect::fail_without_session) ? 500 : 404, "No active session",
                     "create one with POST /session");
    return (this->*route.answer)(request);
  }
  if (asked.path == "/ws") return refusal(426, "upgrade_required", "this path speaks WebSocket");
  return known_path ? method_not_allowed() : not_found();
}

bool EmbeddedArena::within_limit(Instant now, std::string_view peer) {
  if (options_.requests_per_minute == 0) return true;
  if (requests_by_peer_.size() >= kPeersMax)
    std::erase_if(requests_by_peer_, [now](const auto& entry) { return entry.second.idle(now); });
  auto limit = requests_by_peer_.find(peer);
  if (limit == requests_by_peer_.end())
    limit = requests_by_peer_.emplace(std::string{peer}, MinuteLimit{}).first;
  return limit->second.allows(now, options_.requests_per_minute);
}

// ---- The operator.

HttpAnswer EmbeddedArena::post_session(const Request& request) {
  BodyReader body{request.asked.body};
  const auto pin_length = body.whole("pinLength", {.min = 4, .max = 32});
  if (!body.ok()) return invalid(body.problem());
  end_session(request.out);
  const std::uint32_t digits = pin_length && !has(Defect::ignore_pin_length)
                                   ? static_cast<std::uint32_t>(*pin_length)
                                   : options_.pin_length;
  const std::string pin = draw_pin(digits, pins_);
  session_.emplace(has(Defect::reuse_session_id) ? "session-of-all" : draw_id("session-"),
                   request.now, PinHash{pin, options_.pin_hash_rounds, pins_});
  note_session(pin);
  ++seen_.sessions;
  if (has(Defect::forget_screens_of_session)) observers_.clear();
  if (!observers_.empty())
    show(request.out.keep(state_snapshot_text(*session_, clock_)), request.out);
  nlohmann::json view{{"session_id", session_->id()},
                      {"pin", pin},
                      {"created_at", clock_.iso(session_->created())}};
  if (has(Defect::undated_session)) view.erase("created_at");
  return json_answer(view);
}

void EmbeddedArena::end_session(TargetOutbox& out) {
  if (!session_) return;
  const auto begin = out.mark();
  wire::append_arena_error(out.buffer(), "The session has ended: a new one was created.",
                           "SESSION_ENDED");
  const Slice farewell = out.since(begin);
  for (const Participant& participant : session_->participants()) {
    if (!participant.connection) continue;
    if (!has(Defect::silent_farewell)) out.push({*participant.connection, Say{farewell}});
    if (!has(Defect::keep_connections))
      hang_up(*participant.connection, 1000, "session ended", out);
    forget(*participant.connection);
  }
  if (const ArenaRound* round = session_->active_round(); round && has(Defect::keep_current_round))
    lapses_.past.last_round = dump(round_view(*session_, *round, clock_));
  if (has(Defect::csv_earlier_sessions)) {
    const std::string csv = to_csv(*session_, clock_);
    lapses_.past.lines += csv.substr(csv.find('\n') + 1);
  }
  forget_lapses();
  session_.reset();
}

HttpAnswer EmbeddedArena::post_round(const Request& request) {
  BodyReader body{terms_read(request.asked.body)};
  RoundSettings settings;
  settings.prompt = body.required_text("prompt");
  settings.max_tokens =
      body.whole("maxTokens", {.min = 1, .max = 1'000'000}).value_or(settings.max_tokens);
  settings.temperature =
      body.real("temperature", {.min = 0, .max = 10}).value_or(settings.temperature);
  settings.deadline_ms =
      body.whole("deadlineMs", {.min = has(Defect::any_deadline) ? -kDayMs : 1, .max = kDayMs})
          .value_or(settings.deadline_ms);
  settings.seed = body.whole("seed", {.min = -kSeedMax, .max = kSeedMax});
  settings.svg_mode = body.flag("svgMode").value_or(settings.svg_mode);
  if (!body.ok()) return invalid(body.problem());
  if (settings.svg_mode && has(Defect::refuse_svg_mode)) return invalid("svgMode is not known");
  if (has(Defect::zero_is_unset)) misread(settings);
  if (has(Defect::sticky_terms) || has(Defect::sticky_seeds)) take_over(settings);
  if (has(Defect::escape_prompts)) settings.prompt = with_all(settings.prompt, "<", "&lt;");
  if (has(Defect::end_at_prepare)) session_->stop_active(request.now);
  const ArenaRound& round =
      session_->add_round(draw_id("round-"), request.now, std::move(settings));
  if (has(Defect::challenge_early)) send_challenge(round, request.out);
  return json_answer(round_view(*session_, round, clock_));
}

HttpAnswer EmbeddedArena::start_round(const Request& request) {
  BodyReader body{request.asked.body};
  const std::string id = body.required_text("roundId");
  if (!body.ok()) return invalid(body.problem());
  ArenaRound* round = session_->find_round(id);
  if (round && has(Defect::start_latest_round))
    round = session_->find_round(session_->rounds().back().id);
  if (!round && has(Defect::start_nothing)) return json_answer({{"id", id}});
  if (!round) return no_round();
  if (round->started) return refusal(409, "round_already_started", "a round is started once");
  const ArenaRound* previous = session_->active_round();
  session_->start(*round, request.now);
  see_again();
  ++seen_.rounds_started;
  if (previous) show_round_state(*previous, request.out);
  send_challenge(*round, request.out);
  const nlohmann::json started{
      {"type", "round_started"},
      {"round", round->index},
      {"session_id",
       has(Defect::announce_first_session) ? lapses_.past.first_session : session_->id()}};
  if (!observers_.empty() && !(has(Defect::announce_first_round) && round->index > 1))
    show(request.out.keep(dump(started)), request.out);
  show_round_state(*round, request.out);
  return json_answer(round_view(*session_, *round, clock_));
}

HttpAnswer EmbeddedArena::stop_round(const Request& request) {
  BodyReader body{request.asked.body};
  const std::string id = body.required_text("roundId");
  if (!body.ok()) return invalid(body.problem());
  ArenaRound* round = session_->find_round(id);
  if (has(Defect::stop_any_round) && session_->active_round()) round = session_->active_round();
  if (!round) return no_round();
  if (!round->active()) return refusal(409, "round_not_active", "this round is not running");
  if (!round->answered() && has(Defect::stop_all_the_same)) session_->stop_active(request.now);
  if (!round->answered() && !has(Defect::stop_unanswered))
    return refusal(400, "no_answers", "nobody has answered this round yet");
  session_->stop_active(request.now);
  if (has(Defect::wipe_unfinished))
    for (TakenGeneration& generation : round->generations)
      if (!generation.report) generation = TakenGeneration{};
  for (const Participant& participant : session_->participants())
    if (participant.connection)
      acknowledge(Defect::announce_end, *participant.connection, "round_stopped", request.out);
  show_round_state(*round, request.out);
  return json_answer(round_view(*session_, *round, clock_));
}

Slice EmbeddedArena::write_challenge(const ArenaRound& round, TargetOutbox& out) const {
  wire::ArenaChallenge challenge{.session_id = session_->id(),
                                 .round = round.index,
                                 .prompt = round.settings.prompt,
                                 .max_tokens = round.settings.max_tokens,
                                 .temperature = round.settings.temperature,
                                 .deadline_ms = round.settings.deadline_ms,
                                 .seed = round.settings.seed};
  if (!options_.defects.none()) misstate(challenge);
  const auto begin = out.mark();
  wire::append_arena_challenge(out.buffer(), challenge);
  if (has(Defect::forget_deadline)) {
    const std::size_t at = out.buffer().rfind(R"("deadline_ms")");
    out.buffer().replace(at, std::string_view{R"("deadline_ms")"}.size(), R"("deadline")");
  }
  return out.since(begin);
}

// To those who are registered at this moment; who comes later gets nothing for this round.
void EmbeddedArena::send_challenge(const ArenaRound& round, TargetOutbox& out) {
  if (has(Defect::first_challenged_session) && lapses_.past.first_challenged.empty())
    lapses_.past.first_challenged = session_->id();
  const Slice challenge = write_challenge(round, out);
  if (has(Defect::challenge_screens)) show(challenge, out);
  std::size_t left = has(Defect::challenge_eight) ? kEight : session_->participants().size();
  for (const ConnectionId stranger : lapses_.strangers) out.push({stranger, Say{challenge}});
  for (const Participant& participant : session_->participants()) {
    if (!participant.connection || passes_over(participant)) continue;
    if (left-- == 0) break;
    ++seen_.challenges;
    out.push({*participant.connection, Say{challenge}});
    if (has(Defect::challenge_again) && has_returned(participant))
      out.push({*participant.connection, Say{challenge}});
  }
}

void EmbeddedArena::show_round_state(const ArenaRound& round, TargetOutbox& out) {
  if (!observers_.empty() && !has(Defect::hide_round_state))
    show(out.keep(round_state_text(*session_, round, clock_)), out);
}

// ---- The audience.

HttpAnswer EmbeddedArena::post_vote(const Request& request) {
  BodyReader body{vote_read(request.asked.body)};
  const std::string round_id = body.required_text("roundId");
  const std::string participant_id = body.required_text("participantId");
  const double widest = has(Defect::any_score) ? 1e6 : 0;
  const double best = has(Defect::score_below_five) ? 4 : 5;
  const double given = body.required_real("score", {.min = 0 - widest, .max = best + widest});
  const double score = has(Defect::whole_scores) ? std::trunc(given) : given;
  const auto named = body.text("voterId");
  std::string voter = named.value_or(std::string{request.asked.peer});
  if (!body.ok()) return invalid(body.problem());
  if (!named && has(Defect::demand_voter)) return invalid("voterId is missing");
  ArenaRound* round = session_->find_round(round_id);
  if (!round && has(Defect::vote_in_no_round)) return json_answer({{"score", score}});
  if (!round) return no_round();
  if (score == 0 && has(Defect::zero_is_no_score)) return invalid("score is missing");
  const auto participant = session_->find(participant_id);
  if (!participant && has(Defect::vote_for_nobody)) return json_answer({{"score", score}});
  if (!participant)
    return refusal(404, "participant_not_found", "there is no such participant in this session");
  if (!round->started) return refusal(400, "round_not_started", "there is nothing to vote on yet");
  if (has(Defect::votes_on_latest_alone) && round->ended && session_->active_round() != nullptr)
    return json_answer({{"score", score}});
  if (has(Defect::fold_voters)) voter = in_small_letters(voter);
  if (has(Defect::ballot_stuffing)) voter += '#' + std::to_string(round->votes.size());
  if (loses_vote(request.now, *participant)) return json_answer({{"score", score}});
  if (has(Defect::one_vote_each)) round->votes.clear();
  if (has(Defect::one_vote_per_round))
    std::erase_if(round->votes, [&](const auto& vote) { return vote.first.second == voter; });
  round->votes.insert_or_assign({*participant, voter}, score);
  if (has(Defect::vote_in_all_rounds))
    for (const ArenaRound& other : session_->rounds())
      session_->find_round(other.id)->votes.insert_or_assign({*participant, voter}, score);
  if (has(Defect::vote_on_current))
    if (ArenaRound* current = session_->active_round(); current && current != round) {
      round->votes.erase({*participant, voter});
      current->votes.insert_or_assign({*participant, voter}, score);
    }
  if (has(Defect::vote_for_all)) spread_vote(*round, voter, score);
  ++seen_.votes;
  return json_answer({{"roundId", round_id},
                      {"participantId", participant_id},
                      {"voterId", voter},
                      {"score", score}});
}

// ---- Numbers.

HttpAnswer EmbeddedArena::get_health(const Request& request) {
  if (has(Defect::unhealthy) || (has(Defect::unhealthy_without_session) && !session_))
    return refusal(503, "unhealthy", "something is wrong");
  if (has(Defect::limit_by_503) && !lapses_.health.allows(request.now, kHealthPerMinute))
    return refusal(503, "overloaded", "too many requests in a minute");
  return json_answer({{"status", "ok"}, {"timestamp", clock_.unix_ms(request.now)}});
}

HttpAnswer EmbeddedArena::get_session(const Request&) {
  auto view = session_view(*session_, clock_);
  if (has(Defect::show_pin)) view["pin"] = lapses_.past.pins.back();
  if (has(Defect::first_shown_session)) {
    if (lapses_.past.first_shown.empty()) lapses_.past.first_shown = session_->id();
    for (const char* key : {"id", "session_id"}) view[key] = lapses_.past.first_shown;
  }
  if (has(Defect::nameless_session))
    for (const char* key : {"id", "session_id"}) view.erase(key);
  return json_answer(view);
}

HttpAnswer EmbeddedArena::get_presence(const Request&) {
  const std::size_t connected =
      has(Defect::count_absent) ? session_->participants().size() : session_->connected();
  auto participants = participants_view(*session_, clock_, false);
  if (has(Defect::remember_participants))
    for (const std::string& id : lapses_.past.participants)
      participants.push_back({{"participant_id", id}});
  if (has(Defect::fold_present_ids))
    for (auto& participant : participants)
      for (const char* key : {"id", "participant_id"})
        participant[key] = in_small_letters(participant[key].get<std::string>());
  if (has(Defect::presence_without_ids))
    for (auto& participant : participants)
      for (const char* key : {"id", "participant_id"}) participant.erase(key);
  const std::size_t too_many = lapses_.replaced + (has(Defect::overcount_present) ? 1 : 0);
  return json_answer({{"sessionId", session_->id()},
                      {"connectedCount", connected + too_many},
                      {"participants", std::move(participants)}});
}

HttpAnswer EmbeddedArena::get_current_round(const Request&) {
  const ArenaRound* round = session_->active_round();
  if (!round && !lapses_.past.last_round.empty()) return {.body = lapses_.past.last_round};
  if (!round) return refusal(404, "No active round", "start one with POST /rounds/start");
  if (has(Defect::show_latest_round)) round = &session_->rounds().back();
  auto view = round_view(*session_, *round, clock_);
  if (has(Defect::hide_current_id)) view.erase("id");
  if (!has(Defect::hide_live_tokens)) view["liveTokens"] = live_tokens_view(*session_, *round);
  if (has(Defect::live_tokens_of_first))
    while (view["liveTokens"].size() > 1)
      view["liveTokens"].erase(std::prev(view["liveTokens"].end()));
  if (has(Defect::few_live_tokens))
    for (auto& tokens : view["liveTokens"])
      while (tokens.size() > kFewTokens) tokens.erase(0);
  return json_answer(view);
}

HttpAnswer EmbeddedArena::get_scoreboard(const Request& request) {
  const auto id = query_value(request.asked.query, "roundId");
  const ArenaRound* round = id ? session_->find_round(*id) : session_->latest_round();
  if (!round && has(Defect::latest_for_unknown)) round = session_->latest_round();
  if (!round) return no_round();
  std::vector<ScoreRow> rows = scoreboard(*session_, *round);
  if (!options_.defects.none()) misjudge(*round, rows);
  auto view = scoreboard_view(*round, rows);
  if (!options_.defects.none())
    for (auto& row : view["scoreboard"]) miscall(row);
  if (has(Defect::score_without_nickname))
    for (auto& row : view["scoreboard"]) row.erase("nickname");
  if (has(Defect::forget_nickname_of_absent))
    for (auto& row : view["scoreboard"])
      if (const auto number = session_->find(row["participant_id"].get<std::string>());
          !session_->participants()[*number].connection)
        row["nickname"] = row["participant_id"];
  if (has(Defect::score_without_content))
    for (auto& row : view["scoreboard"]) row.erase("generated_content");
  if (has(Defect::cut_content))
    for (auto& row : view["scoreboard"])
      row["generated_content"] =
          row["generated_content"].get<std::string>().substr(0, kContentChars);
  if (has(Defect::frozen_scoreboard))
    return {.body = lapses_.boards.try_emplace(round->id, dump(view)).first->second};
  return json_answer(view);
}

HttpAnswer EmbeddedArena::get_metrics(const Request&) {
  if (has(Defect::metrics_as_text)) return {.body = "all is well"};
  auto view = metrics_view(*session_);
  if (has(Defect::metrics_miscount)) view["total_tokens"] = view["rounds"].size();
  return json_answer(view);
}

HttpAnswer EmbeddedArena::get_csv(const Request& request) {
  const auto retouch = [this](std::vector<ScoreRow>& rows) { misexport(rows); };
  std::string csv = options_.defects.none()
                        ? to_csv(*session_, clock_)
                        : miswritten(to_csv(misdated(request.now), clock_, retouch));
  return {.body = std::move(csv), .type = ContentType::csv};
}

std::string EmbeddedArena::draw_id(std::string_view prefix) {
  constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string id{prefix};
  for (int i = 0; i < 12; ++i) id += kLetters[ids_.below(kLetters.size())];
  return id;
}

}  // namespace gauntlet::sim
