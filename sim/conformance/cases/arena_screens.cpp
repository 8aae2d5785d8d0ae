// ARENA-OBS and ARENA-BEAT: what the public screen is shown, and signs of life.
#include <fmt/format.h>

#include <array>

#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr Duration kBeatComes = std::chrono::seconds{45};
constexpr Duration kDeadPeerIsDropped = std::chrono::seconds{150};
constexpr Duration kDeadPeerIsWaitedFor = std::chrono::seconds{60};

Steps lets_a_screen_in_without_a_pin(Stage& stage) {
  const Socket screen = co_await opens(stage, "screen");
  screen.says(telao_register());
  co_await screen.hears("registered_telao or telao_registered",
                        of_type("registered_telao") || of_type("telao_registered"));
}

Steps shows_the_state_first(Stage& stage) {
  const Socket screen = co_await opens(stage, "screen");
  screen.says(telao_register());
  co_await screen.hears("state_snapshot", of_type("state_snapshot"));
}

Steps shows_who_is_there_already(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const Socket screen = co_await opens(stage, "screen");
  screen.says(telao_register());
  const Message state = co_await screen.hears("state_snapshot", of_type("state_snapshot"));
  stage.expect(state.text.find(ana.id()) != std::string::npos, "ana's id in it", said(state));
}

Steps shows_who_comes(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins(stage, "ana");
  const Pattern comes{[id = ana.id()](const Json& json) {
    return text_of(json, "type") == "participant_registered" &&
           json.dump().find(id) != std::string::npos;
  }};
  co_await screen.hears("participant_registered, with ana's id", comes);
}

Steps shows_who_comes_back(Stage& stage) {
  const Player first = co_await joins(stage, "ana");
  first.breaks_off();
  co_await stage.pause(std::chrono::milliseconds{50});  // for the arena to notice
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins_again(stage, "ana again", first);
  const Pattern comes{[id = ana.id()](const Json& json) {
    return text_of(json, "type") == "participant_registered" &&
           json.dump().find(id) != std::string::npos;
  }};
  co_await screen.hears("participant_registered, with ana's id", comes);
}

Steps shows_who_leaves(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins(stage, "ana");
  ana.closes();
  const Message seen = co_await screen.hears("participant_disconnected, with ana's id",
                                             of_type("participant_disconnected") && about(ana));
  if (!seen["ts"].is_number() && !seen["ts"].is_string())
    stage.deviates("no ts in participant_disconnected: " + said(seen));
}

// The end of a connection that was replaced is not the end of who has replaced it.
Steps shows_nobody_gone_who_is_there(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player first = co_await joins(stage, "ana");
  const Player ana = co_await joins_again(stage, "ana again", first);
  first.breaks_off();
  co_await ana.round_trip();
  co_await stage.pause(stage.waits().quiet);
  const auto is_about_ana = [id = ana.id()](const Json& json) {
    return json.dump().find(id) != std::string::npos;
  };
  const Pattern comes_or_goes =
      (of_type("participant_registered") || of_type("participant_disconnected")) &&
      Pattern{is_about_ana};
  const std::vector<Message> seen = screen.heard(comes_or_goes);
  stage.expect(seen.empty() || seen.back()["type"] != "participant_disconnected",
               "nothing of a participant that is still there as of one that is gone",
               screen.what_came());
}

Steps shows_who_leaves_twice(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins(stage, "ana");
  ana.closes();
  co_await screen.hears("participant_disconnected, with ana's id",
                        of_type("participant_disconnected") && about(ana));
  const Player again = co_await joins_again(stage, "ana again", ana);
  again.closes();
  co_await screen.hears("participant_disconnected once more",
                        of_type("participant_disconnected") && about(ana));
}

// Of a screen that was there before the round, and of one that came into it.
Steps shows_a_completion_to_all(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  const Socket late = co_await watches(stage, "late screen");
  scene.ana.streams(scene.round.index, 0, "one");
  scene.ana.completes(scene.round.index, 1);
  const std::array screens{scene.screen, late};
  for (const Socket& screen : screens)
    co_await screen.hears("ana's completion", of_type("completion") && about(scene.ana));
}

// The documents say no more of an id than that it is a string.
Steps shows_an_id_of_any_alphabet(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player zoe = co_await joins_if_it_may(stage, "zoe", stage.name("zoé-世界"));
  const Round round = co_await plays(stage);
  zoe.streams(round.index, 0, "word");
  co_await screen.hears("the token, under the participant's id", token_update(zoe, round.index, 0));
}

Steps takes_a_heartbeat_of_a_screen(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  screen.says(Json{{"type", "heartbeat"}});
  co_await screen.hears_nothing("an error in answer to a heartbeat", arena_error());
  co_await screen.round_trip();
}

Steps shows_who_breaks_off(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins(stage, "ana");
  ana.breaks_off();
  co_await screen.hears("participant_disconnected, with ana's id",
                        of_type("participant_disconnected") && about(ana));
}

// Of which session, is known where the case may begin one.
Steps shows_a_round_begin(Stage& stage) {
  std::string session;
  if (stage.premises().own_session) {
    const Reply begun = co_await begins_session(stage);
    session = text_of(begun.json, "session_id");
  }
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins(stage, "ana");
  const Round round = co_await plays(stage);
  const Message seen = co_await screen.hears(
      "round_started", of_type("round_started") && with("round", round.index));
  stage.expect(seen["session_id"].is_string(), "session_id: a string", said(seen));
  stage.expect(session.empty() || seen["session_id"] == session, "the id of this session",
               said(seen));
  ana.streams(round.index, 0, "one");  // so that the round can be stopped, where it must be
  ana.completes(round.index, 1);
  co_await ana.round_trip();
  const Round next = co_await plays(stage);
  co_await screen.hears("round_started of the next round",
                        of_type("round_started") && with("round", next.index));
}

Steps shows_the_state_of_a_round(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Round round = co_await plays(stage);
  const Pattern of_this_round{[id = round.id](const Json& json) {
    return text_of(json, "type") == "round_state" && text_of(field(json, "round"), "id") == id;
  }};
  co_await screen.hears(R"(round_state, with {"round": {"id": ...}})", of_this_round);
}

Steps shows_tokens(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "zero");
  scene.ana.streams(scene.round.index, 1, "one");
  const Message first =
      co_await scene.screen.hears("token 0", token_update(scene.ana, scene.round.index, 0));
  stage.expect(first["content"] == "zero", R"(content: "zero")", said(first));
  const Message second =
      co_await scene.screen.hears("token 1", token_update(scene.ana, scene.round.index, 1));
  stage.expect(same(second["total_tokens"], 2), "total_tokens: 2", said(second));
  stage.expect(second["content"] == "one", R"(content: "one")", said(second));
}

Steps counts_each_round_anew(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "zero");
  co_await scene.screen.hears("token 0", token_update(scene.ana, scene.round.index, 0));
  const Round next = co_await plays(stage);
  scene.ana.streams(next.index, 0, "zero");
  const Message seen = co_await scene.screen.hears("token 0 of the next round",
                                                   token_update(scene.ana, next.index, 0));
  stage.expect(same(seen["total_tokens"], 1), "total_tokens: 1", said(seen));
}

Steps counts_each_participant(Stage& stage) {
  const Player bia = co_await joins(stage, "bia");
  const Scene scene = co_await a_round(stage);
  for (int seq = 0; seq < 3; ++seq) bia.streams(scene.round.index, seq, "b");
  co_await scene.screen.hears("bia's token 2", token_update(bia, scene.round.index, 2));
  scene.ana.streams(scene.round.index, 0, "zero");
  const Message seen =
      co_await scene.screen.hears("ana's token 0", token_update(scene.ana, scene.round.index, 0));
  stage.expect(same(seen["total_tokens"], 1), "total_tokens: 1, ana's own", said(seen));
}

Steps shows_once_who_registers_twice(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.screen.says(telao_register());
  co_await scene.screen.may_hear(registered_telao(), stage.waits().quiet);
  const Pattern update = token_update(scene.ana, scene.round.index, 0);
  scene.ana.streams(scene.round.index, 0, "zero");
  co_await scene.screen.hears("token 0", update);
  co_await scene.screen.hears_nothing("token 0 again", update);
}

// An arena may send the screens of a session away with its participants.
Steps shows_the_next_session(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  if (!stage.premises().own_session) {
    stage.skip("the session is somebody else's");
    co_await stage.over();
  }
  co_await begins_session(stage);
  const std::optional<Ended> ended = co_await screen.may_be_closed(stage.waits().quiet);
  if (ended) {
    stage.note("screens are sent away with their session");
    co_return;
  }
  const Player ana = co_await joins(stage, "ana");
  const Round round = co_await plays(stage);
  co_await ana.hears("the challenge", challenge_of(round.index));
  ana.streams(round.index, 0, "zero");
  co_await screen.hears("token 0 of the next session", token_update(ana, round.index, 0));
}

Steps shows_no_token_of_who_has_left(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  const Player bia = co_await joins(stage, "bia");
  bia.breaks_off();
  co_await scene.screen.may_hear(of_type("participant_disconnected") && about(bia),
                                 stage.waits().quiet);
  scene.ana.streams(scene.round.index, 0, "zero");
  const Message seen = co_await scene.screen.hears("a token", of_type("token_update"));
  stage.expect(seen["participant_id"] == scene.ana.id(), "ana's id", said(seen));
}

Steps shows_all_to_two_screens(Stage& stage) {
  const Socket other = co_await watches(stage, "other screen");
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "zero");
  co_await scene.screen.hears("token 0", token_update(scene.ana, scene.round.index, 0));
  co_await other.hears("token 0", token_update(scene.ana, scene.round.index, 0));
}

Steps goes_on_when_a_screen_breaks_off(Stage& stage) {
  const Socket other = co_await watches(stage, "other screen");
  const Scene scene = co_await a_round(stage);
  other.breaks_off();
  scene.ana.streams(scene.round.index, 0, "zero");
  co_await scene.screen.hears("token 0", token_update(scene.ana, scene.round.index, 0));
}

Steps shows_a_late_screen_what_follows(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "zero");
  co_await scene.screen.hears("token 0", token_update(scene.ana, scene.round.index, 0));
  const Socket late = co_await watches(stage, "late screen");
  scene.ana.streams(scene.round.index, 1, "one");
  co_await late.hears("token 1", token_update(scene.ana, scene.round.index, 1));
}

Steps shows_nothing_again(Stage& stage) {
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "zero");
  co_await scene.screen.hears("token 0", token_update(scene.ana, scene.round.index, 0));
  const Socket late = co_await watches(stage, "late screen");
  const Pattern again = token_update(scene.ana, scene.round.index, 0);
  co_await scene.screen.hears_nothing("token 0 again, since another screen came", again);
  if (!late.heard(again).empty()) stage.deviates("a new screen is shown tokens from before");
}

Steps shows_no_pin(Stage& stage) {
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins(stage, "ana");
  co_await ana.round_trip();
  const std::string pin = '"' + stage.premises().pin + '"';
  for (const Message& seen : screen.heard(anything()))
    stage.expect(seen.text.find(pin) == std::string::npos, "the PIN is not shown", "it is");
}

// ---- Signs of life.

Steps takes_a_heartbeat(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  ana.says(R"({"type":"heartbeat"})");
  ana.says(R"({"type":"heartbeat","ts":1700000000000})");
  co_await ana.hears_nothing("an error for a heartbeat", arena_error());
  co_await ana.round_trip();
}

Steps takes_a_heartbeat_of_who_is_not_in(Stage& stage) {
  const Socket stranger = co_await opens(stage, "stranger");
  stranger.says(R"({"type":"heartbeat"})");
  co_await stranger.round_trip();
}

Steps answers_a_ping(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  co_await ana.round_trip();
}

Steps beats(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const std::size_t begun = ana.connection().events().size();
  const auto alive = [&] {
    const auto& events = ana.connection().events();
    for (std::size_t i = begun; i < events.size(); ++i)
      if (events[i].kind == Event::Kind::ping || text_of(events[i].json, "type") == "heartbeat")
        return true;
    return false;
  };
  const bool heard = co_await stage.until(alive, kBeatComes);
  stage.expect(heard, "a heartbeat or a ping within 45 s", ana.what_came());
}

Steps drops_a_dead_peer(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  ana.connection().answer_pings(false);
  const Instant since = stage.now();
  const std::optional<Ended> ended = co_await ana.may_be_closed(kDeadPeerIsDropped);
  stage.expect(ended.has_value(), "a client that answers no pings is dropped", said(ended));
  if (stage.now() - since < kDeadPeerIsWaitedFor)
    stage.deviates(fmt::format("dropped after {:.0f} s already", seconds(stage.now() - since)));
}

Steps keeps_a_quiet_peer(Stage& stage) {
  const Player ana = co_await joins(stage, "ana");
  const std::optional<Ended> ended = co_await ana.may_be_closed(kDeadPeerIsDropped);
  stage.expect(!ended, "a client that answers pings stays", said(ended));
}

constexpr std::string_view kScreen =
    R"(Arena, Observer: {"type":"telao_register"} without a PIN, answered by registered_telao)";
constexpr std::string_view kComing =
    "Arena, Observer: participant_registered, participant_disconnected {participant_id, ts}";
constexpr std::string_view kRound =
    "Arena, Observer: round_started {round, session_id}, round_state {round: {...}}";
constexpr std::string_view kToken =
    "Arena, Observer: token_update {participant_id, round, seq, content, total_tokens}";
constexpr std::string_view kBeat =
    "Arena, heartbeat: every 30 s, and WebSocket pings; who answers none is dropped in 90 to 120 s";

constexpr std::array kRows{
    Case{"ARENA-OBS-01", "lets a screen in without a PIN", kScreen, lets_a_screen_in_without_a_pin},
    Case{"ARENA-OBS-02", "shows a new screen the state", "Arena, Observer: then state_snapshot",
         shows_the_state_first, Level::should},
    Case{"ARENA-OBS-03", "shows a new screen who is there", "Arena, Observer: then state_snapshot",
         shows_who_is_there_already, Level::should},
    Case{"ARENA-OBS-04", "shows who comes", kComing, shows_who_comes},
    Case{"ARENA-OBS-05", "shows who leaves", kComing, shows_who_leaves, Level::should},
    Case{"ARENA-OBS-06", "shows whose connection breaks", kComing, shows_who_breaks_off,
         Level::should},
    of_a_round("ARENA-OBS-07", "shows that a round begins", kRound, shows_a_round_begin),
    of_a_round("ARENA-OBS-08", "shows the state of a round", kRound, shows_the_state_of_a_round,
               Level::should),
    of_a_round("ARENA-OBS-09", "shows each token, and how many there are", kToken, shows_tokens),
    of_a_round("ARENA-OBS-10", "shows two screens the same", kToken, shows_all_to_two_screens),
    of_a_round("ARENA-OBS-11", "goes on when a screen's connection breaks", kToken,
               goes_on_when_a_screen_breaks_off),
    Case{"ARENA-OBS-12", "shows no PIN", kScreen, shows_no_pin, Level::should},
    of_a_round("ARENA-OBS-13", "shows no token again when another screen comes", kToken,
               shows_nothing_again, Level::should),
    of_a_round("ARENA-OBS-14", "shows a late screen the tokens that follow", kToken,
               shows_a_late_screen_what_follows),
    of_a_round("ARENA-OBS-15", "shows no token as one of who has left", kToken,
               shows_no_token_of_who_has_left),
    of_a_round("ARENA-OBS-16", "counts the tokens of each round anew", kToken,
               counts_each_round_anew),
    of_a_round("ARENA-OBS-17", "counts the tokens of each participant by itself", kToken,
               counts_each_participant),
    of_a_round("ARENA-OBS-18", "shows each token once to a screen that registers twice", kToken,
               shows_once_who_registers_twice, Level::should),
    Case{"ARENA-OBS-19", "shows who comes back", kComing, shows_who_comes_back, Level::should},
    of_a_round("ARENA-OBS-20", "shows the next session to a screen that it keeps", kToken,
               shows_the_next_session, Level::should),
    of_a_round("ARENA-OBS-21", "shows each time that one leaves", kComing, shows_who_leaves_twice,
               Level::should),
    of_a_round("ARENA-OBS-22", "shows a completion to each screen, late ones too",
               "Arena, Observer: completion {participant_id, round, tokens, duration_ms, ...}",
               shows_a_completion_to_all),
    of_a_round("ARENA-OBS-23", "shows an id with letters beyond ASCII as it is", kToken,
               shows_an_id_of_any_alphabet, Level::should),
    of_a_round("ARENA-OBS-24", "shows nobody as gone who has replaced a connection",
               "Arena, register: a second connection replaces the first; Observer: "
               "participant_disconnected",
               shows_nobody_gone_who_is_there),
    Case{"ARENA-BEAT-01", "takes heartbeats, with and without ts", kBeat, takes_a_heartbeat},
    Case{"ARENA-BEAT-02", "survives a heartbeat of who has not registered", kBeat,
         takes_a_heartbeat_of_who_is_not_in, Level::should},
    Case{"ARENA-BEAT-03", "answers a WebSocket ping", kBeat, answers_a_ping},
    Case{.id = "ARENA-BEAT-04",
         .does = "gives signs of life every 30 s",
         .clause = kBeat,
         .script = beats,
         .level = Level::should,
         .slow = true},
    Case{.id = "ARENA-BEAT-05",
         .does = "drops a client that answers no pings",
         .clause = kBeat,
         .script = drops_a_dead_peer,
         .level = Level::should,
         .slow = true},
    Case{.id = "ARENA-BEAT-06",
         .does = "keeps a client that answers pings",
         .clause = kBeat,
         .script = keeps_a_quiet_peer,
         .level = Level::should,
         .slow = true},
    Case{"ARENA-BEAT-07", "takes a heartbeat of a screen", kBeat, takes_a_heartbeat_of_a_screen,
         Level::should, Manner::alone},
};

}  // namespace

Cases arena_screen_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
