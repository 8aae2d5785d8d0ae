// All cases, area by area, in the order in which they are reported.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "sim/conformance/bystanders.hpp"
#include "sim/conformance/case.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim::conformance {

// One table per file.
Cases arc_registration_cases();
Cases arc_authentication_cases();
Cases arc_connection_cases();
Cases arc_routing_cases();
Cases arc_payload_cases();
Cases arc_identity_cases();
Cases arc_validation_cases();
Cases arc_subscription_cases();
Cases arc_question_cases();
Cases arc_limit_cases();
Cases arc_robustness_cases();
Cases arc_restart_cases();
Cases arena_session_cases();
Cases arena_registration_cases();
Cases arena_round_cases();
Cases arena_token_cases();
Cases arena_complete_cases();
Cases arena_screen_cases();
Cases arena_score_cases();
Cases arena_export_cases();
Cases arena_limit_cases();
Cases arena_robustness_cases();

// Of both servers.
Cases websocket_handshake_cases();
Cases websocket_frame_cases();
Cases hostile_frame_cases();
Cases hostile_http_cases();

std::vector<const Case*> relay_cases();
std::vector<const Case*> arena_cases();

/// What is asked, and by whom.
struct Subject {
  std::string_view name;  // "relay"
  std::vector<const Case*> cases;
  std::unique_ptr<Bystanders> bystanders;
  Endpoint door;  // where to see whether the server is there
};
Subject relay_subject();
Subject arena_subject();

}  // namespace gauntlet::sim::conformance
