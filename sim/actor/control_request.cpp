#include "sim/actor/control_request.hpp"

#include "sim/actor/outcomes.hpp"

namespace gauntlet::sim {
namespace {

std::optional<ControlReply> read(const Input& input) {
  if (const auto* reply = std::get_if<HttpReply>(&input)) {
    if (succeeded(reply->status)) return ControlReply{std::nullopt, reply->body};
    return ControlReply{outcome_of_control_refusal(*reply)};
  }
  if (const auto* failed = std::get_if<HttpFailed>(&input)) return ControlReply{failed->why};
  return std::nullopt;
}

}  // namespace

void ControlRequest::ask(Method method, std::string_view path, Slice body, Instant intended,
                         Instant now, Outbox& out) {
  under_way_ = true;
  intended_ = intended;
  deadline_ = now + timeout_;
  out.push(Request{method, Endpoint::arena_http, out.keep(path), body, intended});
}

std::optional<ControlReply> ControlRequest::handle(Instant now, const Input& input, Outbox& out) {
  if (!under_way_) return std::nullopt;
  auto reply = read(input);
  if (!reply && now >= deadline_) {
    out.push(CancelRequest{});
    reply = ControlReply{Outcome::timed_out};
  }
  if (!reply) return std::nullopt;
  under_way_ = false;
  if (reply->failure)
    out.push(Count{metrics::arena_failure(*reply->failure)});
  else
    out.push(Observe{metrics::Series::arena_control, now - intended_, intended_});
  return reply;
}

void ControlRequest::cancel(Outbox& out) {
  if (!under_way_) return;
  under_way_ = false;
  out.push(CancelRequest{});
}

}  // namespace gauntlet::sim
