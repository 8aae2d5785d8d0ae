// What passes between a machine and its driver, as lines of the log.
#pragma once

#include "sim/machine/machine.hpp"
#include "sim/machine/target.hpp"
#include "sim/session/log.hpp"

namespace gauntlet::sim {

void chronicle(Log& log, Instant now, LogSubject whom, const Input& input);
void chronicle(Log& log, Instant now, LogSubject whom, const Effect& effect);
void chronicle(Log& log, Instant now, LogSubject whom, const TargetInput& input);
void chronicle(Log& log, Instant now, LogSubject whom, const TargetEffect& effect);

}  // namespace gauntlet::sim
