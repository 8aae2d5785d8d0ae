#include "scenarios/plan/plan_summary.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

#include "scenarios/plan/intensity.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet::scenarios {
namespace {

double recipients_of(const Recipients& to, const Plan& plan) {
  const double in_room = static_cast<double>(plan.agents.size()) / plan.relays;
  const double others = std::max(in_room, 1.0) - 1;
  return std::visit(match{
                        [&](const Everyone&) { return others; },
                        [&](const RandomAgents& r) { return std::min<double>(r.count, others); },
                        [](const Itself&) { return 1.0; },
                    },
                    to);
}

// That an agent picked at random answers a question.
double answer_chance(const Scenario& scenario, const Plan& plan) {
  double answerers = 0;
  for (const Population& population : scenario.population)
    if (const auto* agents = std::get_if<Agents>(&population); agents && agents->answer)
      answerers += agents->answer->probability * agents->count;
  return answerers / std::max(static_cast<double>(plan.agents.size()), 1.0);
}

// Of one answer, on average; at most, of a real model.
double tokens_expected(const Runner& runner, const Round& round) {
  const auto* mock = std::get_if<MockRunner>(&runner);
  if (mock == nullptr) return round.max_tokens;
  return std::min<double>(round.max_tokens, (mock->tokens.min + mock->tokens.max) / 2.0);
}

std::uint64_t rounded(double mean) { return static_cast<std::uint64_t>(std::llround(mean)); }

}  // namespace

PlanSummary summarise(const Scenario& scenario, const Plan& plan) {
  const Duration traffic = plan.phases.measure - plan.phases.connect;
  PlanSummary sum;
  double operations = 0;
  double deliveries = 0;
  double questions_heard = 0;
  double tokens = 0;
  const auto speak = [&](const Load& load, const Recipients& to, std::uint32_t agents) {
    sum.closed_loops = sum.closed_loops || load.in_flight;
    const double due = expected_operations(load, agents, traffic);
    operations += due;
    deliveries += due * recipients_of(to, plan);
    return due * recipients_of(to, plan);
  };
  for (const Population& population : scenario.population) {
    if (const auto* agents = std::get_if<Agents>(&population)) {
      for (const SendRule& rule : agents->send) speak(rule.load, rule.to, agents->count);
      if (agents->ask) questions_heard += speak(agents->ask->load, agents->ask->to, agents->count);
    }
    if (const auto* participants = std::get_if<Participants>(&population))
      for (const Round& round : scenario.rounds)
        tokens += participants->count * tokens_expected(participants->runner, round);
  }
  const double answers = questions_heard * answer_chance(scenario, plan);
  sum.actors = plan.actors.size();
  sum.operations = rounded(operations);
  sum.answers_expected = rounded(answers);
  sum.deliveries_expected = rounded(deliveries + answers);
  sum.tokens_expected = rounded(tokens);
  return sum;
}

}  // namespace gauntlet::scenarios
