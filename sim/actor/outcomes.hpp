// What to count a refusal, a close or an error message as.
#pragma once

#include <string_view>

#include "scenarios/terms/http_status.hpp"
#include "scenarios/terms/outcome.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// Of an HTTP reply of the arena that is no success.
Outcome outcome_of_control_refusal(const HttpReply& reply);
/// Of a registration that a relay refused.
Outcome outcome_of_refusal(const HttpReply& reply);

/// Of an upgrade that failed: by the status of the refusal when there was one.
Outcome outcome_of(const ConnectFailed& failure);

/// Of a close: an orderly one may still say why in its code.
Outcome outcome_of(const Closed& closed);

/// Whether an error message's code tells a client that it sends too much.
bool is_rate_limit(std::string_view error_code);

/// Of an arena's error message. Some arenas give a code, all give a sentence.
Outcome outcome_of_arena_error(std::string_view message, std::string_view code);

}  // namespace gauntlet::sim
