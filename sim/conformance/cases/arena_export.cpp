// ARENA-METRICS: what an arena says of all rounds together, and whether its export is what the
// clients sent.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"
#include "sim/conformance/csv.hpp"
#include "sim/conformance/moment.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr std::string_view kHeader =
    "round,round_started_at,round_ended_at,participant_id,nickname,tokens,latency_first_token_ms,"
    "duration_ms,tps_avg,votes,avg_score,generated_content";

// ---- Metrics.

Steps gives_metrics(Stage& stage) {
  co_await a_played_round(stage);
  const Reply reply = co_await gets(stage, "/metrics");
  stage.expect(reply.ok(), "HTTP 200", said(reply));
  stage.expect(reply.json.is_object() || reply.json.is_array(), "JSON", said(reply));
}

// The documents do not say what metrics there are: only what is named so is held against it.
Task<std::int64_t> tokens_in_metrics(Stage& stage) {
  const Reply reply = co_await gets(stage, "/metrics");
  if (!reply["total_tokens"].is_number_integer()) {
    stage.skip("the metrics have no total_tokens");
    co_await stage.over();
  }
  co_return reply["total_tokens"].get<std::int64_t>();
}

Steps counts_tokens_in_metrics(Stage& stage) {
  const std::int64_t before = co_await tokens_in_metrics(stage);
  co_await a_played_round(stage);
  const std::int64_t after = co_await tokens_in_metrics(stage);
  if (after - before != 3)
    stage.deviates(
        fmt::format("total_tokens has grown by {}, not by the 3 that were sent", after - before));
}

Steps is_healthy(Stage& stage) {
  const Reply reply = co_await gets(stage, "/health");
  stage.expect(reply.ok(), "HTTP 200", said(reply));
}

// See ARENA-SESSION-13.
Steps is_healthy_without_a_session(Stage& stage) {
  const std::optional<WithoutSession>& found = stage.premises().without_session;
  if (!found) {
    stage.skip("there was a session already: this is asked of an arena that has just started");
    co_await stage.over();
  }
  stage.note("GET /health, before the first session: " + said(found->health));
  stage.expect(found->health.ok(), "HTTP 200 before the first session", said(found->health));
}

// ---- CSV.

Task<Csv> csv_of(Stage& stage) {
  const Reply reply = co_await gets(stage, "/export.csv");
  stage.expect(reply.ok(), "HTTP 200", said(reply));
  co_return parse_csv(reply.body);
}

// An export has all rounds of a session, and what cases before may have broken in them: where there
// may be another session, there is one.
Steps begins_afresh(Stage& stage) {
  if (stage.premises().own_session) co_await begins_session(stage);
}

Steps gives_the_header(Stage& stage) {
  co_await begins_afresh(stage);
  co_await a_played_round(stage);
  const Reply reply = co_await gets(stage, "/export.csv");
  stage.expect(reply.ok(), "HTTP 200", said(reply));
  const Csv csv = parse_csv(reply.body);
  stage.expect(csv.header() == kHeader, std::string{kHeader}, csv.header());
  if (reply.body.starts_with(kByteOrderMark)) stage.deviates("a byte order mark ahead of it");
}

// The line of a participant in a round; without it, the case has failed.
Task<Csv::Line> line_of(Stage& stage, Scene scene) {
  const Csv csv = co_await csv_of(stage);
  const auto line =
      csv.find({{"participant_id", scene.ana.id()}, {"round", std::to_string(scene.round.index)}});
  if (!line) {
    stage.fail("a line for ana in this round", fmt::format("{} lines without one", csv.lines()));
    co_await stage.over();
  }
  co_return *line;
}

Steps agrees_with_what_was_sent(Stage& stage) {
  co_await begins_afresh(stage);
  const Scene scene = co_await a_played_round(stage);
  const Csv::Line line = co_await line_of(stage, scene);
  stage.expect(line.at("tokens") == "3", "tokens: 3", line.at("tokens"));
  stage.expect(line.at("generated_content") == "one two three", "one two three",
               line.at("generated_content"));
}

// The line of a round in which ana has said no more than `text`.
Task<Csv::Line> line_that_says(Stage& stage, std::string text) {
  co_await begins_afresh(stage);
  std::vector<std::string> words;
  words.push_back(std::move(text));
  const Scene scene = co_await a_played_round(stage, std::move(words));
  co_return co_await line_of(stage, scene);
}

std::string without_line_ends(std::string_view text) {
  std::string letters;
  std::ranges::copy_if(text, std::back_inserter(letters),
                       [](char c) { return c != '\r' && c != '\n' && c != ' '; });
  return letters;
}

// A table may be without line ends within its cells; of letters, all must be there.
void exports_to_the_letter(Stage& stage, const std::string& got, std::string_view wanted) {
  stage.expect(without_line_ends(got) == without_line_ends(wanted), in_words(wanted),
               in_words(got));
  if (got != wanted) stage.deviates("the content is not exported to the letter: " + in_words(got));
}

Steps quotes_what_must_be_quoted(Stage& stage) {
  const std::string text = "a, \"b\"\nc; é";
  const Csv::Line line = co_await line_that_says(stage, text);
  const std::string got = line.at("generated_content");
  stage.expect(got == text || line.cells() == 12, "a comma, quotes and a line end within one cell",
               fmt::format("{} cells", line.cells()));
  exports_to_the_letter(stage, got, text);
}

Steps quotes_a_line_break(Stage& stage) {
  const std::string text = "one\ntwo";
  const Csv::Line line = co_await line_that_says(stage, text);
  const std::string got = line.at("generated_content");
  stage.expect(got != "one", "a line break within one cell", "a line that ends at it");
  exports_to_the_letter(stage, got, text);
}

// Not every writer of CSV takes it for a line break, though many a reader does.
Steps quotes_a_carriage_return(Stage& stage) {
  const std::string text = "one\rtwo";
  const Csv::Line line = co_await line_that_says(stage, text);
  exports_to_the_letter(stage, line.at("generated_content"), text);
}

Steps exports_letters_of_any_alphabet(Stage& stage) {
  const std::string text = "Ще 世界 😀";
  const Csv::Line line = co_await line_that_says(stage, text);
  exports_to_the_letter(stage, line.at("generated_content"), text);
}

// How a cell is written in which there is nothing, the documents do not say. A word is none of the
// numbers and times that these columns have.
Steps leaves_empty_what_there_is_not(Stage& stage) {
  constexpr std::array kColumns{"round_ended_at", "latency_first_token_ms", "duration_ms",
                                "tps_avg", "avg_score"};
  constexpr std::array kWords{"null", "None", "undefined", "NaN", "nil"};
  co_await begins_afresh(stage);
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "one");
  co_await scene.ana.round_trip();
  const Csv csv = co_await csv_of(stage);
  const auto line = csv.find({{"participant_id", scene.ana.id()}});
  if (!line) {
    stage.skip("there is no line of who has not completed");
    co_await stage.over();
  }
  for (const char* column : kColumns) {
    const std::string cell = line->at(column);
    if (std::ranges::find(kWords, cell) != kWords.end())
      stage.deviates(fmt::format("{} of a round that is on: the word {}", column, cell));
  }
}

Steps exports_a_long_text(Stage& stage) {
  const std::string text(1600, 'w');
  const Csv::Line line = co_await line_that_says(stage, text);
  const std::string got = line.at("generated_content");
  stage.expect(got == text, "all of 1600 characters", fmt::format("{} characters", got.size()));
}

// Some put a sign ahead of what a spreadsheet takes for a formula: a safe thing, but not what was
// said.
Steps exports_what_looks_like_a_formula(Stage& stage) {
  const std::string text = "=1+1";
  const Csv::Line line = co_await line_that_says(stage, text);
  const std::string got = line.at("generated_content");
  stage.expect(got.ends_with(text), text, in_words(got));
  if (got != text) stage.deviates("the content is not exported to the letter: " + in_words(got));
}

Steps exports_each_round(Stage& stage) {
  co_await begins_afresh(stage);
  const Scene scene = co_await a_played_round(stage);
  const Round next = co_await plays(stage);
  co_await scene.ana.hears("the challenge", challenge_of(next.index));
  scene.ana.streams(next.index, 0, "four");
  scene.ana.completes(next.index, 1);
  co_await scene.screen.hears(
      "ana's completion", of_type("completion") && about(scene.ana) && with("round", next.index));
  const Scene later{scene.screen, scene.ana, next};
  const Csv::Line first = co_await line_of(stage, scene);
  const Csv::Line second = co_await line_of(stage, later);
  stage.expect(first.at("tokens") == "3", "tokens of the first round: 3", first.at("tokens"));
  stage.expect(second.at("tokens") == "1", "tokens of the second round: 1", second.at("tokens"));
}

Steps quotes_a_nickname(Stage& stage) {
  co_await begins_afresh(stage);
  const Socket screen = co_await watches(stage, "screen");
  const Player ana = co_await joins_as(stage, "ana, bia", stage.name("ana"));
  const Round round = co_await plays(stage);
  const Scene scene{screen, ana, round};
  ana.streams(round.index, 0, "one");
  ana.completes(round.index, 1);
  co_await screen.hears("ana's completion", of_type("completion") && about(ana));
  const Csv::Line line = co_await line_of(stage, scene);
  stage.expect(line.cells() == 12, "a comma within one cell",
               fmt::format("{} cells", line.cells()));
  if (line.at("nickname") != "ana, bia")
    stage.deviates("the nickname is not exported to the letter: " + in_words(line.at("nickname")));
}

Steps exports_votes(Stage& stage) {
  co_await begins_afresh(stage);
  const Scene scene = co_await a_round_to_vote_on(stage);
  const Json vote = vote_for(scene, stage.name("v1"), 4);
  co_await posts(stage, "/votes", vote);
  const Csv::Line line = co_await line_of(stage, scene);
  stage.expect(line.at("votes") == "1", "votes: 1", line.at("votes"));
  stage.expect(std::atof(line.at("avg_score").c_str()) == 4, "avg_score: 4", line.at("avg_score"));
}

// What the scoreboard says: whether that is right is another case's business.
Steps exports_averages(Stage& stage) {
  co_await begins_afresh(stage);
  const Scene scene = co_await a_round_to_vote_on(stage);
  const Json first = vote_for(scene, stage.name("v1"), 4);
  const Json second = vote_for(scene, stage.name("v2"), 3);
  co_await posts(stage, "/votes", first);
  co_await posts(stage, "/votes", second);
  const Json row = co_await scoreboard_row(stage, scene.round, scene.ana.id());
  const Json& average = field(row, "avg_score");
  const Csv::Line line = co_await line_of(stage, scene);
  const std::string got = line.at("avg_score");
  stage.expect(
      average.is_number() && std::abs(std::atof(got.c_str()) - average.get<double>()) < 0.01,
      "avg_score as the scoreboard has it: " + said(average), got);
}

// So that what comes behind it is later, even where times are in whole seconds.
constexpr Duration kLonger = std::chrono::milliseconds{1100};

// The line of a round that is over, and took a while.
Task<Csv::Line> line_of_a_stopped_round(Stage& stage) {
  co_await begins_afresh(stage);
  const Scene scene = co_await a_played_round(stage);
  co_await stage.pause(kLonger);
  const Reply reply = co_await stops(stage, scene.round);
  if (!reply.ok()) {
    stage.cannot_tell("the round does not stop: " + said(reply));
    co_await stage.over();
  }
  co_return co_await line_of(stage, scene);
}

// How a time is written, the documents do not say.
Steps exports_times(Stage& stage) {
  const Csv::Line line = co_await line_of_a_stopped_round(stage);
  for (const char* column : {"round_started_at", "round_ended_at"}) {
    const std::string time = line.at(column);
    stage.expect(!time.empty(), fmt::format("{}: a time", column), "nothing");
    if (!moment_in(time))
      stage.deviates(fmt::format("{} is neither ISO 8601 nor Unix time: {}", column, time));
  }
}

Steps exports_times_in_order(Stage& stage) {
  const Csv::Line line = co_await line_of_a_stopped_round(stage);
  const std::string began = line.at("round_started_at");
  const std::string ended = line.at("round_ended_at");
  const std::optional<bool> ordered = in_order(moment_in(began), moment_in(ended));
  if (!ordered)
    stage.skip("the times of the round cannot be compared");
  else
    stage.expect(*ordered && began != ended, "an end behind the beginning",
                 fmt::format("from {} to {}", began, ended));
}

// When a round was over does not change by asking.
Steps exports_the_same_end_later(Stage& stage) {
  co_await begins_afresh(stage);
  const Scene scene = co_await a_played_round(stage);
  const Reply reply = co_await stops(stage, scene.round);
  if (!reply.ok()) {
    stage.cannot_tell("the round does not stop: " + said(reply));
    co_await stage.over();
  }
  const Csv::Line first = co_await line_of(stage, scene);
  co_await stage.pause(kLonger);
  const Csv::Line later = co_await line_of(stage, scene);
  constexpr std::array kTimes{"round_started_at", "round_ended_at"};
  for (const char* column : kTimes)
    stage.expect(later.at(column) == first.at(column),
                 fmt::format("{}: {}, as before", column, first.at(column)), later.at(column));
}

Steps exports_one_session(Stage& stage) {
  if (!stage.premises().own_session) {
    stage.skip("the session is somebody else's");
    co_await stage.over();
  }
  const Scene scene = co_await a_played_round(stage);
  co_await begins_session(stage);
  const Reply reply = co_await gets(stage, "/export.csv");
  stage.expect(!reply.ok() || reply.body.find(scene.ana.id()) == std::string::npos,
               "nothing of the session before", said(reply));
}

// An arena may have measured by itself: that there is a time is all that the documents say here.
Steps exports_durations(Stage& stage) {
  const Csv::Line line = co_await line_of_a_stopped_round(stage);
  const std::string duration = line.at("duration_ms");
  const std::string latency = line.at("latency_first_token_ms");
  stage.expect(!duration.empty(), "duration_ms: 2000", "nothing");
  stage.expect(!latency.empty(), "latency_first_token_ms: 150", "nothing");
  if (std::atof(duration.c_str()) != 2000 || std::atof(latency.c_str()) != 150)
    stage.deviates(fmt::format("not the participant's own times, 2000 and 150 ms: {} and {}",
                               duration, latency));
}

Steps exports_the_speed(Stage& stage) {
  const Csv::Line line = co_await line_of_a_stopped_round(stage);
  const std::string speed = line.at("tps_avg");
  stage.expect(std::atof(speed.c_str()) > 0, "tps_avg: a number above 0", in_words(speed));
  if (std::abs(std::atof(speed.c_str()) - 1.5) > 0.01)
    stage.deviates("tps_avg is not 3 tokens / 2 s: " + speed);
}

Steps has_its_header_once(Stage& stage) {
  co_await begins_afresh(stage);
  const Scene scene = co_await a_played_round(stage);
  const Round next = co_await plays(stage);
  scene.ana.streams(next.index, 0, "one");
  co_await scene.screen.hears("the token", token_update(scene.ana, next.index, 0));
  const Csv csv = co_await csv_of(stage);
  const auto again = csv.find({{"round", "round"}, {"participant_id", "participant_id"}});
  stage.expect(!again, "the header at the top alone", "a line that is the header again");
}

Steps exports_blanks_and_tabs(Stage& stage) {
  const std::string text = "  two,\ta tab  ";
  const Csv::Line line = co_await line_that_says(stage, text);
  const std::string got = line.at("generated_content");
  stage.expect(got == text, in_words(text), in_words(got));
}

Steps exports_a_latency_of_0(Stage& stage) {
  co_await begins_afresh(stage);
  const Scene scene = co_await a_round(stage);
  scene.ana.streams(scene.round.index, 0, "one");
  Json message = complete(scene.ana.id(), scene.round.index, 1);
  message["latency_ms_first_token"] = 0;
  scene.ana.says(message);
  co_await scene.screen.hears("ana's completion", of_type("completion") && about(scene.ana));
  const Csv::Line line = co_await line_of(stage, scene);
  stage.expect(!line.at("latency_first_token_ms").empty(), "latency_first_token_ms: 0", "nothing");
}

constexpr std::string_view kCsv = "Arena, CSV: the header, and a line for each who answered";
constexpr std::string_view kTimes = "Arena, CSV: round_started_at, round_ended_at";

constexpr std::array kRows{
    of_a_round("ARENA-METRICS-01", "gives metrics as JSON", "Arena, Operator: GET /metrics (JSON)",
               gives_metrics, Level::should),
    of_a_round("ARENA-METRICS-02", "exports CSV with the header", kCsv, gives_the_header),
    of_a_round("ARENA-METRICS-03", "exports what was sent", kCsv, agrees_with_what_was_sent),
    of_a_round("ARENA-METRICS-04", "exports commas, quotes and line ends as content", kCsv,
               quotes_what_must_be_quoted),
    of_a_round("ARENA-METRICS-05", "exports votes", kCsv, exports_votes, Level::should),
    of_a_round("ARENA-METRICS-06", "is healthy", "Arena, Operator: GET /health", is_healthy,
               Level::should),
    of_a_round("ARENA-METRICS-07", "counts the tokens that were sent, where it counts any",
               "Arena, Operator: GET /metrics (JSON)", counts_tokens_in_metrics, Level::may),
    of_a_round("ARENA-METRICS-08", "exports a line break alone as content", kCsv,
               quotes_a_line_break),
    of_a_round("ARENA-METRICS-09", "exports a nickname with a comma", kCsv, quotes_a_nickname),
    of_a_round("ARENA-METRICS-10", "exports when a round began and ended", kTimes, exports_times,
               Level::should),
    of_a_round("ARENA-METRICS-11", "exports an end behind the beginning", kTimes,
               exports_times_in_order, Level::should),
    of_a_round("ARENA-METRICS-12", "exports how long a generation took",
               "Arena, CSV: latency_first_token_ms, duration_ms", exports_durations, Level::should),
    of_a_round("ARENA-METRICS-13", "exports how fast a generation was", "Arena, CSV: tps_avg",
               exports_the_speed, Level::should),
    of_a_round("ARENA-METRICS-14", "exports each round", kCsv, exports_each_round),
    of_a_round("ARENA-METRICS-15", "exports the average of votes", kCsv, exports_averages,
               Level::should),
    of_a_round("ARENA-METRICS-16", "exports a text of 1600 characters", kCsv, exports_a_long_text),
    of_a_round("ARENA-METRICS-17", "exports what looks like a formula", kCsv,
               exports_what_looks_like_a_formula, Level::should),
    of_a_round("ARENA-METRICS-18", "exports its header once", kCsv, has_its_header_once,
               Level::should),
    of_a_round("ARENA-METRICS-19", "exports blanks around a text, and tabs", kCsv,
               exports_blanks_and_tabs, Level::should),
    of_a_round("ARENA-METRICS-20", "exports a latency of 0", "Arena, CSV: latency_first_token_ms",
               exports_a_latency_of_0, Level::should),
    of_a_round("ARENA-METRICS-21", "exports the same times when asked again", kTimes,
               exports_the_same_end_later, Level::should),
    of_a_round("ARENA-METRICS-22", "exports one session alone", kCsv, exports_one_session,
               Level::should),
    Case{.id = "ARENA-METRICS-23",
         .does = "is healthy before the first session",
         .clause = "Arena, Operator: GET /health",
         .script = is_healthy_without_a_session,
         .level = Level::should,
         .need = Need::own_session},
    of_a_round("ARENA-METRICS-24", "exports a carriage return alone as content", kCsv,
               quotes_a_carriage_return, Level::should),
    of_a_round("ARENA-METRICS-25", "exports letters of any alphabet", kCsv,
               exports_letters_of_any_alphabet),
    of_a_round("ARENA-METRICS-26", "leaves empty the cells of what there is not", kCsv,
               leaves_empty_what_there_is_not, Level::should),
};

}  // namespace

Cases arena_export_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
