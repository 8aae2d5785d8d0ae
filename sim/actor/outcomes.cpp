#include "sim/actor/outcomes.hpp"

#include "sim/actor/replies.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::string_view kNoSession = "No active session";

}  // namespace

Outcome outcome_of_refusal(const HttpReply& reply) {
  const bool taken = reply.status == 409 || read_error_code(reply.body) == "agent_id_taken";
  return taken ? Outcome::id_taken : outcome_of_status(reply.status);
}

Outcome outcome_of_control_refusal(const HttpReply& reply) {
  const bool no_session = read_error_code(reply.body).starts_with(kNoSession);
  return no_session ? Outcome::no_session : outcome_of_status(reply.status);
}

Outcome outcome_of(const ConnectFailed& failure) {
  return failure.status >= 400 ? outcome_of_status(failure.status) : failure.why;
}

Outcome outcome_of(const Closed& closed) {
  if (closed.how != Outcome::closed_by_peer) return closed.how;
  switch (closed.code) {
    case 1009:
      return Outcome::too_big;
    case 4001:
      return Outcome::unauthorized;
    case 4029:
      return Outcome::rate_limited;
    default:
      return Outcome::closed_by_peer;
  }
}

// ARC's documents name no code for it.
bool is_rate_limit(std::string_view error_code) {
  return error_code.find("rate_limit") != std::string_view::npos ||
         error_code == "too_many_requests" || error_code == "too_many_messages";
}

Outcome outcome_of_arena_error(std::string_view message, std::string_view code) {
  if (code == "SESSION_ENDED") return Outcome::session_ended;
  if (message.starts_with("Invalid PIN")) return Outcome::wrong_pin;
  if (message.starts_with(kNoSession)) return Outcome::no_session;
  return Outcome::rejected;
}

}  // namespace gauntlet::sim
