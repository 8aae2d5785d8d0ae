// Where a replay goes: what the flags say, held against what the recording needs.
#include "sim/cli/replay_targets.hpp"

#include <gtest/gtest.h>

#include "tests/sim/recording/entries.hpp"

namespace gauntlet::sim {
namespace {

using recording::Entry;
using recording::Kind;
using testing::HasSubstr;

constexpr std::uint64_t kArenaSocket = 1;
constexpr std::uint64_t kRelaySocket = 3;

std::string recording_of(const std::vector<std::uint64_t>& places, bool with_pin = false) {
  std::vector<recording::OwnedEntry> entries;
  entries.emplace_back(Entry{.kind = Kind::starts, .actor = 0, .at = {}, .text = {"agent"}});
  for (const std::uint64_t place : places)
    entries.emplace_back(Entry{.kind = Kind::connects, .actor = 0, .at = {}, .place = place});
  const std::vector<recording::Blank> pin{{0, recording::Hidden::pin}};
  if (with_pin)
    entries.emplace_back(Entry{.kind = Kind::says, .actor = 0, .at = {}, .text = {"", pin}});
  return recording::file_of(entries, 100);
}

std::string what_is_wrong(const std::string& bytes, const ReplayFlags& flags) {
  const auto script = replay::Script::read(bytes);
  const auto scenario = replay_scenario(script.value(), flags);
  return scenario ? "" : scenario.error().sentence;
}

TEST(ReplayTargets, NeedNoNameWhereThereIsOnlyOne) {
  const std::string relay = recording_of({kRelaySocket});
  const auto script = replay::Script::read(relay);
  const auto scenario = replay_scenario(script.value(), {.targets = {"http://127.0.0.1:8080"}});
  ASSERT_TRUE(scenario.ok() && scenario.value());
  const auto addresses = scenarios::relay_addresses(scenario.value()->targets);
  ASSERT_EQ(addresses.size(), 1U);
  EXPECT_THAT(addresses.front().connect_url, HasSubstr("127.0.0.1:8080"));
  EXPECT_EQ(what_is_wrong(recording_of({kArenaSocket}), {.targets = {"embedded"}}), "");
}

TEST(ReplayTargets, AreThoseThatTheRecordingHas) {
  const std::string both = recording_of({kRelaySocket, kArenaSocket});
  EXPECT_THAT(what_is_wrong(both, {.targets = {"http://a"}}), HasSubstr("which of them"));
  EXPECT_THAT(what_is_wrong(both, {.targets = {"relay=embedded"}}), HasSubstr("an arena"));
  EXPECT_EQ(what_is_wrong(both, {.targets = {"relay=embedded", "arena=embedded"}}), "");
  const std::string relay = recording_of({kRelaySocket});
  EXPECT_THAT(what_is_wrong(relay, {}), HasSubstr("no target is given"));
  EXPECT_THAT(what_is_wrong(relay, {.targets = {"embedded", "arena=embedded"}}),
              HasSubstr("nobody in the recording talks to an arena"));
}

TEST(ReplayTargets, WantAPinThatNobodyInTheRecordingFindsOut) {
  const std::string arena = recording_of({kArenaSocket}, true);
  EXPECT_THAT(what_is_wrong(arena, {.targets = {"embedded"}}), HasSubstr("a PIN"));
  EXPECT_EQ(what_is_wrong(arena, {.targets = {"embedded"}, .pin = "4711"}), "");
}

}  // namespace
}  // namespace gauntlet::sim
