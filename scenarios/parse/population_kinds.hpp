// The kinds of a population's entries: agents, participants, observers, voters.
#pragma once

#include "scenarios/model/population.hpp"
#include "scenarios/parse/kind.hpp"

namespace gauntlet::scenarios {

const Kind<Population>& population();

/// More clients than this no plan can hold.
inline constexpr std::uint32_t kActorsMax = 10'000'000;

}  // namespace gauntlet::scenarios
