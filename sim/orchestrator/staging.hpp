// What a run may have besides its population, or instead of it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/population/population.hpp"
#include "sim/recording/recording_file.hpp"
#include "sim/session/cast.hpp"

namespace gauntlet::sim {

struct Staging {
  MakePerformer perform{};  // who acts; without: the scenario's population
  /// Puts something around an actor's machine; empty: nothing.
  std::function<std::unique_ptr<Machine>(std::unique_ptr<Machine>, ActorId)> around{};
  recording::RecordingFile* recording{nullptr};  // keeps what everybody says and hears
};

/// How the actors of a thread are made; to be asked for once by each. Both outlive it.
MakePerformer performers(const Staging& staging, Population& population);

/// Nothing more is said in this process.
void finish(const Staging& staging);

}  // namespace gauntlet::sim
