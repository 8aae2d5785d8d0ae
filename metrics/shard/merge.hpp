// The parts of a run, put together again.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "metrics/shard/shard_part.hpp"

namespace gauntlet::metrics {

/// A part and where it was found.
struct FoundPart {
  std::string folder;
  ShardPart part;
};

/// Why results are not the shards of one run.
struct Misfit {
  std::string what;  // a sentence without its full stop
  std::string fix;
};

/// All of them; that a shard is missing is none (see missing_shards()).
std::vector<Misfit> misfits(std::span<const FoundPart> parts);

/// The numbers, from 0, of the shards that are not there.
/// @pre There is a part, and no misfit.
std::vector<std::uint32_t> missing_shards(std::span<const FoundPart> parts);

/// "shard 1 of 2".
std::string in_words(const ShardIdentity& who);

/// The measured window, as the plan has it.
struct MeasuredWindow {
  Instant begin;
  Instant end;
};

/// What the shards know without their events, as one part: counts and samples are added, exactly;
/// of the machines' facts, the worst count. A shard that was interrupted is a loss.
/// @pre There is a part, and no misfit.
ShardPart put_together(std::span<const FoundPart> parts, const MeasuredWindow& window);

/// The same intervals of several timelines as one. Where one was cut late, and so lacks a cut, the
/// others' intervals on both sides of it are taken together.
Intervals merged(std::span<const Intervals* const> timelines, const MeasuredWindow& window);

}  // namespace gauntlet::metrics
