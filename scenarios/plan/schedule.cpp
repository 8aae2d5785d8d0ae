#include "scenarios/plan/schedule.hpp"

#include <algorithm>
#include <variant>

namespace gauntlet::scenarios {

AgentSchedule::AgentSchedule(const Scenario& scenario, const Plan& plan, ActorId agent)
    : scenario_{&scenario}, plan_{&plan}, agent_{agent} {
  const auto& agents = std::get<Agents>(scenario.population[plan.actors[agent].population]);
  const auto evenly = [](Rate rate) { return Load{.rate = rate, .arrivals = ConstantArrivals{}}; };
  for (std::uint32_t rule = 0; rule < agents.send.size(); ++rule)
    open(Operation::Kind::send, rule, agents.send[rule].load, Purpose::send_times);
  if (agents.ask) open(Operation::Kind::ask, 0, agents.ask->load, Purpose::ask_times);
  if (agents.list) open(Operation::Kind::list, 1, evenly(*agents.list), Purpose::ask_times);
  if (agents.ping) open(Operation::Kind::ping, 2, evenly(*agents.ping), Purpose::ask_times);
}

void AgentSchedule::open(Operation::Kind kind, std::uint32_t rule, const Load& load,
                         Purpose purpose) {
  if (load.in_flight) return;
  const PlannedActor& actor = plan_->actors[agent_];
  const auto& agents = std::get<Agents>(scenario_->population[actor.population]);
  const Share share{place_of(*scenario_, actor), agents.count};
  Source source{
      .kind = kind,
      .rule = rule,
      .times = ArrivalTimes{load, share, plan_->phases.connect, plan_->phases.measure,
                            Stream{plan_->seed, agent_, purpose, rule}},
      .due = {},
      .recipients = rule_stream(*plan_, agent_, Purpose::recipients, kind, rule),
  };
  if (const auto first = source.times.next()) {
    source.due = *first;
    sources_.push_back(source);
  }
}

std::optional<Instant> AgentSchedule::next_time() const {
  if (sources_.empty()) return std::nullopt;
  return std::ranges::min(sources_, {}, &Source::due).due;
}

const Operation& AgentSchedule::take() {
  // The first of equals: rules that are due at the same moment keep the order of the file.
  const auto source = std::ranges::min_element(sources_, {}, &Source::due);
  const auto& agents = std::get<Agents>(scenario_->population[plan_->actors[agent_].population]);
  current_.kind = source->kind;
  current_.intended = source->due;
  current_.n = taken_++;
  current_.rule = source->rule;
  current_.everyone = false;
  current_.to.clear();
  if (source->kind == Operation::Kind::send)
    address(current_, agents.send[source->rule].to, *plan_, agent_, source->recipients);
  if (source->kind == Operation::Kind::ask)
    address(current_, agents.ask->to, *plan_, agent_, source->recipients);

  if (const auto next = source->times.next())
    source->due = *next;
  else
    sources_.erase(source);
  return current_;
}

std::uint64_t count_operations(const Scenario& scenario, const Plan& plan, ActorId actor) {
  if (plan.actors[actor].role != Role::agent) return 0;
  std::uint64_t count = 0;
  AgentSchedule schedule{scenario, plan, actor};
  while (schedule.next_time()) {
    const Operation::Kind kind = schedule.take().kind;
    if (kind == Operation::Kind::send || kind == Operation::Kind::ask) ++count;
  }
  return count;
}

Stream rule_stream(const Plan& plan, ActorId agent, Purpose purpose, Operation::Kind kind,
                   std::uint32_t rule) {
  const std::uint32_t question = kind == Operation::Kind::ask ? 1U << 16U : 0U;
  return Stream{plan.seed, agent, purpose, rule + question};
}

void address(Operation& operation, const Recipients& to, const Plan& plan, ActorId agent,
             Stream& random) {
  operation.everyone = std::holds_alternative<Everyone>(to);
  operation.to.clear();
  if (std::holds_alternative<Itself>(to)) operation.to.push_back(agent);
  if (const auto* others = std::get_if<RandomAgents>(&to))
    choose_others(plan, agent, others->count, random, operation.to);
}

void choose_others(const Plan& plan, ActorId self, std::uint32_t count, Stream& random,
                   std::vector<ActorId>& chosen) {
  chosen.clear();
  const Room room{plan, self};
  const std::uint32_t others = room.size() - 1;
  // Floyd's sampling over the room without `self`: no repeats, `count` draws, no shuffle.
  // @source Bentley and Floyd, "A Sample of Brilliance", CACM 30(9), 1987.
  const std::uint32_t own = room.place_of(plan.actors[self]);
  const auto member = [&](std::uint32_t i) { return room[i < own ? i : i + 1]; };
  for (std::uint32_t top = others - std::min(count, others); top < others; ++top) {
    const ActorId drawn = member(static_cast<std::uint32_t>(random.below(top + 1)));
    const bool taken = std::ranges::find(chosen, drawn) != chosen.end();
    chosen.push_back(taken ? member(top) : drawn);
  }
}

}  // namespace gauntlet::scenarios
