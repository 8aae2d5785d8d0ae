#include "scenarios/plan/plan.hpp"

#include <algorithm>
#include <variant>

#include "scenarios/plan/arrival_times.hpp"
#include "scenarios/plan/schedule.hpp"
#include "scenarios/terms/hash.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet::scenarios {
namespace {

Phases make_phases(const Scenario& scenario, const std::vector<PlannedActor>& actors) {
  Instant last_arrival{};
  for (const PlannedActor& actor : actors) last_arrival = std::max(last_arrival, actor.start);
  const Instant measure = at(scenario.duration);
  const Instant connect =
      std::min(measure, scenario.connect ? at(*scenario.connect) : last_arrival + kSettle);
  return {.connect = connect,
          .warm_up = std::min(measure, connect + scenario.warm_up),
          .measure = measure,
          .drain = measure + scenario.drain};
}

void hash_actor(Hash& hash, const PlannedActor& actor) {
  hash.add(actor.id);
  hash.add(static_cast<std::uint32_t>(actor.role));
  hash.add(actor.population);
  hash.add(actor.start);
}

void hash_operations(Hash& hash, AgentSchedule schedule) {
  while (schedule.next_time()) {
    const Operation& operation = schedule.take();
    hash.add(static_cast<std::uint32_t>(operation.kind));
    hash.add(operation.intended);
    hash.add(operation.n);
    hash.add(operation.rule);
    hash.add(operation.everyone ? 1U : 0U);
    for (const ActorId to : operation.to) hash.add(to);
  }
}

// What the operations' rules add to their times and recipients: the payloads, the answers, the
// generations. They are pure functions of these settings, the seed and the actor's id.
// The operations of a closed loop are in no plan, only its settings.
void hash_loop(Hash& hash, const Load& load, Duration timeout) {
  if (!load.in_flight) return;
  hash.add(*load.in_flight);
  hash.add(load.think);
  hash.add(timeout);
}

void hash_behaviour(Hash& hash, const Agents& agents) {
  for (const SendRule& rule : agents.send) {
    hash_loop(hash, rule.load, rule.timeout);
    hash.add(rule.payload_bytes);
    hash.add(rule.type);
  }
  if (agents.ask) {
    hash_loop(hash, agents.ask->load, agents.ask->timeout);
    hash.add(agents.ask->payload_bytes);
    hash.add(agents.ask->timeout);
  }
  if (agents.answer) {
    hash.add(agents.answer->probability);
    hash.add(agents.answer->after);
    hash.add(agents.answer->payload_bytes);
  }
  if (agents.subscribe) {
    hash.add(agents.subscribe->to.count);
    hash.add(agents.subscribe->after);
    if (agents.subscribe->keep) hash.add(*agents.subscribe->keep);
  }
}

void hash_behaviour(Hash& hash, const Participants& participants) {
  std::visit(
      match{
          [&](const MockRunner& runner) {
            hash.add(runner.first_token);
            hash.add(runner.gap);
            hash.add(runner.tokens.min);
            hash.add(runner.tokens.max);
            hash.add(runner.slow_down);
            hash.add(runner.failure_probability);
          },
          // Where it is does not matter, nor where a target is.
          [&](const ModelServer& server) { hash.add(static_cast<std::uint32_t>(server.api)); },
      },
      participants.runner);
  hash.add(model_of(participants));
}

void hash_behaviour(Hash&, const Observers&) {}

void hash_behaviour(Hash& hash, const Voters& voters) {
  hash.add(voters.votes);
  hash.add(voters.after);
}

void hash_round(Hash& hash, const Round& round) {
  hash.add(round.at);
  hash.add(round.prompt);
  hash.add(round.max_tokens);
  hash.add(round.temperature);
  hash.add(round.deadline);
  if (round.seed) hash.add(static_cast<std::uint64_t>(*round.seed));
}

std::uint64_t recipients_of(const Recipients& to, const Plan& plan) {
  const auto others = std::max<std::uint64_t>(plan.agents.size(), 1) - 1;
  return std::visit(
      match{
          [&](const Everyone&) { return others; },
          [&](const RandomAgents& r) { return std::min<std::uint64_t>(r.count, others); },
          [](const Itself&) { return std::uint64_t{1}; },
      },
      to);
}

// Of one answer, on average; at most, of a real model.
double tokens_expected(const Runner& runner, const Round& round) {
  const auto* mock = std::get_if<MockRunner>(&runner);
  if (mock == nullptr) return round.max_tokens;
  return std::min<double>(round.max_tokens, (mock->tokens.min + mock->tokens.max) / 2.0);
}

// User memory of one idle client and of its end of a socket, rounded up: docs/operations.md says
// how it is measured.
constexpr std::uint64_t kBytesPerClient = 2 * 1024;
constexpr std::uint64_t kBytesPerRun = 40 * 1024 * 1024;

}  // namespace

std::uint32_t Plan::count(Role role) const {
  switch (role) {
    case Role::agent:
      return static_cast<std::uint32_t>(agents.size());
    case Role::participant:
      return static_cast<std::uint32_t>(participants.size());
    case Role::observer:
      return static_cast<std::uint32_t>(observers.size());
    case Role::voter:
      return static_cast<std::uint32_t>(voters.size());
    case Role::operator_:
      return !actors.empty() && actors.back().role == Role::operator_ ? 1 : 0;
  }
  return 0;
}

bool has_operator(const Scenario& scenario) {
  if (!scenario.targets.arena) return false;
  const auto* address = std::get_if<ArenaAddress>(&*scenario.targets.arena);
  return address == nullptr || address->control_url.has_value();
}

Plan make_plan(const Scenario& scenario) {
  Plan plan;
  plan.seed = scenario.seed;
  const auto add = [&](Role role, std::uint32_t population, const Arrive& arrive,
                       std::uint32_t count, std::vector<ActorId>& ids) {
    for (std::uint32_t number = 0; number < count; ++number) {
      const auto id = static_cast<ActorId>(plan.actors.size());
      plan.actors.push_back({.id = id,
                             .role = role,
                             .population = population,
                             .number = static_cast<std::uint32_t>(ids.size()),
                             .start = arrival_of(arrive, number, count)});
      ids.push_back(id);
    }
  };
  for (std::uint32_t index = 0; index < scenario.population.size(); ++index) {
    std::visit(
        match{
            [&](const Agents& p) { add(Role::agent, index, p.arrive, p.count, plan.agents); },
            [&](const Participants& p) {
              add(Role::participant, index, p.arrive, p.count, plan.participants);
            },
            [&](const Observers& p) {
              add(Role::observer, index, p.arrive, p.count, plan.observers);
            },
            [&](const Voters& p) { add(Role::voter, index, {}, p.count, plan.voters); },
        },
        scenario.population[index]);
  }
  if (has_operator(scenario))
    plan.actors.push_back(
        {.id = static_cast<ActorId>(plan.actors.size()), .role = Role::operator_});
  plan.phases = make_phases(scenario, plan.actors);
  return plan;
}

std::uint64_t plan_hash(const Scenario& scenario, const Plan& plan) {
  Hash hash;
  hash.add(plan.seed);
  for (const Instant phase : {plan.phases.connect, plan.phases.warm_up, plan.phases.measure})
    hash.add(phase);
  for (const PlannedActor& actor : plan.actors) {
    hash_actor(hash, actor);
    if (actor.role == Role::agent) hash_operations(hash, AgentSchedule{scenario, plan, actor.id});
  }
  for (const Population& population : scenario.population)
    std::visit([&](const auto& p) { hash_behaviour(hash, p); }, population);
  for (const Round& round : scenario.rounds) hash_round(hash, round);
  return hash.value();
}

PlanSummary summarise(const Scenario& scenario, const Plan& plan) {
  PlanSummary sum;
  sum.actors = plan.actors.size();
  sum.sockets = plan.agents.size() + plan.participants.size() + plan.observers.size();

  double answer_chance = 0;  // of an agent picked at random
  for (const Population& population : scenario.population)
    if (const auto* agents = std::get_if<Agents>(&population); agents && agents->answer)
      answer_chance += agents->answer->probability * agents->count /
                       std::max<double>(static_cast<double>(plan.agents.size()), 1);

  double answers = 0;
  for (const ActorId id : plan.agents) {
    const auto& agents = std::get<Agents>(scenario.population[plan.actors[id].population]);
    AgentSchedule schedule{scenario, plan, id};
    while (schedule.next_time()) {
      const Operation& operation = schedule.take();
      if (operation.kind == Operation::Kind::send) {
        ++sum.operations;
        sum.deliveries_expected += recipients_of(agents.send[operation.rule].to, plan);
      } else if (operation.kind == Operation::Kind::ask) {
        ++sum.operations;
        const std::uint64_t reached = recipients_of(agents.ask->to, plan);
        sum.deliveries_expected += reached;
        answers += static_cast<double>(reached) * answer_chance;
      }
    }
  }
  sum.answers_expected = static_cast<std::uint64_t>(answers);
  sum.deliveries_expected += sum.answers_expected;

  double tokens = 0;
  for (const Population& population : scenario.population)
    if (const auto* p = std::get_if<Participants>(&population))
      for (const Round& round : scenario.rounds)
        tokens += p->count * tokens_expected(p->runner, round);
  sum.tokens_expected = static_cast<std::uint64_t>(tokens);

  const bool relay_embedded = scenario.targets.relay && scenario.targets.relay->index() == 0;
  const bool arena_embedded = scenario.targets.arena && scenario.targets.arena->index() == 0;
  if (relay_embedded) sum.sockets += plan.agents.size();
  if (arena_embedded) sum.sockets += plan.participants.size() + plan.observers.size();
  sum.memory_bytes = kBytesPerRun + sum.sockets * kBytesPerClient;
  return sum;
}

}  // namespace gauntlet::scenarios
