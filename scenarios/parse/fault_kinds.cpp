#include "scenarios/parse/fault_kinds.hpp"

#include "scenarios/parse/fault_action_kind.hpp"
#include "scenarios/parse/record.hpp"
#include "scenarios/parse/scalar_kinds.hpp"
#include "scenarios/parse/selection.hpp"

namespace gauntlet::scenarios {
namespace {

const Kind<Selection>& selection() {
  static const Kind<Selection> kKind = [] {
    Scalar<Selection> scalar;
    scalar.words = selection_words();
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
          .key("every", &Fault::every, duration_from(kEveryMin),
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
