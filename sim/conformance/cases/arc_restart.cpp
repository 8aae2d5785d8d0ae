// ARC-RESTART: what dies with the relay's process.
#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr Duration kComesBack = std::chrono::seconds{30};
constexpr Duration kLookAgain = std::chrono::milliseconds{250};

// A port may be open before the relay serves: it is back when somebody new is registered.
Task<bool> is_back(Stage& stage) {
  const bool found = co_await stage.finds_somebody(Endpoint::relay_http);
  if (!found) co_return false;
  const Reply reply = co_await registers(stage, Json::object().dump());
  co_return reply.ok();
}

// From here on the relay is another process, and nobody is connected.
Steps restarts(Stage& stage, const Agent& witness) {
  stage.restart_server();
  const std::optional<Ended> ended = co_await witness.may_be_closed(stage.waits().answer);
  if (!ended) {
    stage.skip(
        "the relay was not restarted: who was connected still is; --restart-command is to end it, "
        "and to start it again");
    co_await stage.over();
  }
  const Instant until = stage.now() + kComesBack;
  for (;;) {
    const bool back = co_await is_back(stage);
    if (back) co_return;
    if (stage.now() >= until) break;
    co_await stage.pause(kLookAgain);
  }
  stage.cannot_tell("the relay did not come back when it was restarted");
  co_await stage.over();
}

// How who brings it is turned away, or as whom it is let in, is the business of ARC-AUTH: it is not
// to be alice.
Steps forgets_tokens(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  co_await restarts(stage, alice);
  const Agent bob = co_await enters(stage, "bob");
  const Upgrade upgrade =
      co_await stage.knocks(knock_with_bearer("alice, as before", alice.card().token));
  if (!upgrade.accepted()) co_return;
  upgrade.socket.says(direct(bob, "it is me again"));
  co_await bob.hears_nothing("alice, by a token of the process before", from(alice));
}

// They stay taken for the life of the relay; that they are free behind it is not promised.
Steps frees_ids(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  co_await restarts(stage, alice);
  const Json body{{"agent_id", alice.id()}};
  const Reply reply = co_await registers(stage, body.dump());
  if (!reply.ok()) stage.deviates("an id is taken by who had it before: " + said(reply));
}

constexpr Case restart(std::string_view id, std::string_view does, std::string_view clause,
                       Steps (*script)(Stage&), Level level) {
  return {.id = id,
          .does = does,
          .clause = clause,
          .script = script,
          .level = level,
          .manner = Manner::alone,
          .need = Need::restart};
}

constexpr std::array kRows{
    restart("ARC-RESTART-01", "takes no token of the process before",
            "ARC, Lifecycle: tokens die with the relay process", forgets_tokens, Level::must),
    restart("ARC-RESTART-02", "gives ids of the process before",
            "ARC, Register: ids stay taken for the life of the relay", frees_ids, Level::should),
};

}  // namespace

Cases arc_restart_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
