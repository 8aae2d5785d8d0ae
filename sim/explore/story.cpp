#include "sim/explore/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "metrics/summary/words.hpp"
#include "scenarios/terms/match.hpp"
#include "sim/actor/subscriptions.hpp"
#include "sim/orchestrator/run.hpp"
#include "sim/wire/arc_messages.hpp"

namespace gauntlet::sim {
namespace {

using metrics::LedgerEvent;

// After the moment itself: what did not come of it.
constexpr std::size_t kLinesAfter = 6;
// More of those whose faults may have led to it would drown those whom it concerns.
constexpr std::size_t kBystandersMax = 2;
constexpr std::size_t kSmallCrowd = 32;
// Who follows whom is told even when it was settled long before the other lines.
constexpr std::size_t kEarlierCommands = 4;
constexpr std::size_t kAgentsNamed = 3;

struct Line {
  Instant at;
  ActorId who;
  std::string text;
  bool pinned{false};  // told even when it lies before the others
};

struct Telling {
  std::vector<Line> lines;
  std::vector<ActorId> struck;  // by a fault, once for each
};

std::string line_of(Instant now, std::string_view who, std::string_view what) {
  return fmt::format("{:>10}  {:<14} {}", fmt::format("{:.4f} s", seconds(now.time_since_epoch())),
                     who, what);
}

std::string message_in_words(const metrics::MessageKey& message, bool token) {
  if (token) return fmt::format("token {}", message.n);
  return fmt::format("{} {}", message.lane == 0 ? "message" : "answer", message.n);
}

// Those whom a breach concerns come first.
std::string agents_in_words(std::vector<ActorId> agents, const metrics::Breach& breach,
                            const scenarios::Plan& plan) {
  std::stable_partition(agents.begin(), agents.end(), [&](ActorId agent) {
    return agent == breach.actor || agent == breach.message.sender;
  });
  const std::size_t named = agents.size() > kAgentsNamed + 1 ? kAgentsNamed : agents.size();
  std::string text;
  for (std::size_t i = 0; i < named; ++i) {
    if (i > 0) text += i + 1 == agents.size() ? " and " : ", ";
    text += name_of(plan, agents[i]);
  }
  if (named < agents.size()) text += fmt::format(" and {} others", agents.size() - named);
  return text;
}

/// What an agent tells its relay of whom it follows. Always the same agents.
class Following {
 public:
  struct Command {
    std::string words;
    bool concerns_breach;
  };

  Following(const scenarios::Scenario& scenario, const scenarios::Plan& plan, ActorId actor,
            const metrics::Breach& breach)
      : plan_{plan}, breach_{breach} {
    const scenarios::PlannedActor& planned = plan.actors[actor];
    if (planned.role != scenarios::Role::agent) return;
    const auto& group = std::get<scenarios::Agents>(scenario.population[planned.population]);
    if (!group.subscribe) return;
    const Subscriptions rule{*group.subscribe, plan, actor};
    followed_.assign(rule.agents().begin(), rule.agents().end());
    const ActorId other = actor == breach.actor ? breach.message.sender : breach.actor;
    const bool involved = actor == breach.actor || actor == breach.message.sender;
    concerns_breach_ = involved && std::ranges::count(followed_, other) > 0;
  }

  std::optional<Command> read(std::string_view said) {
    if (followed_.empty()) return std::nullopt;
    const wire::ArcMessage* message = decoder_.decode(said);
    if (message == nullptr) return std::nullopt;
    std::string_view verb;
    if (message->type == "subscribe") verb = "subscribes to";
    if (message->type == "unsubscribe") verb = "unsubscribes from";
    if (verb.empty()) return std::nullopt;
    // Those whose names are not known yet are left out.
    const auto* named = decoder_.decode_agents(message->payload);
    const bool all = named != nullptr && named->size() == followed_.size();
    return Command{fmt::format("{} {}{}", verb, all ? "" : "some of ",
                               agents_in_words(followed_, breach_, plan_)),
                   concerns_breach_};
  }

 private:
  const scenarios::Plan& plan_;
  const metrics::Breach& breach_;
  std::vector<ActorId> followed_;
  bool concerns_breach_{false};
  wire::ArcDecoder decoder_;
};

class Narrator {
 public:
  Narrator(const scenarios::Plan& plan, ActorId actor, Following following, Telling& telling)
      : plan_{plan},
        actor_{actor},
        name_{name_of(plan, actor)},
        following_{std::move(following)},
        telling_{telling} {}

  void tell(Instant now, const Input& input) {
    std::visit(match{
                   [&](const Start&) { say(now, "starts"); },
                   [&](const Connected&) { say(now, "is connected"); },
                   [&](const ConnectFailed& e) {
                     say(now, fmt::format("cannot connect ({})", gauntlet::name(e.why)));
                   },
                   [&](const HttpReply& e) { say(now, fmt::format("is answered {}", e.status)); },
                   [&](const HttpFailed& e) {
                     say(now, fmt::format("gets no answer ({})", gauntlet::name(e.why)));
                   },
                   [&](const Closed& e) {
                     say(now, fmt::format("loses its connection ({}, code {})",
                                          gauntlet::name(e.how), e.code));
                   },
                   [&](const Generated&) { say(now, "has the last token of its runner"); },
                   [&](const GenerationFailed&) { say(now, "fails to generate"); },
                   [&](const Stop&) { say(now, "is to begin nothing new"); },
                   [&](const Leave&) { say(now, "is to leave"); },
                   [](const auto&) {},
               },
               input);
  }

  void tell(Instant now, const Effect& effect, const Outbox& out) {
    std::visit(match{
                   [&](const Connect&) { say(now, "connects"); },
                   [&](const Send& e) {
                     if (const auto command = following_.read(out.text(e.text)))
                       say(now, command->words, command->concerns_breach);
                   },
                   [&](const Close& e) { say(now, fmt::format("closes, code {}", e.code)); },
                   [&](const Abort&) { say(now, "breaks off its connection"); },
                   [&](const EndWriting&) { say(now, "ends its side of the connection"); },
                   [&](const StopReading&) { say(now, "stops reading"); },
                   [&](const StartReading&) { say(now, "reads on"); },
                   [&](const Generate& e) {
                     say(now, fmt::format("takes the challenge of round {}", e.round));
                   },
                   [&](const Count& e) { tell_count(now, e.counter); },
                   [&](const Track& e) { tell_event(now, e.event, e.book == Track::Book::arena); },
                   [](const auto&) {},
               },
               effect);
  }

 private:
  void say(Instant now, std::string_view what, bool pinned = false) {
    telling_.lines.push_back({now, actor_, line_of(now, name_, what), pinned});
  }

  void tell_count(Instant now, metrics::Counter counter) {
    const metrics::CounterDef& def = metrics::kCounters[static_cast<std::size_t>(counter)];
    if (def.name == "fault.injected") {
      say(now, fmt::format("meets a fault: {}", def.label.value));
      telling_.struck.push_back(actor_);
    }
    if (counter == metrics::Counter::relay_errors || counter == metrics::Counter::arena_errors)
      say(now, "hears an error");
  }

  void tell_event(Instant now, const LedgerEvent& event, bool token) {
    using What = LedgerEvent::What;
    const std::string what = message_in_words(event.message, token);
    const auto sender = [&] { return name_of(plan_, event.message.sender); };
    switch (event.what) {
      case What::entered:
        return say(now, "is in");
      case What::left:
        return say(now, "is out");
      case What::sent_to_all:
        return say(now, fmt::format("sends {}{}", what, token ? "" : " to everyone"));
      case What::sent_to:
        return say(now, fmt::format("sends {} to {}", what, name_of(plan_, event.actor)));
      case What::arrived:
        return say(now, fmt::format("gets {} of {}{}", what, sender(),
                                    event.misattributed ? ", in another's name" : ""));
      case What::lane_over:
        return say(now, "ends the round");
      case What::claimed:
        return say(now, fmt::format("reads that {} has sent {} tokens", sender(), event.message.n));
      default:
        return;
    }
  }

  const scenarios::Plan& plan_;
  ActorId actor_;
  std::string name_;
  Following following_;
  Telling& telling_;
};

class NarratedMachine final : public Machine {
 public:
  NarratedMachine(std::unique_ptr<Machine> machine, Narrator narrator)
      : machine_{std::move(machine)}, narrator_{std::move(narrator)} {}

  void handle(Instant now, const Input& input, Outbox& out) override {
    narrator_.tell(now, input);
    machine_->handle(now, input, out);
    for (const Effect& effect : out.effects()) narrator_.tell(now, effect, out);
  }
  std::optional<Instant> next_deadline() const override { return machine_->next_deadline(); }
  bool done() const override { return machine_->done(); }
  bool busy() const override { return machine_->busy(); }

 private:
  std::unique_ptr<Machine> machine_;
  Narrator narrator_;
};

// Whose lines are told: those whom it concerns, and a few others whom a fault befell, since what
// one client suffers may show at another.
std::vector<ActorId> cast_of(const metrics::Breach& breach, std::vector<ActorId> struck) {
  std::vector<ActorId> cast{breach.actor, breach.message.sender};
  std::ranges::sort(struck);
  struck.erase(std::unique(struck.begin(), struck.end()), struck.end());
  std::erase_if(struck, [&](ActorId actor) {
    return actor == breach.actor || actor == breach.message.sender;
  });
  if (struck.size() <= kBystandersMax) cast.insert(cast.end(), struck.begin(), struck.end());
  return cast;
}

// A target has no narrator; when it is told to fail stands in the scenario, unless chance decides.
void tell_of_targets(const scenarios::Scenario& scenario, Instant until, std::vector<Line>& lines) {
  for (const scenarios::Fault& fault : scenario.faults) {
    if (!is_target(fault.to.among) || fault.after || fault.probability < 1) continue;
    const bool relay = fault.to.among == scenarios::Selection::Among::relay;
    const Instant end = std::min(until, Instant{scenario.duration});
    for (Instant at{fault.at}; at < end; at += fault.every.value_or(scenario.duration))
      lines.insert(std::ranges::lower_bound(lines, at, {}, &Line::at),
                   {at,
                    {},
                    line_of(at, relay ? "the relay" : "the arena",
                            fmt::format("meets a fault: {}", def(fault.action.kind).name))});
  }
}

// Of the lines before `end`, which ones are told: the last, behind the last of the pinned ones.
std::vector<bool> chosen_of(const std::vector<Line>& lines, std::size_t end) {
  std::vector<bool> chosen(end);
  std::size_t told = 0;
  for (std::size_t i = end; i-- > 0 && told < kEarlierCommands;) {
    if (!lines[i].pinned) continue;
    chosen[i] = true;
    ++told;
  }
  for (std::size_t i = end; i-- > 0 && told < kStoryLines;) {
    if (chosen[i]) continue;
    chosen[i] = true;
    ++told;
  }
  return chosen;
}

// What was lost leaves no event, and the story would end without its point.
std::optional<std::string> absence(const scenarios::Plan& plan, const metrics::Breach& breach) {
  const bool token = breach.invariant == Invariant::tokens_delivered;
  if (!token && breach.invariant != Invariant::delivered) return std::nullopt;
  return line_of(breach.at, name_of(plan, breach.actor),
                 fmt::format("has not got {} of {}", message_in_words(breach.message, token),
                             name_of(plan, breach.message.sender)));
}

}  // namespace

std::string name_of(const scenarios::Plan& plan, ActorId actor) {
  if (actor >= plan.actors.size()) return "somebody";
  const scenarios::PlannedActor& planned = plan.actors[actor];
  switch (planned.role) {
    case scenarios::Role::agent:
      return fmt::format("agent-{}", planned.number);
    case scenarios::Role::participant:
      return fmt::format("participant-{}", planned.number);
    case scenarios::Role::observer:
      return fmt::format("observer-{}", planned.number);
    case scenarios::Role::voter:
      return fmt::format("voter-{}", planned.number);
    case scenarios::Role::operator_:
      return "the operator";
  }
  return {};
}

std::string in_words(const metrics::Breach& breach, const scenarios::Plan& plan) {
  const std::string when =
      fmt::format("after {}", metrics::in_words(breach.since.time_since_epoch()));
  const std::string where = fmt::format("at {}", name_of(plan, breach.actor));
  if (breach.actor == breach.message.sender) return fmt::format("{}, {}", where, when);
  const bool token = plan.actors[breach.message.sender].role == scenarios::Role::participant;
  return fmt::format("{}, of {} of {}, {}", where, message_in_words(breach.message, token),
                     name_of(plan, breach.message.sender), when);
}

std::vector<std::string> story_of(const scenarios::Scenario& scenario,
                                  const metrics::Breach& breach,
                                  const std::function<bool()>& interrupted) {
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  Telling telling;
  const bool crowded = plan.actors.size() > kSmallCrowd;
  const auto listen = [&](std::unique_ptr<Machine> machine,
                          ActorId actor) -> std::unique_ptr<Machine> {
    if (crowded && actor != breach.actor && actor != breach.message.sender) return machine;
    return std::make_unique<NarratedMachine>(
        std::move(machine),
        Narrator{plan, actor, Following{scenario, plan, actor, breach}, telling});
  };
  VirtualSettings settings;  // piece by piece: else g++ 12 takes some for uninitialised
  settings.samples = false;
  settings.staging.around = listen;
  settings.interrupted = interrupted;
  const auto run = run_virtual(scenario, plan, settings);
  if (run && run.value().interrupted) return {};

  std::vector<Line>& lines = telling.lines;
  const std::vector<ActorId> cast = cast_of(breach, telling.struck);
  std::erase_if(lines, [&](const Line& line) { return std::ranges::count(cast, line.who) == 0; });
  tell_of_targets(scenario, breach.at, lines);

  // The moment itself is the last of its time.
  const auto after = static_cast<std::size_t>(
      std::ranges::upper_bound(lines, breach.since, {}, &Line::at) - lines.begin());
  const auto over = static_cast<std::size_t>(
      std::ranges::upper_bound(lines, breach.at, {}, &Line::at) - lines.begin());
  const std::size_t end = std::min(over, after + kLinesAfter);
  std::vector<std::string> told;
  const std::vector<bool> chosen = chosen_of(lines, end);
  for (std::size_t i = 0; i < end; ++i)
    if (chosen[i]) told.push_back(lines[i].text);
  if (auto last = absence(plan, breach)) told.push_back(*std::move(last));
  return told;
}

}  // namespace gauntlet::sim
