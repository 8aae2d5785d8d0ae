#include "scenarios/parse/fault_kinds.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "scenarios/parse/fault_action_kind.hpp"
#include "scenarios/parse/record.hpp"
#include "scenarios/parse/scalar_kinds.hpp"
#include "scenarios/terms/match.hpp"

namespace gauntlet::scenarios {
namespace {

using Among = Selection::Among;

struct Group {
  Among among;
  std::string_view plural;
  std::string_view singular;  // empty: it has no members
};
constexpr std::array kGroups{
    Group{Among::everyone, "everyone", ""},
    Group{Among::agents, "agents", "agent"},
    Group{Among::participants, "participants", "participant"},
    Group{Among::observers, "observers", "observer"},
    Group{Among::relay, "relay", ""},
    Group{Among::arena, "arena", ""},
};
constexpr std::string_view kHolders = "whoever holds round ";
constexpr std::string_view kSelectionWords =
    "everyone, agents, 5 participants, 10% of agents, agent-17, whoever holds round 2, relay or "
    "arena";

std::optional<std::uint32_t> whole(std::string_view digits) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
    return std::nullopt;
  return number;
}

const Group* group_of(std::string_view word) {
  for (const Group& group : kGroups)
    if (word == group.plural || (!group.singular.empty() && word == group.singular)) return &group;
  return nullptr;
}

Quantity<Selection> parse_selection(std::string_view text) {
  const auto wrong = [&] {
    return fail(Misread{
        "must be one of " + std::string{kSelectionWords},
        nearest(text, {"everyone", "agents", "participants", "observers", "relay", "arena"})});
  };
  if (text.starts_with(kHolders)) {
    const auto round = whole(text.substr(kHolders.size()));
    if (!round || *round == 0) return wrong();
    return Selection{.among = Among::participants, .which = {}, .round = *round};
  }
  if (const Group* group = group_of(text)) {
    if (text != group->plural) return wrong();
    return Selection{.among = group->among, .which = {}, .round = {}};
  }
  if (const auto dash = text.rfind('-'); dash != text.npos) {
    const Group* group = group_of(text.substr(0, dash));
    const auto number = whole(text.substr(dash + 1));
    if (group == nullptr || group->singular != text.substr(0, dash) || !number) return wrong();
    return Selection{.among = group->among, .which = Selection::One{*number}, .round = {}};
  }
  const auto space = text.find(' ');
  if (space == text.npos) return wrong();
  const std::string_view amount = text.substr(0, space);
  std::string_view rest = text.substr(space + 1);
  const bool of = rest.starts_with("of ");
  if (of) rest.remove_prefix(3);
  const Group* group = group_of(rest);
  if (group == nullptr || (group->singular.empty() && group->among != Among::everyone))
    return wrong();
  if (const auto count = whole(amount); count && !of && *count > 0 && !group->singular.empty())
    return Selection{.among = group->among, .which = Selection::Some{*count}, .round = {}};
  const auto share = parse_percentage(amount);
  if (!share || !of || share.value() <= 0 || share.value() > 1) return wrong();
  return Selection{.among = group->among, .which = Selection::Share{share.value()}, .round = {}};
}

std::string selection_text(const Selection& selection) {
  if (selection.round) return std::string{kHolders} + std::to_string(*selection.round);
  const Group& group = kGroups[static_cast<std::size_t>(selection.among)];
  return std::visit(match{
                        [&](const Selection::All&) { return std::string{group.plural}; },
                        [&](const Selection::Some& some) {
                          return std::to_string(some.count) + ' ' +
                                 std::string{some.count == 1 ? group.singular : group.plural};
                        },
                        [&](const Selection::Share& share) {
                          return number_text(share.share * 100) + "% of " +
                                 std::string{group.plural};
                        },
                        [&](const Selection::One& one) {
                          return std::string{group.singular} + '-' + std::to_string(one.number);
                        },
                    },
                    selection.which);
}

const Kind<Selection>& selection() {
  static const Kind<Selection> kKind = [] {
    Scalar<Selection> scalar;
    scalar.words = kSelectionWords;
    scalar.label = "";
    scalar.example = "10% of agents";
    scalar.schema = {
        {"type", "string"},
        {"pattern",
         "^(everyone|agents|participants|observers|relay|arena|[1-9][0-9]* "
         "(agents?|participants?|observers?)|[0-9.]+% of "
         "(everyone|agents|participants|observers)|(agent|participant|observer)-[0-9]+|whoever "
         "holds round [1-9][0-9]*)$"}};
    scalar.parse = parse_selection;
    scalar.print = [](const Selection& to) { return std::optional{selection_text(to)}; };
    return named(
        "selection", "Whom a fault befalls.",
        "`everyone`, `agents`, `participants`, `observers`: all of them. `5 participants`, "
        "`10% of agents`: some, drawn anew each time. `agent-17`: the one of that number, "
        "from 0. `whoever holds round 2`: the participants that are at work on it. `relay`, "
        "`arena`: the embedded target itself, which has faults of its own (`target_...`).",
        scalar.kind());
  }();
  return kKind;
}

const Kind<After>& after() {
  static const Kind<After> kKind = [] {
    const auto event = words<FaultEvent>({{"registered", FaultEvent::registered},
                                          {"joined", FaultEvent::joined},
                                          {"challenged", FaultEvent::challenged},
                                          {"first_token", FaultEvent::first_token},
                                          {"completed", FaultEvent::completed}});
    const auto full =
        Record<After>{"after", "Something in a client's own life that a fault waits for."}
            .required(
                "event", &After::event, event,
                "`registered`, `joined` (it is in, after each reconnect again), `challenged`, "
                "`first_token` or `completed` (of a participant's generation). For a fault of a "
                "target: `joined`, somebody has got in.")
            .key("wait", &After::wait, duration(), "How long after that.")
            .kind();
    const auto brief = adapt<After, FaultEvent>(
        event, [](FaultEvent what) { return After{.event = what}; },
        [](const After& content) {
          return content.wait == Duration{} ? std::optional{content.event} : std::nullopt;
        });
    return one_of<After>(event.words + ", or a map such as {event: joined, wait: 1s}", "joined",
                         {brief, full});
  }();
  return kKind;
}

}  // namespace

const Kind<Fault>& fault() {
  static const Kind<Fault> kKind =
      Record<Fault>{"fault", "Something that goes wrong on purpose."}
          .key("at", &Fault::at, duration(), "When, from the start of the run.")
          .key("every", &Fault::every, positive_duration(),
               "And then again and again, until measuring ends.")
          .key("after", &Fault::after, after(),
               "Instead of `at`: each time that this happens to a client.")
          .key("for", &Fault::lasts, positive_duration(),
               "For how long, for those that last. Without it: to the end of the run.")
          .key("probability", &Fault::probability, probability(), "Of each time and each client.")
          .key("to", &Fault::to, selection(), "Whom it befalls.")
          .required("do", &Fault::action, fault_action(), "What happens.")
          .exclusive("at", "after")
          .exclusive("every", "after")
          .kind();
  return kKind;
}

}  // namespace gauntlet::scenarios
