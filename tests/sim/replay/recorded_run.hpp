// Runs in virtual time that are recorded, and replays of them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "sim/recording/recording_file.hpp"
#include "sim/recording/words.hpp"
#include "sim/replay/replayed_client.hpp"
#include "tests/support/scenarios.hpp"

namespace gauntlet::sim::replay {

struct Recorded {
  RunResult result;
  std::string bytes;  // of the recording
};

/// A run in virtual time with these actors, and its recording.
inline Recorded recorded(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
                         MakePerformer perform = {}) {
  using recording::RecordingFile;
  const std::filesystem::path path =
      testing::TempDir() + "gauntlet-replay-" + std::to_string(::getpid());
  auto file = RecordingFile::create(
      path, {.scenario = scenario.name, .seed = scenario.seed, .driver = "virtual"},
      RecordingFile::Pace::at_once);
  if (!file) {
    ADD_FAILURE() << file.error();
    return {};
  }
  auto result =
      run_virtual(scenario, plan,
                  {.staging = {.perform = std::move(perform), .recording = file.value().get()}});
  std::ifstream stream{path, std::ios::binary};
  std::string bytes{std::istreambuf_iterator<char>{stream}, {}};
  std::filesystem::remove(path);
  if (!result) {
    ADD_FAILURE() << result.error().sentence;
    return {};
  }
  return {std::move(result).value(), std::move(bytes)};
}
inline Recorded recorded(const std::string& yaml) {
  const scenarios::Scenario scenario = scenario_of(yaml);
  return recorded(scenario, scenarios::make_plan(scenario));
}

struct Tempo {
  double speed{1};
  Secret pin{};
};
/// The recording once more, against the targets of a scenario.
inline Recorded replayed(const std::string& recording, const std::string& yaml, Tempo tempo = {}) {
  const scenarios::Scenario scenario = scenario_of(yaml);
  auto script = Script::read(recording);
  if (!script) {
    ADD_FAILURE() << script.error().what;
    return {};
  }
  const Script& parts = script.value();
  Stage stage{.script = parts, .speed = tempo.speed, .pin = tempo.pin};
  return recorded(
      scenario, plan_of(parts, tempo.speed, 1, scenario.drain),
      [&](const scenarios::PlannedActor& actor, Context&) {
        return Performer{std::make_unique<ReplayedClient>(stage, parts.parts()[actor.id]), nullptr};
      });
}

/// What each actor did and what befell it, in its order, as lines.
/// @param kinds  of these fields only: kAct.
inline std::map<ActorId, std::vector<std::string>> lines(const std::string& recording,
                                                         unsigned only = 0) {
  std::map<ActorId, std::vector<std::string>> all;
  auto reader = recording::RecordingReader::open(recording);
  if (!reader) {
    ADD_FAILURE() << reader.error().what;
    return all;
  }
  recording::Words words;
  while (const auto entry = reader.value().next()) {
    const std::string line = words.line(*entry);
    if (only == 0 || (def(entry->kind).fields & only) != 0) all[entry->actor].push_back(line);
  }
  EXPECT_EQ(reader.value().ending().how, recording::Ending::How::whole);
  return all;
}

}  // namespace gauntlet::sim::replay
