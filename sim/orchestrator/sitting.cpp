#include "sim/orchestrator/sitting.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "scenarios/terms/earliest.hpp"
#include "scenarios/terms/random.hpp"
#include "sim/conformance/beside_load.hpp"
#include "sim/conformance/report/conformance_report.hpp"
#include "sim/conformance/selection.hpp"

namespace gauntlet::sim {
namespace {

using conformance::Case;
using conformance::CaseResult;
using conformance::Suite;
using conformance::Verdict;

// Under load, everything may take so many times longer than on an idle server. Not many more: what
// never comes is waited for that long, and the window has to do for all cases.
constexpr int kLongerUnderLoad = 2;

// Without a warm-up, measuring begins with the first message, and the load is not on yet.
constexpr Duration kLead = std::chrono::seconds{1};
constexpr int kLeadShareOfWindow = 10;  // at most

conformance::Waits longer(const conformance::Waits& waits) {
  return {.answer = kLongerUnderLoad * waits.answer,
          .quiet = kLongerUnderLoad * waits.quiet,
          .whole = kLongerUnderLoad * waits.whole};
}

Examination examination_of(conformance::Subject (*subject)(), const scenarios::Scenario& scenario) {
  Examination all{.subject = subject};
  conformance::Selection selection;
  for (const scenarios::CasePattern& pattern : scenario.conformance)
    selection.only.push_back(pattern.text);
  for (const Case* row : selection.of(subject().cases)) {
    if (const auto why = conformance::why_not_beside_load(*row))
      all.left_out.push_back({std::string{row->id}, std::string{*why}});
    else
      all.cases.push_back(row);
  }
  return all;
}

conformance::Premises known_of_arena(const scenarios::Scenario& scenario) {
  conformance::Premises known;
  if (!scenario.targets.arena) return known;
  const auto* address = std::get_if<scenarios::ArenaAddress>(&*scenario.targets.arena);
  known.control = address == nullptr || address->control_url.has_value();
  if (address != nullptr && address->pin) known.pin = address->pin->reveal();
  return known;
}

bool speaks_against(Verdict verdict) {
  return verdict == Verdict::fail || verdict == Verdict::server_died ||
         verdict == Verdict::inconclusive;
}

metrics::CaseOutcome outcome_of(const CaseResult& result) {
  const conformance::Ruling& ruling = result.ruling;
  metrics::CaseOutcome outcome{.verdict = std::string{to_string(ruling.verdict)},
                               .holds = !speaks_against(ruling.verdict),
                               .expected = ruling.expected,
                               .came = ruling.came,
                               .took = result.took};
  if (ruling.verdict != Verdict::pass && ruling.verdict != Verdict::skipped)
    outcome.transcript = conformance::lines_of(result);
  return outcome;
}

metrics::CaseTwice twice(const CaseResult& idle, const CaseResult& loaded) {
  const Case& row = *idle.row;
  metrics::CaseTwice both{.id = std::string{row.id},
                          .level = std::string{to_string(row.level)},
                          .does = std::string{row.does},
                          .clause = std::string{row.clause},
                          .idle = outcome_of(idle),
                          .loaded = outcome_of(loaded)};
  // What was there idle cannot be looked for any more.
  if (loaded.ruling.verdict == Verdict::skipped && idle.ruling.verdict != Verdict::skipped)
    both.loaded.holds = false;
  return both;
}

}  // namespace

std::vector<Examination> examinations_of(const scenarios::Scenario& scenario) {
  std::vector<Examination> all;
  if (scenario.conformance.empty()) return all;
  if (scenario.targets.relay) {
    Examination relay = examination_of(conformance::relay_subject, scenario);
    if (!relay.cases.empty()) all.push_back(std::move(relay));
  }
  if (scenario.targets.arena) {
    Examination arena = examination_of(conformance::arena_subject, scenario);
    if (!arena.cases.empty()) all.push_back(std::move(arena));
  }
  return all;
}

Sitting::Setting Sitting::idle(std::string run_name, const scenarios::Scenario& scenario,
                               std::int64_t began_unix_ms) {
  conformance::Premises arena = known_of_arena(scenario);
  arena.own_session = arena.control && arena.pin.empty();
  return {.run_name = std::move(run_name),
          .seed = scenario.seed,
          .began_unix_ms = began_unix_ms,
          .arena = std::move(arena)};
}

Sitting::Setting Sitting::under_load(std::string run_name, std::string crowd,
                                     const scenarios::Scenario& scenario,
                                     const scenarios::Phases& phases, std::int64_t began_unix_ms,
                                     PinSource pin) {
  const Duration lead = std::min(kLead, (phases.measure - phases.warm_up) / kLeadShareOfWindow);
  const Span span{.from = phases.warm_up + lead, .until = phases.measure};
  return {.span = span,
          .waits = longer({}),
          .run_name = std::move(run_name),
          .crowd = std::move(crowd),
          .second_chance = false,
          .seed = scenario.seed,
          .began_unix_ms = began_unix_ms,
          .arena = known_of_arena(scenario),
          .pin = std::move(pin)};
}

Sitting::Sitting(const std::vector<Examination>& examinations, Links& links, const Places& places,
                 Setting setting)
    : span_{setting.span}, pin_{std::move(setting.pin)} {
  for (const Examination& examination : examinations) {
    conformance::Subject subject = examination.subject();
    Suite::Options options{.waits = setting.waits,
                           .at_once = setting.at_once,
                           .second_chance = setting.second_chance,
                           .run_name = setting.run_name,
                           .crowd = setting.crowd,
                           .seed = key_of(setting.seed, parts_.size()),
                           .actors_from = kStrangersFrom,
                           .door = subject.door};
    if (subject.door == Endpoint::arena_socket) options.premises = setting.arena;
    options.premises.began_unix_ms = setting.began_unix_ms;
    Part& part = parts_.emplace_back();
    part.bystanders = std::move(subject.bystanders);
    part.suite = std::make_unique<Suite>(examination.cases, *part.bystanders, links, places,
                                         std::move(options));
  }
}

void Sitting::run_due(Instant now) {
  if (now < span_.from) return;
  if (!begun_) begin();
  if (span_.until && now >= *span_.until) return cut("the load was over before it was", now);
  for (const Part& part : parts_) part.suite->run_due(now);
}

// Not before: the load's operator begins a session, and the PIN comes with it.
void Sitting::begin() {
  begun_ = true;
  const std::string pin = pin_ ? pin_() : std::string{};
  if (pin.empty()) return;
  for (const Part& part : parts_) part.suite->learn_pin(pin);
}

std::optional<Instant> Sitting::next_deadline() const {
  if (done()) return std::nullopt;
  if (!begun_) return span_.from;
  std::optional<Instant> next = span_.until;
  for (const Part& part : parts_) next = earliest(next, part.suite->next_deadline());
  return next;
}

bool Sitting::done() const {
  return std::ranges::all_of(parts_, [](const Part& part) { return part.suite->done(); });
}

void Sitting::cut(std::string_view why, Instant now) {
  begun_ = true;
  for (const Part& part : parts_) part.suite->cut(why, now);
}

std::vector<std::vector<CaseResult>> Sitting::results() const {
  std::vector<std::vector<CaseResult>> all;
  for (const Part& part : parts_) all.push_back(part.suite->results());
  return all;
}

std::vector<metrics::Correctness> side_by_side(const std::vector<Examination>& examinations,
                                               const Sitting& idle, const Sitting& loaded) {
  const auto first = idle.results();
  const auto second = loaded.results();
  std::vector<metrics::Correctness> all;
  for (std::size_t i = 0; i < examinations.size(); ++i) {
    metrics::Correctness& one = all.emplace_back();
    one.subject = std::string{examinations[i].subject().name};
    one.left_out = examinations[i].left_out;
    for (std::size_t at = 0; at < first[i].size() && at < second[i].size(); ++at)
      one.cases.push_back(twice(first[i][at], second[i][at]));
  }
  return all;
}

}  // namespace gauntlet::sim
