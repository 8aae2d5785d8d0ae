// What one shard of a run knows at its end: all of a run but what became of its messages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/ledger/breach.hpp"
#include "metrics/record/snapshot.hpp"
#include "metrics/record/timeline.hpp"
#include "metrics/verdict/validity.hpp"
#include "scenarios/terms/actor_id.hpp"
#include "scenarios/terms/result.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// Which part of which run it is.
struct ShardIdentity {
  std::string scenario;
  std::uint64_t plan_hash{0};  // of the whole plan
  std::string run;             // the name that all shards of a run share
  std::uint32_t number{0};     // from 0
  std::uint32_t count{1};
};

struct ShardPart {
  ShardIdentity who;
  std::int64_t started_unix_ns{0};  // by this machine's clock
  Duration lasted{};
  Duration measured{};  // the length of its measured window
  Instant closed{};     // the end of its drain: nothing was looked at afterwards
  std::string version;
  std::string host;
  bool interrupted{false};
  std::vector<ActorId> never_started{};  // although they should have been
  std::vector<Breach> breaches{};        // of its clients when they left: it has no ledger
  std::vector<std::string> warnings{};
  std::uint64_t events{0};  // in its event log
  GeneratorFacts generator{};
  Snapshot snapshot{};
  Intervals intervals{};
};

/// docs/operations.md says what is in it.
std::string shard_json(const ShardPart& part);
/// @error What is wrong with the text, as a clause.
Result<ShardPart, std::string> read_shard(std::string_view text);

}  // namespace gauntlet::metrics
