#include "sim/cli/replay_targets.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <string_view>

#include "sim/cli/load.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::array<std::string_view, 2> kNames{"relay", "arena"};

Obstacle users(std::string sentence, std::string fix) {
  return {Obstacle::Whose::user, std::move(sentence), std::move(fix)};
}

/// "relay=URL" by its name; a bare URL by the only target that the recording has.
Result<std::map<std::string, std::string>, Obstacle> targets_of(const replay::Script& script,
                                                                const ReplayFlags& flags) {
  const replay::Script::Needs& needs = script.needs();
  const std::array<bool, 2> needed{needs.relay, needs.arena};
  std::map<std::string, std::string> given;
  for (const std::string& target : flags.targets) {
    const auto equals = target.find('=');
    std::string name = target.substr(0, equals);
    std::string url = equals == std::string::npos ? target : target.substr(equals + 1);
    if (equals == std::string::npos || (name != kNames[0] && name != kNames[1])) {
      if (needs.relay && needs.arena)
        return fail(users(fmt::format("the recording has a relay and an arena: which of them is "
                                      "at `{}`?",
                                      target),
                          "--target relay=URL --target arena=URL"));
      name = needs.relay ? kNames[0] : kNames[1];
      url = target;
    }
    given[name] = url;
  }
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const std::string name{kNames[i]};
    if (!needed[i] && given.contains(name))
      return fail(
          users(fmt::format("nobody in the recording talks to {} {}", i == 0 ? "a" : "an", name),
                "leave that --target out"));
  }
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const std::string name{kNames[i]};
    if (needed[i] && !given.contains(name))
      return fail(users(fmt::format("the recording's actors talk to {} {}, and no target is given",
                                    i == 0 ? "a" : "an", name),
                        needed[0] && needed[1] ? fmt::format("--target {}=URL", name)
                                               : "--target URL, or --target embedded"));
  }
  return given;
}

}  // namespace

Result<std::optional<scenarios::Scenario>, Obstacle> replay_scenario(const replay::Script& script,
                                                                     const ReplayFlags& flags) {
  auto targets = targets_of(script, flags);
  if (!targets) return fail(targets.error());
  if (script.needs().pin && flags.pin.empty())
    return fail(users("the recording's participants say a PIN that they had from elsewhere",
                      "--pin PIN, or ARENA_PIN in the environment"));
  std::string text = "name: replay\nthresholds: [replay.unsent == 0]\ntargets:\n";
  std::vector<std::string> overrides;
  for (const auto& [name, url] : targets.value()) {
    text += fmt::format("  {}: embedded\n", name);
    overrides.push_back(fmt::format("targets.{}={}", name, url));
  }
  // Any that goes with its target, to be replaced.
  text +=
      fmt::format("population: [{{{}: 1}}]\n", script.needs().relay ? "agents" : "participants");
  overrides.insert(overrides.end(), flags.overrides.begin(), flags.overrides.end());
  auto scenario = load_text(text, "replay", overrides);
  if (!scenario) return std::optional<scenarios::Scenario>{};
  scenario->name = "replay-" + script.head().scenario;
  scenario->seed = script.head().seed;
  scenario->population = crowds_of(script);
  return scenario;
}

}  // namespace gauntlet::sim
