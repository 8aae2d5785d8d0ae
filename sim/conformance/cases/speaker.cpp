#include "sim/conformance/cases/speaker.hpp"

#include <fmt/format.h>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/arena.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr const char* kWords = "1 byte, é, 世, 😀";

Task<Speaker> agent_speaker(Stage& stage) {
  const Agent alice = co_await enters(stage, stage.numbered("alice"));
  const Agent bob = co_await enters(stage, stage.numbered("bob"));
  co_return Speaker{alice, bob, direct(bob, kWords).dump(), from(alice) && with("payload", kWords)};
}

Task<Speaker> screen_speaker(Stage& stage) {
  const Socket screen = co_await opens(stage, "screen");
  Json message = telao_register();
  message["note"] = kWords;
  co_return Speaker{screen, screen, message.dump(), registered_telao()};
}

}  // namespace

Task<Speaker> speaker(Stage& stage) {
  if (stage.door() == Endpoint::relay_socket) co_return co_await agent_speaker(stage);
  co_return co_await screen_speaker(stage);
}

Steps has_an_effect(const Speaker& speaker, std::string how) {
  co_await speaker.witness.hears("what comes of a message " + how, speaker.effect);
}

}  // namespace gauntlet::sim::conformance
