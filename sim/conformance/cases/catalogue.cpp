#include "sim/conformance/cases/catalogue.hpp"

#include <initializer_list>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/arena.hpp"

namespace gauntlet::sim::conformance {
namespace {

std::vector<const Case*> all_of(std::initializer_list<Cases> tables) {
  std::vector<const Case*> all;
  for (const Cases table : tables)
    for (const Case& row : table) all.push_back(&row);
  return all;
}

}  // namespace

std::vector<const Case*> relay_cases() {
  // A relay that is restarted in vain is not there any more: that comes last.
  return all_of({arc_registration_cases(), arc_authentication_cases(), arc_connection_cases(),
                 arc_routing_cases(), arc_payload_cases(), arc_identity_cases(),
                 arc_validation_cases(), arc_subscription_cases(), arc_question_cases(),
                 arc_limit_cases(), arc_robustness_cases(), websocket_handshake_cases(),
                 websocket_frame_cases(), hostile_frame_cases(), hostile_http_cases(),
                 arc_restart_cases()});
}

std::vector<const Case*> arena_cases() {
  return all_of({arena_session_cases(), arena_registration_cases(), arena_round_cases(),
                 arena_token_cases(), arena_complete_cases(), arena_screen_cases(),
                 arena_score_cases(), arena_export_cases(), arena_limit_cases(),
                 arena_robustness_cases(), websocket_handshake_cases(), websocket_frame_cases(),
                 hostile_frame_cases(), hostile_http_cases()});
}

Subject relay_subject() {
  return {.name = "relay",
          .cases = relay_cases(),
          .bystanders = std::make_unique<ArcBystanders>(),
          .door = Endpoint::relay_socket};
}

Subject arena_subject() {
  return {.name = "arena",
          .cases = arena_cases(),
          .bystanders = std::make_unique<ArenaBystanders>(),
          .door = Endpoint::arena_socket};
}

}  // namespace gauntlet::sim::conformance
