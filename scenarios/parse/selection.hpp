// Whom a fault befalls, as people write it: "agents", "10% of agents", "agent-17".
#pragma once

#include <string>
#include <string_view>

#include "scenarios/model/fault.hpp"
#include "scenarios/parse/quantity.hpp"

namespace gauntlet::scenarios {

Quantity<Selection> parse_selection(std::string_view text);
std::string selection_text(const Selection& selection);
/// What there is to write, for a message.
std::string selection_words();

}  // namespace gauntlet::scenarios
