#include "sim/conformance/cases/arena.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gauntlet::sim::conformance {
namespace {

// Registration can be slow on purpose: the PIN is hashed.
constexpr int kRegistrationPatience = 3;

Player player_of(const Socket& socket, std::string id) { return Player{socket, std::move(id)}; }

struct Admission {
  Player player;
  std::string refusal{};  // what came instead of an acknowledgement; empty: nothing did
};

Task<Admission> registers_as(Stage& stage, std::string who, std::string id) {
  const Socket socket = co_await opens(stage, who);
  socket.says(register_message(id, who, stage.premises().pin));
  const Pattern either = registered_ack() || arena_error();
  const std::optional<Message> ack =
      co_await socket.may_hear(either, kRegistrationPatience * stage.waits().answer);
  Admission admission{player_of(socket, std::move(id))};
  if (!ack || (*ack)["type"] == "error") admission.refusal = ack ? said(*ack) : socket.what_came();
  co_return admission;
}

bool is_of(const Json& row, std::string_view participant) {
  return text_of(row, "participant_id") == participant;
}

// The documents name the rows of a scoreboard, not what is around them: an array, or the first
// array that an object has.
const Json* rows_in(const Json& scoreboard) {
  if (scoreboard.is_array()) return &scoreboard;
  if (!scoreboard.is_object()) return nullptr;
  const auto rows = std::ranges::find_if(scoreboard, &Json::is_array);
  return rows == scoreboard.end() ? nullptr : &*rows;
}

}  // namespace

Task<Socket> opens(Stage& stage, std::string who) {
  Knock knock{.to = Endpoint::arena_socket, .who = who};
  const Upgrade upgrade = co_await stage.knocks(std::move(knock));
  if (!upgrade.accepted()) {
    stage.cannot_tell(fmt::format("{} does not get in: {}", who, said(upgrade.reply)));
    co_await stage.over();
  }
  co_return upgrade.socket;
}

// ---- What is said.

Json register_message(std::string_view id, std::string_view nickname, std::string_view pin) {
  return Json{{"type", "register"}, {"participant_id", id}, {"nickname", nickname},
              {"pin", pin},         {"runner", "mock"},     {"model", "none"}};
}

Json token(std::string_view id, std::int64_t round, std::int64_t seq, std::string_view content) {
  return Json{{"type", "token"},
              {"round", round},
              {"participant_id", id},
              {"seq", seq},
              {"content", content}};
}

Json complete(std::string_view id, std::int64_t round, std::int64_t tokens) {
  Json message{{"type", "complete"}, {"round", round},      {"participant_id", id},
               {"tokens", tokens},   {"duration_ms", 2000}, {"latency_ms_first_token", 150}};
  message["model_info"] = Json{{"name", "none"}, {"runner", "mock"}};
  return message;
}

Json telao_register() { return Json{{"type", "telao_register"}, {"view", "arena"}}; }

void Player::streams(std::int64_t round, std::int64_t seq, std::string_view content) const {
  says(token(id_, round, seq, content));
}

void Player::completes(std::int64_t round, std::int64_t tokens) const {
  says(complete(id_, round, tokens));
}

// ---- What is heard.

Pattern registered_ack() { return of_type("registered"); }
Pattern registered_telao() {
  return of_type("registered_telao") || of_type("telao_registered") || of_type("state_snapshot");
}
Pattern arena_error() { return of_type("error"); }
Pattern challenge_of(std::int64_t round) { return of_type("challenge") && with("round", round); }
Pattern about(const Player& player) { return with("participant_id", player.id()); }
Pattern token_update(const Player& player, std::int64_t round, std::int64_t seq) {
  return of_type("token_update") && about(player) && with("round", round) && with("seq", seq);
}

// ---- Who is there.

Task<Player> joins(Stage& stage, std::string who) {
  co_return co_await joins_as(stage, who, stage.name(who));
}

Task<Player> joins_as(Stage& stage, std::string who, std::string id) {
  const Admission admission = co_await registers_as(stage, who, std::move(id));
  if (!admission.refusal.empty()) {
    stage.cannot_tell(fmt::format("{} cannot register: {}", who, admission.refusal));
    co_await stage.over();
  }
  co_return admission.player;
}

Task<Player> joins_if_it_may(Stage& stage, std::string who, std::string id) {
  const Admission admission = co_await registers_as(stage, who, std::move(id));
  if (!admission.refusal.empty()) {
    stage.skip(fmt::format("{} may not register: {}", who, admission.refusal));
    co_await stage.over();
  }
  co_return admission.player;
}

Task<Player> joins_again(Stage& stage, std::string who, const Player& before) {
  const Admission admission = co_await registers_as(stage, who, before.id());
  if (!admission.refusal.empty()) {
    stage.fail("registered: the same participant, over another connection", admission.refusal);
    co_await stage.over();
  }
  co_return admission.player;
}

Task<Socket> watches(Stage& stage, std::string who) {
  const Socket screen = co_await opens(stage, who);
  screen.says(telao_register());
  const std::optional<Message> ack =
      co_await screen.may_hear(registered_telao(), stage.waits().answer);
  if (!ack) {
    stage.cannot_tell("there is no public screen to see it on: " + screen.what_came());
    co_await stage.over();
  }
  co_return screen;
}

// ---- The operator's side.

Task<Reply> gets(Stage& stage, std::string path) {
  co_return co_await stage.asks(Endpoint::arena_http, "GET", std::move(path));
}

Task<Reply> posts(Stage& stage, std::string path, Json body) {
  Reply reply = co_await stage.asks(Endpoint::arena_http, "POST", path, body.dump());
  stage.transcript().hide(text_of(reply.json, "pin"));
  if (path == "/session" && reply.ok())
    stage.premises().round_on.reset();  // it goes with its session
  co_return reply;
}

Task<Round> prepares(Stage& stage, Json terms) {
  const Reply reply = co_await posts(stage, "/rounds", std::move(terms));
  Round round{text_of(reply.json, "id"), 0};
  const bool counted = reply["index"].is_number_integer();
  if (counted) round.index = reply["index"].get<std::int64_t>();
  if (round.id.empty() || !counted) {
    stage.cannot_tell("there is no round to be had: " + said(reply));
    co_await stage.over();
  }
  co_return round;
}

Task<Round> prepares(Stage& stage) {
  Json terms{{"prompt", "A haiku about gauntlets"}};
  co_return co_await prepares(stage, std::move(terms));
}

Task<Reply> asks_to_start(Stage& stage, Round round) {
  Json body{{"roundId", round.id}};
  Reply reply = co_await posts(stage, "/rounds/start", std::move(body));
  if (reply.ok()) stage.premises().round_on = RoundOn{round.id, round.index};
  co_return reply;
}

Task<Reply> stops(Stage& stage, Round round) {
  Json body{{"roundId", round.id}};
  Reply reply = co_await posts(stage, "/rounds/stop", std::move(body));
  std::optional<RoundOn>& on = stage.premises().round_on;
  if (reply.ok() && on && on->id == round.id) on.reset();
  co_return reply;
}

namespace {

// False when it stays on. An arena does not stop what nobody has answered: somebody does.
Task<bool> stops_what_is_on(Stage& stage) {
  constexpr Duration kAgain = std::chrono::milliseconds{20};
  const RoundOn on = *stage.premises().round_on;
  const Round before{on.id, on.index};
  const Reply stopped = co_await stops(stage, before);
  if (stopped.ok()) co_return true;
  if (!stage.premises().answers) co_return false;
  stage.premises().answers(on);
  const Instant until = stage.now() + stage.waits().answer;
  while (stage.now() < until) {
    co_await stage.pause(kAgain);
    const Reply again = co_await stops(stage, before);
    if (again.ok()) co_return true;
  }
  stage.premises().answers = {};  // it is of no use, until the bystanders come anew
  co_return false;
}

}  // namespace

Task<Reply> starts(Stage& stage, Round round) {
  Reply reply = co_await asks_to_start(stage, round);
  const std::optional<RoundOn>& on = stage.premises().round_on;
  if (!refused(reply) || !on || on->id == round.id) co_return reply;
  stage.note("perhaps the arena takes no other round while one is on: that one is stopped");
  const bool stopped = co_await stops_what_is_on(stage);
  if (!stopped) co_return reply;
  Reply again = co_await asks_to_start(stage, round);
  if (again.ok()) stage.premises().one_round_at_a_time = true;
  co_return again;
}

Task<Round> plays(Stage& stage) {
  const Round round = co_await prepares(stage);
  const Reply reply = co_await starts(stage, round);
  if (!reply.ok()) {
    stage.cannot_tell("the round does not start: " + said(reply));
    co_await stage.over();
  }
  co_return round;
}

Task<Scene> a_round(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins(stage, "ana");
  const Round round = co_await plays(stage);
  co_await ana.hears("the challenge", challenge_of(round.index));
  co_return Scene{screen, ana, round};
}

Task<Scene> a_played_round(Stage& stage, std::vector<std::string> words) {
  const Scene scene = co_await a_round(stage);
  const auto count = static_cast<std::int64_t>(words.size());
  for (std::int64_t seq = 0; seq < count; ++seq)
    scene.ana.streams(scene.round.index, seq, words[static_cast<std::size_t>(seq)]);
  scene.ana.completes(scene.round.index, count);
  co_await scene.screen.hears("ana's completion", of_type("completion") && about(scene.ana));
  co_return scene;
}

Task<Scene> a_played_round(Stage& stage) {
  std::vector<std::string> words;
  words.emplace_back("one ");
  words.emplace_back("two ");
  words.emplace_back("three");
  co_return co_await a_played_round(stage, std::move(words));
}

Json vote_for(const Scene& scene, std::string_view voter, const Json& score) {
  return Json{{"roundId", scene.round.id},
              {"participantId", scene.ana.id()},
              {"voterId", voter},
              {"score", score}};
}

Task<Scene> a_round_to_vote_on(Stage& stage) {
  const Scene scene = co_await a_played_round(stage);
  co_await stops(stage, scene.round);
  co_return scene;
}

bool refused(const Reply& reply) { return reply.status >= 400; }

Steps hears_an_error(Stage& stage, Socket socket) {
  const std::optional<Message> error = co_await socket.may_hear(arena_error(), stage.waits().quiet);
  if (!socket.open())
    stage.fail("an error; the socket stays open", socket.what_came());
  else if (!error)
    stage.deviates("it is ignored without an error");
  else
    stage.expect((*error)["message"].is_string(), R"({"type": "error", "message": "..."})",
                 said(*error));
}

Task<std::vector<Json>> scoreboard_rows(Stage& stage, Round round, std::string participant) {
  const Reply reply = co_await gets(stage, "/scoreboard?roundId=" + round.id);
  stage.expect(reply.ok(), "HTTP 200 to /scoreboard", said(reply));
  const Json* const rows = rows_in(reply.json);
  if (rows == nullptr) {
    stage.cannot_tell("no rows of a scoreboard are to be found in " + said(reply));
    co_await stage.over();
  }
  std::vector<Json> his;
  for (const Json& row : *rows)
    if (is_of(row, participant)) his.push_back(row);
  co_return his;
}

Task<Json> scoreboard_row(Stage& stage, Round round, std::string participant) {
  const std::vector<Json> rows = co_await scoreboard_rows(stage, std::move(round), participant);
  if (rows.empty()) {
    stage.fail("a row of the scoreboard for " + participant, "none");
    co_await stage.over();
  }
  co_return rows.front();
}

Task<Reply> begins_session(Stage& stage) {
  Reply reply = co_await posts(stage, "/session", Json::object());
  const std::string pin = text_of(reply.json, "pin");
  if (pin.empty()) {
    stage.cannot_tell("there is no session to be had: " + said(reply));
    co_await stage.over();
  }
  stage.premises().pin = pin;
  co_return reply;
}

// ---- Bystanders.

namespace {

// Nobody can end a session without beginning another, so that the first moment is the only one.
Steps looks_before_the_first_session(Stage& stage) {
  const Reply reply = co_await gets(stage, "/session");
  const bool shown = reply.ok() && !reply.json.empty();
  if (shown) co_return;
  const Socket early = co_await opens(stage, "too early");
  early.says(register_message(stage.name("too-early"), "too early", "000000"));
  const Pattern either = registered_ack() || arena_error();
  WithoutSession found{.asked = reply};
  found.health = co_await gets(stage, "/health");
  found.registered = co_await early.may_hear(either, stage.waits().answer);
  found.stayed_open = early.open();
  stage.premises().without_session = std::move(found);
}

}  // namespace

Steps ArenaBystanders::arrive(Stage& stage) {
  player_.reset();
  screen_.reset();
  stage.premises().answers = [this](const RoundOn& round) { answer(round); };
  if (stage.premises().own_session && !std::exchange(looked_, true))
    co_await looks_before_the_first_session(stage);
  if (stage.premises().own_session) co_await begins_session(stage);
  const Socket screen = co_await watches(stage, "bystander's screen");
  const Player player = co_await joins(stage, "bystander");
  screen_ = screen;
  player_ = player;
  pin_ = stage.premises().pin;
}

// A case may have begun another session, which sends participants away, and with some arenas the
// screens as well: that harms nobody, and the bystanders join the new one.
Steps ArenaBystanders::carry_on(Stage& stage) {
  if (!player_ || !screen_) {
    stage.cannot_tell("there were no bystanders");
    co_return;
  }
  if (pin_ != stage.premises().pin) {
    player_ = co_await joins(stage, stage.numbered("bystander-again"));
    if (!screen_->open()) screen_ = co_await watches(stage, "bystander's screen again");
    pin_ = stage.premises().pin;
  }
  co_await player_->round_trip();
  co_await screen_->round_trip();
}

void ArenaBystanders::answer(const RoundOn& round) const {
  if (!player_ || !player_->open()) return;
  player_->streams(round.index, 0, "over");
  player_->completes(round.index, 1);
}

Steps ArenaBystanders::welcome_newcomer(Stage& stage) {
  const Player newcomer = co_await joins(stage, "newcomer");
  co_await newcomer.round_trip();
}

}  // namespace gauntlet::sim::conformance
