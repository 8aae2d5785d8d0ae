// Requests to the arena's HTTP side, one at a time: what the operator and the voters do.
#pragma once

#include <optional>
#include <string_view>

#include "sim/actor/patience.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// How a request ended.
struct ControlReply {
  std::optional<Outcome> failure;  // unset: the arena did it
  std::string_view body{};         // valid for the call that the reply came with
};

/// At most one request under way, with its limit of time; failures and times are counted here.
class ControlRequest {
 public:
  explicit ControlRequest(Duration timeout) : timeout_{timeout} {}

  void get(std::string_view path, Instant intended, Instant now, Outbox& out) {
    ask(Method::get, path, {}, intended, now, out);
  }
  /// @param body  a slice of `out`.
  void post(std::string_view path, Slice body, Instant intended, Instant now, Outbox& out) {
    ask(Method::post, path, body, intended, now, out);
  }

  /// The end of the request, when `input` or the time brings it.
  std::optional<ControlReply> handle(Instant now, const Input& input, Outbox& out);
  void cancel(Outbox& out);

  bool under_way() const { return under_way_; }
  Instant next_deadline() const { return under_way_ ? deadline_ : kNever; }

 private:
  void ask(Method method, std::string_view path, Slice body, Instant intended, Instant now,
           Outbox& out);

  Duration timeout_;
  Instant intended_{};
  Instant deadline_{};
  bool under_way_{false};
};

}  // namespace gauntlet::sim
