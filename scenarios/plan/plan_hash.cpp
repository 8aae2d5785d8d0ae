#include "scenarios/plan/plan_hash.hpp"

#include <algorithm>
#include <variant>

#include "scenarios/plan/schedule.hpp"
#include "scenarios/terms/hash.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet::scenarios {
namespace {

// Operations that are drawn, so that the hash also tells when the way of drawing changes.
constexpr std::size_t kOperationsMax = 4096;
constexpr std::size_t kOperationsOfOneMax = 16;

void add(Hash& hash, bool flag) { hash.add(flag ? 1U : 0U); }
void add(Hash& hash, Rate rate) { hash.add(rate.per_second); }

// Whether there is one, so that two absent in a row are not one.
template <class T, class Add>
void add_if(Hash& hash, const std::optional<T>& value, Add add_value) {
  add(hash, value.has_value());
  if (value) add_value(*value);
}

void add(Hash& hash, const Recipients& to) {
  hash.add(static_cast<std::uint32_t>(to.index()));
  if (const auto* others = std::get_if<RandomAgents>(&to)) hash.add(others->count);
}

void add(Hash& hash, const Arrivals& arrivals) {
  hash.add(static_cast<std::uint32_t>(arrivals.index()));
  if (const auto* gamma = std::get_if<GammaArrivals>(&arrivals)) hash.add(gamma->burstiness);
  if (const auto* bursts = std::get_if<BurstArrivals>(&arrivals)) hash.add(bursts->size);
}

void add(Hash& hash, const Load& load) {
  add_if(hash, load.rate, [&](Rate rate) { add(hash, rate); });
  hash.add(load.stages.size());
  for (const Stage& stage : load.stages) {
    hash.add(stage.length);
    add(hash, stage.rate.from);
    add(hash, stage.rate.to);
  }
  add_if(hash, load.trace, [&](const Trace& trace) {
    hash.add(trace.times->size());
    for (const Duration time : *trace.times) hash.add(time);
  });
  add(hash, load.arrivals);
  add_if(hash, load.in_flight, [&](std::uint32_t in_flight) { hash.add(in_flight); });
  hash.add(load.think);
}

void add(Hash& hash, const Reconnect& reconnect) {
  hash.add(static_cast<std::uint32_t>(reconnect.backoff));
  hash.add(reconnect.first);
  hash.add(reconnect.max);
  hash.add(reconnect.attempts);
  hash.add(reconnect.jitter);
}

void add(Hash& hash, const SendRule& rule) {
  add(hash, rule.to);
  add(hash, rule.load);
  hash.add(rule.timeout);
  hash.add(rule.payload_bytes);
  hash.add(rule.type);
}

void add(Hash& hash, const Ask& ask) {
  add(hash, ask.load);
  add(hash, ask.to);
  hash.add(ask.timeout);
  hash.add(ask.payload_bytes);
}

void add(Hash& hash, const Answer& answer) {
  hash.add(answer.probability);
  hash.add(answer.after);
  hash.add(answer.payload_bytes);
  add_if(hash, answer.with, [&](const std::string& command) { hash.add(command); });
}

void add(Hash& hash, const Subscribe& subscribe) {
  hash.add(subscribe.to.count);
  hash.add(subscribe.after);
  add_if(hash, subscribe.keep, [&](Duration keep) { hash.add(keep); });
}

void add(Hash& hash, const Agents& agents) {
  add(hash, agents.choose_id);
  hash.add(agents.send.size());
  for (const SendRule& rule : agents.send) add(hash, rule);
  add_if(hash, agents.subscribe, [&](const Subscribe& subscribe) { add(hash, subscribe); });
  add_if(hash, agents.ask, [&](const Ask& ask) { add(hash, ask); });
  add_if(hash, agents.answer, [&](const Answer& answer) { add(hash, answer); });
  add_if(hash, agents.list, [&](Rate rate) { add(hash, rate); });
  add_if(hash, agents.ping, [&](Rate rate) { add(hash, rate); });
  add_if(hash, agents.throttle, [&](const Throttle& throttle) {
    add(hash, throttle.rate);
    hash.add(throttle.burst);
  });
  hash.add(agents.heartbeat);
  hash.add(agents.timeout);
  add(hash, agents.reconnect);
}

void add(Hash& hash, const Participants& participants) {
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
  hash.add(participants.max_tokens);
  hash.add(participants.temperature);
  hash.add(participants.heartbeat);
  hash.add(participants.timeout);
  add(hash, participants.reconnect);
}

void add(Hash& hash, const Observers& observers) {
  hash.add(observers.timeout);
  add(hash, observers.reconnect);
}

void add(Hash& hash, const Voters& voters) {
  hash.add(voters.votes);
  hash.add(voters.after);
  hash.add(voters.timeout);
}

void add(Hash& hash, const Round& round) {
  hash.add(round.at);
  hash.add(round.prompt);
  hash.add(round.max_tokens);
  hash.add(round.temperature);
  hash.add(round.deadline);
  add_if(hash, round.seed, [&](std::int64_t seed) { hash.add(static_cast<std::uint64_t>(seed)); });
}

void add(Hash& hash, const Selection& to) {
  hash.add(static_cast<std::uint32_t>(to.among));
  hash.add(static_cast<std::uint32_t>(to.which.index()));
  std::visit(match{
                 [](const Selection::All&) {},
                 [&](const Selection::Some& some) { hash.add(some.count); },
                 [&](const Selection::Share& share) { hash.add(share.share); },
                 [&](const Selection::One& one) { hash.add(one.number); },
             },
             to.which);
  add_if(hash, to.round, [&](std::uint32_t round) { hash.add(round); });
}

void add(Hash& hash, const Fault& fault) {
  hash.add(fault.at);
  add_if(hash, fault.every, [&](Duration every) { hash.add(every); });
  add_if(hash, fault.after, [&](const After& after) {
    hash.add(static_cast<std::uint32_t>(after.event));
    hash.add(after.wait);
  });
  add_if(hash, fault.lasts, [&](Duration lasts) { hash.add(lasts); });
  hash.add(fault.probability);
  add(hash, fault.to);
  const FaultAction& action = fault.action;
  hash.add(def(action.kind).name);
  hash.add(action.code);
  hash.add(action.connections);
  if (action.kind == FaultKind::slow_reading) hash.add(action.per_second);
  if (action.kind == FaultKind::pin_guessing) hash.add(action.guesses);
  if (action.kind == FaultKind::runner_crawl || action.kind == FaultKind::endless_tokens ||
      action.kind == FaultKind::connect_storm)
    hash.add(action.gap);
  if (action.kind == FaultKind::reconnect_storm) hash.add(action.pause);
  if (def(action.kind).place == FaultPlace::target) {
    hash.add(action.share);
    hash.add(action.delay);
  }
  if (def(action.kind).place != FaultPlace::network) return;
  hash.add(static_cast<std::uint32_t>(action.direction));
  hash.add(action.delay);
  hash.add(action.per_second);
  hash.add(action.piece);
  hash.add(action.pause);
  hash.add(action.bytes);
}

void add(Hash& hash, const PlannedActor& actor) {
  hash.add(actor.id);
  hash.add(static_cast<std::uint32_t>(actor.role));
  hash.add(actor.population);
  hash.add(actor.start);
}

void add(Hash& hash, const Operation& operation) {
  hash.add(static_cast<std::uint32_t>(operation.kind));
  hash.add(operation.intended);
  hash.add(operation.n);
  hash.add(operation.rule);
  add(hash, operation.everyone);
  for (const ActorId to : operation.to) hash.add(to);
}

void add_first_operations(Hash& hash, const Scenario& scenario, const Plan& plan) {
  const std::size_t agents = std::min(plan.agents.size(), kOperationsMax);
  if (agents == 0) return;
  const std::size_t each = std::min(kOperationsMax / agents, kOperationsOfOneMax);
  for (std::size_t i = 0; i < agents; ++i) {
    AgentSchedule schedule{scenario, plan, plan.agents[i]};
    for (std::size_t n = 0; n < each && schedule.next_time(); ++n) add(hash, schedule.take());
  }
}

}  // namespace

std::uint64_t plan_hash(const Scenario& scenario, const Plan& plan) {
  Hash hash;
  hash.add(plan.seed);
  for (const Instant phase : {plan.phases.connect, plan.phases.warm_up, plan.phases.measure})
    hash.add(phase);
  for (const PlannedActor& actor : plan.actors) add(hash, actor);
  if (plan.relays > 1) hash.add(plan.relays);
  for (const Population& population : scenario.population)
    std::visit([&](const auto& clients) { add(hash, clients); }, population);
  for (const Round& round : scenario.rounds) add(hash, round);
  for (const Fault& fault : scenario.faults) add(hash, fault);
  add_first_operations(hash, scenario, plan);
  return hash.value();
}

}  // namespace gauntlet::scenarios
