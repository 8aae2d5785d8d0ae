#include "sim/conformance/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "scenarios/terms/earliest.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr Duration kLookAgain = std::chrono::milliseconds{500};
constexpr int kAnswersOfQuiet = 4;
// How long it may take until the death of a server is noticed.
constexpr Duration kMoment = std::chrono::milliseconds{100};
// Where nobody gets in, every case alone would only wait.
constexpr std::uint32_t kTurnedAwayMax = 2;

// Rows of no table: what the suite does for itself.
Steps nothing(Stage&) { co_return; }
constexpr Case kBystanders{.id = "BYSTANDERS", .does = "", .clause = "", .script = nothing};
constexpr Case kNewcomer{.id = "NEWCOMER", .does = "", .clause = "", .script = nothing};
constexpr Case kSecondLook{.id = "SECOND-LOOK", .does = "", .clause = "", .script = nothing};
constexpr Case kRevival{.id = "REVIVAL", .does = "", .clause = "", .script = nothing, .slow = true};

bool went_wrong(const Ruling& ruling) {
  return ruling.verdict == Verdict::fail || ruling.verdict == Verdict::inconclusive;
}

}  // namespace

Suite::Suite(std::vector<const Case*> cases, Bystanders& bystanders, Links& links,
             const Places& places, Options options)
    : cases_{std::move(cases)},
      bystanders_{bystanders},
      links_{links},
      places_{places},
      options_{std::move(options)},
      results_(cases_.size()),
      served_(cases_.size()) {
  for (std::size_t index = cases_.size(); index-- > 0;) {
    const bool alone = cases_[index]->manner != Manner::beside;
    (alone ? alone_ : beside_).push_back(index);
  }
}

std::vector<CaseResult> Suite::results() const {
  std::vector<CaseResult> all;
  for (const auto& result : results_)
    if (result) all.push_back(*result);
  return all;
}

std::optional<Instant> Suite::next_deadline() const {
  if (done()) return std::nullopt;
  if (!bystanders_stage_) return Instant{};
  const auto deadline_of = [](const std::unique_ptr<Stage>& stage) {
    return stage ? stage->next_deadline() : std::nullopt;
  };
  auto next =
      earliest(deadline_of(bystanders_stage_), deadline_of(errand_), deadline_of(second_look_));
  for (const Performance& performance : playing_)
    next = earliest(next, deadline_of(performance.stage));
  return next;
}

void Suite::cut(std::string_view why, Instant now) {
  if (done()) return;
  if (phase_ == Phase::beside)
    for (std::size_t index = 0; index < cases_.size(); ++index)
      if (results_[index] && went_wrong(results_[index]->ruling)) settle(index);
  if (suspect_) settle(*std::exchange(suspect_, std::nullopt));
  for (Performance& performance : playing_) {
    if (!performance.stage->done()) performance.stage->cannot_tell(std::string{why});
    end(performance, now);
    settle(performance.index);
  }
  playing_.clear();
  for (std::size_t index = 0; index < cases_.size(); ++index) {
    if (results_[index]) continue;
    results_[index] = CaseResult{.row = cases_[index],
                                 .ruling = {Verdict::inconclusive, {}, std::string{why}},
                                 .began = now};
    settle(index);
  }
  if (errand_) errand_->leave(now);
  if (bystanders_stage_) bystanders_stage_->leave(now);
  phase_ = Phase::over;
}

void Suite::run_due(Instant now) {
  if (done()) return;
  if (!bystanders_stage_) arrive(now);
  bystanders_stage_->run_due(now);
  if (errand_) errand_->run_due(now);
  if (second_look_) second_look_->run_due(now);
  for (const Performance& performance : playing_) performance.stage->run_due(now);
  while (advance(now)) {
  }
}

// One step; false when there is something to wait for.
bool Suite::advance(Instant now) {
  switch (phase_) {
    case Phase::arriving:
      if (!bystanders_stage_->done()) return false;
      note_arrival();
      phase_ = Phase::beside;
      return true;
    case Phase::beside:
      return end_beside(now) || fill_stages(now);
    case Phase::alone:
      return playing_.empty() ? begin_alone(now) : end_alone(now);
    case Phase::checking:
      return end_checking(now);
    case Phase::reviving:
      return end_reviving(now);
    case Phase::over:
      return false;
  }
  return false;
}

void Suite::arrive(Instant now) {
  if (bystanders_stage_) bystanders_stage_->leave(now);
  bystanders_stage_ = stage_for(kBystanders, "by", now);
  bystanders_stage_->begin(bystanders_.arrive(*bystanders_stage_), now);
}

std::unique_ptr<Stage> Suite::stage_for(const Case& row, std::string_view name, Instant now) {
  const std::uint32_t number = ++stages_;
  // To a slow server a moment without an answer says nothing.
  Waits waits = options_.waits;
  waits.quiet = std::max(waits.quiet, kAnswersOfQuiet * options_.premises.answers_in);
  return std::make_unique<Stage>(
      Stage::Setting{.links = links_,
                     .places = places_,
                     .premises = options_.premises,
                     .row = row,
                     .door = options_.door,
                     .waits = waits,
                     .prefix = fmt::format("g{}-{}{}", options_.run_name, name, number),
                     .crowd = options_.crowd,
                     .actor = options_.actors_from + number,
                     .random = Stream{key_of(options_.seed, number)},
                     .on_limit = options_.on_limit,
                     .restart = options_.restart},
      now);
}

std::optional<std::string> Suite::why_not(const Case& row) const {
  const Premises& here = options_.premises;
  if (row.slow && !options_.slow) return "it takes minutes: run with --slow";
  const bool relay = options_.door == Endpoint::relay_socket;
  if (row.need == Need::http && !relay && !here.control)
    return "where its HTTP side is, is not known: run with --control";
  if (row.need == Need::control && !here.control)
    return "it needs the operator's side: run with --control";
  if (row.need == Need::own_session && !here.own_session)
    return "it ends the session: run without --pin, where no other session is lost";
  if (row.need == Need::restart && !options_.restart)
    return "it restarts the server: run with --restart-command";
  return std::nullopt;
}

void Suite::begin(std::size_t index, Instant now) {
  const Case& row = *cases_[index];
  if (auto why = why_not(row)) {
    results_[index] =
        CaseResult{.row = &row, .ruling = {Verdict::skipped, {}, std::move(*why)}, .began = now};
    return settle(index);
  }
  std::unique_ptr<Stage> stage = stage_for(row, "c", now);
  stage->begin(row.script(*stage), now);
  playing_.push_back(Performance{.index = index, .stage = std::move(stage)});
}

void Suite::end(Performance& performance, Instant now) {
  Stage& stage = *performance.stage;
  stage.leave(now);
  // Who is refused at once has met nobody at all; others were served before.
  served_[performance.index] = !stage.met_nobody() || now - stage.began() > kMoment;
  if (stage.met_nobody() && !gone_since_) gone_since_ = now;
  doubted_ = doubted_ || (stage.met_nobody() && options_.second_chance);
  Transcript& transcript = stage.transcript();
  Ruling ruling = stage.ruling();
  ruling.came = transcript.scrubbed(std::move(ruling.came));
  ruling.expected = transcript.scrubbed(std::move(ruling.expected));
  results_[performance.index] = CaseResult{.row = &stage.row(),
                                           .ruling = std::move(ruling),
                                           .transcript = std::move(transcript),
                                           .began = stage.began(),
                                           .took = now - stage.began()};
}

// Nothing more comes of it.
void Suite::settle(std::size_t index) {
  if (options_.on_result) options_.on_result(*results_[index]);
}

// ---- Beside each other.

bool Suite::fill_stages(Instant now) {
  if (beside_.empty() || playing_.size() >= options_.at_once) return false;
  const std::size_t index = beside_.back();
  beside_.pop_back();
  begin(index, now);
  return true;
}

bool Suite::end_beside(Instant now) {
  for (Performance& performance : playing_) {
    if (!performance.stage->done()) continue;
    end(performance, now);
    if (!went_wrong(results_[performance.index]->ruling)) settle(performance.index);
  }
  const std::size_t ended =
      std::erase_if(playing_, [](const Performance& one) { return one.stage->done(); });
  if (!playing_.empty() || !beside_.empty()) return ended > 0;
  for (std::size_t index = cases_.size(); index-- > 0;) {
    if (cases_[index]->manner != Manner::beside || !went_wrong(results_[index]->ruling)) continue;
    if (doubted_)
      alone_.push_back(index);
    else
      settle(index);
  }
  phase_ = Phase::alone;
  if (doubted_) check(now);
  return true;
}

// ---- One by one.

bool Suite::begin_alone(Instant now) {
  if (alone_.empty()) {
    const bool explained = std::ranges::any_of(results_, [](const auto& result) {
      return result && result->ruling.verdict == Verdict::server_died;
    });
    if (!explained) accuse("gone while this was played beside others, and not again when alone");
    phase_ = Phase::over;
    bystanders_stage_->leave(now);
    return false;
  }
  const std::size_t index = alone_.back();
  alone_.pop_back();
  begin(index, now);
  return true;
}

bool Suite::end_alone(Instant now) {
  Performance& performance = playing_.front();
  if (!performance.stage->done()) return false;
  const std::size_t index = performance.index;
  end(performance, now);
  playing_.clear();
  const bool hostile = cases_[index]->manner == Manner::hostile;
  const Need need = cases_[index]->need;
  if (need == Need::own_session || need == Need::restart) {
    settle(index);
    phase_ = Phase::reviving;  // the bystanders went with the session before, or with the process
    arrive(now);
  } else if (hostile || went_wrong(results_[index]->ruling)) {
    suspect_ = index;
    check(now);
  } else {
    settle(index);
    if (needs_another_session()) {
      phase_ = Phase::reviving;
      arrive(now);
    }
  }
  return true;
}

// A case leaves its round on. Where that keeps the next from beginning one, no round is to be left:
// a round that nobody has answered cannot be stopped, but it ends with its session.
bool Suite::needs_another_session() const {
  const Premises& here = options_.premises;
  return here.own_session && here.one_round_at_a_time && here.round_on.has_value();
}

void Suite::check(Instant now) {
  phase_ = Phase::checking;
  bystanders_stage_->begin(bystanders_.carry_on(*bystanders_stage_), now);
  errand_ = stage_for(kNewcomer, "new", now);
  errand_->begin(bystanders_.welcome_newcomer(*errand_), now);
}

// A process on its way out may still take connections: whether anybody is there is asked again.
Steps Suite::look_again(Stage& stage) {
  co_await stage.pause(kLookAgain);
  const bool found = co_await stage.finds_somebody(options_.door);
  if (!found) stage.fail("the server lives on", "nobody");
}

bool Suite::end_checking(Instant now) {
  if (!bystanders_stage_->done() || !errand_->done()) return false;
  const bool shut = went_wrong(errand_->ruling());
  if (shut && !errand_->met_nobody() && !second_look_) {
    second_look_ = stage_for(kSecondLook, "look", now);
    second_look_->begin(look_again(*second_look_), now);
  }
  if (second_look_ && !second_look_->done()) return false;
  errand_->leave(now);
  if (second_look_) second_look_->leave(now);
  const bool dead = errand_->met_nobody() || (second_look_ && went_wrong(second_look_->ruling()));
  const bool harmed = went_wrong(bystanders_stage_->ruling());
  const bool suspected = suspect_.has_value();
  if (suspected) {
    Ruling& ruling = results_[*suspect_]->ruling;
    const bool hostile = cases_[*suspect_]->manner == Manner::hostile;
    const Stage& judge = shut ? *errand_ : *bystanders_stage_;
    if (dead)
      ruling = {Verdict::server_died, "the server lives on", judge.ruling().came};
    else if (hostile && (shut || harmed))
      ruling = {Verdict::fail,
                shut ? "newcomers are served as before"
                     : "the other clients are served as before: " + judge.ruling().expected,
                judge.ruling().came};
    settle(*std::exchange(suspect_, std::nullopt));
  }
  errand_.reset();
  second_look_.reset();
  phase_ = Phase::alone;
  if (dead && !suspected) {
    accused_ = played_when_it_went();
    for (const std::size_t index : accused_)
      if (std::ranges::find(alone_, index) == alone_.end()) alone_.push_back(index);
  }
  if (dead) {
    revive(now);
  } else if (harmed || shut || needs_another_session()) {
    phase_ = Phase::reviving;
    arrive(now);
  }
  return true;
}

// ---- Back from the dead.

void Suite::revive(Instant now) {
  phase_ = Phase::reviving;
  if (options_.restart) options_.restart();
  errand_ = stage_for(kRevival, "rev", now);
  errand_->begin(look_for_server(*errand_), now);
}

Steps Suite::look_for_server(Stage& stage) {
  const Instant until = stage.now() + options_.comes_back;
  while (!co_await stage.finds_somebody(options_.door)) {
    if (stage.now() >= until) {
      stage.fail("the server comes back", "nobody");
      co_return;
    }
    co_await stage.pause(kLookAgain);
  }
}

bool Suite::end_reviving(Instant now) {
  if (errand_) {
    if (!errand_->done()) return false;
    const bool gone = went_wrong(errand_->ruling());
    errand_->leave(now);
    errand_.reset();
    if (gone) {
      accuse("nobody, and --at-once 1 or --restart-command may tell why");
      skip_the_rest("the server died before, and did not come back", now);
    } else {
      arrive(now);
    }
    return true;
  }
  if (!bystanders_stage_->done()) return false;
  phase_ = Phase::alone;
  note_arrival();
  if (turned_away_ >= kTurnedAwayMax) skip_the_rest("the bystanders do not get in any more", now);
  return true;
}

void Suite::note_arrival() {
  turned_away_ = went_wrong(bystanders_stage_->ruling()) ? turned_away_ + 1 : 0;
}

std::vector<std::size_t> Suite::played_when_it_went() const {
  std::vector<std::size_t> played;
  for (std::size_t index = 0; gone_since_ && index < cases_.size(); ++index) {
    const auto& result = results_[index];
    if (result && served_[index] && result->began < *gone_since_ &&
        result->began + result->took + kMoment >= *gone_since_)
      played.push_back(index);
  }
  if (played.empty()) played.push_back(alone_.back());
  return played;
}

// Those of them that went wrong, if there are any.
void Suite::accuse(std::string_view what_happened) {
  std::vector<std::size_t> wrong;
  std::ranges::copy_if(accused_, std::back_inserter(wrong), [this](std::size_t index) {
    return !results_[index] || went_wrong(results_[index]->ruling);
  });
  if (wrong.empty()) wrong = accused_;
  const std::string came =
      wrong.size() == 1 ? std::string{what_happened}
                        : fmt::format("{}; it was one of {} cases", what_happened, wrong.size());
  for (const std::size_t index : wrong) {
    if (!results_[index]) results_[index] = CaseResult{.row = cases_[index]};
    results_[index]->ruling = {Verdict::server_died, "the server lives on", came};
    served_[index] = true;
  }
  accused_.clear();
}

// What has been found out beside others stays; what met nobody there was not played at all.
void Suite::skip_the_rest(std::string_view why, Instant now) {
  while (!alone_.empty()) {
    const std::size_t index = alone_.back();
    alone_.pop_back();
    if (!results_[index] || !served_[index])
      results_[index] = CaseResult{
          .row = cases_[index], .ruling = {Verdict::skipped, {}, std::string{why}}, .began = now};
    settle(index);
  }
  phase_ = Phase::alone;
}

}  // namespace gauntlet::sim::conformance
