// The kinds that populations and targets share: random times, arrivals, recipients.
#pragma once

#include "scenarios/model/population.hpp"
#include "scenarios/parse/kind.hpp"

namespace gauntlet::scenarios {

const Kind<Distribution>& distribution();
const Kind<Arrivals>& arrivals();
const Kind<Arrive>& arrive();
const Kind<RandomAgents>& random_agents();
const Kind<Recipients>& recipients();
const Kind<Reconnect>& reconnect();

}  // namespace gauntlet::scenarios
