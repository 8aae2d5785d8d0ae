#include "sim/cli/idle_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "metrics/summary/words.hpp"
#include "scenarios/parse/quantity.hpp"
#include "scenarios/parse/selection.hpp"
#include "scenarios/plan/early_fault.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;
using scenarios::Fault;

std::string moment_in_words(const Fault& fault) {
  // In the order of FaultEvent, as scenarios have them.
  constexpr std::array<std::string_view, 5> kEvents{"registered", "joined", "challenged",
                                                    "first_token", "completed"};
  if (!fault.after) return "at " + scenarios::duration_text(fault.at);
  const std::string_view event = kEvents[static_cast<std::size_t>(fault.after->event)];
  if (fault.after->wait == Duration{}) return fmt::format("after {}", event);
  return fmt::format("{} after {}", scenarios::duration_text(fault.after->wait), event);
}

std::string in_words(const Fault& fault, std::size_t index) {
  return fmt::format("faults.{} ({} to {}, {})", index, def(fault.action.kind).name,
                     scenarios::selection_text(fault.to), moment_in_words(fault));
}

// Whom a fault finds, as a clause, and what helps.
std::string_view need_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::seq_gap:
    case FaultKind::seq_ahead:
    case FaultKind::seq_repeat:
    case FaultKind::wrong_round:
    case FaultKind::complete_early:
      return "a participant in the middle of a round, with a token sent. Try `after: first_token`";
    case FaultKind::seq_of_another:
      return "a participant in the middle of a round, with a token sent, and another participant. "
             "Try `after: first_token`";
    case FaultKind::complete_empty:
      return "a participant whose round has begun, without a token sent. Try `after: challenged`";
    case FaultKind::complete_late:
      return "a participant that has completed a round and is in a later one. Let there be two "
             "rounds, and try `after: first_token`";
    case FaultKind::complete_twice:
    case FaultKind::token_after_complete:
      return "a participant that has completed its round. Try `after: completed`";
    case FaultKind::runner_failure:
      return "a participant that generates. Try `after: first_token`";
    case FaultKind::duplicate_id:
      return "an agent that chose its id and has registered. Leave `id: assigned` and tokens out, "
             "or try `after: joined`";
    case FaultKind::wrong_pin:
    case FaultKind::pin_guessing:
    case FaultKind::token_unregistered:
      return "a participant that has registered. Try `after: joined`";
    case FaultKind::second_connection:
      return "somebody who is in. Try `after: joined`";
    default:
      break;
  }
  switch (def(kind).place) {
    case FaultPlace::words:
      return "somebody who is in. Try `after: joined`";
    case FaultPlace::connection:
      if (def(kind).lasting == Lasting::no)
        return "somebody who is connected. Try an `at` at which they are";
      [[fallthrough]];
    case FaultPlace::beside:
    case FaultPlace::runner:
    case FaultPlace::network:
      return "a client that has started, before its `for` is over";
    case FaultPlace::target:
      break;
  }
  return "an embedded target, at its moment";
}

std::string cause_of(const Fault& fault, const scenarios::Plan& plan) {
  if (scenarios::is_too_early(fault, plan))
    return fmt::format(
        "nobody whom it could befall was in yet. Give it an `at` after the connect phase, which "
        "ends after {}",
        metrics::in_words(plan.phases.connect.time_since_epoch()));
  std::string who = "it takes ";
  if (fault.probability < 1) who = "chance (`probability`) has its say, and it takes ";
  if (fault.to.round) who += fmt::format("one who holds round {} just then, and ", *fault.to.round);
  return who + std::string{need_of(fault.action.kind)};
}

}  // namespace

std::vector<std::string> idle_faults(const scenarios::Scenario& scenario,
                                     const scenarios::Plan& plan,
                                     const metrics::Snapshot& snapshot) {
  struct Group {
    std::string cause;
    std::string faults;
  };
  std::vector<Group> groups;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const Fault& fault = scenario.faults[i];
    const bool none = snapshot.counter(of_kind(Counter::fault_injected, fault.action.kind)) == 0;
    if (!none && !scenarios::is_too_early(fault, plan)) continue;
    std::string cause = cause_of(fault, plan);
    const auto known = std::ranges::find(groups, cause, &Group::cause);
    if (known == groups.end())
      groups.push_back({std::move(cause), in_words(fault, i)});
    else
      known->faults += " and " + in_words(fault, i);
  }
  std::vector<std::string> sentences;
  for (const Group& group : groups)
    sentences.push_back(fmt::format("{} befell nobody: {}.", group.faults, group.cause));
  return sentences;
}

}  // namespace gauntlet::sim
