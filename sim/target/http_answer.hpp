// What the embedded servers answer to HTTP requests, and how they read a query.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/machine/target.hpp"

namespace gauntlet::sim {

struct HttpAnswer {
  int status{200};
  std::string body;
  ContentType type{ContentType::json};
};

/// {"error": error, "message": message}
HttpAnswer refusal(int status, std::string_view error, std::string_view message);

inline HttpAnswer not_found() { return refusal(404, "not_found", "there is nothing at this path"); }
inline HttpAnswer method_not_allowed() {
  return refusal(405, "method_not_allowed", "this path does not answer that method");
}

void push_answer(TargetOutbox& out, ConnectionId to, const HttpAnswer& answer);

/// The value of `key` in a query such as "token=tok_1&x=%20", decoded; unset when it is not there.
/// A '%' that two hex digits do not follow stands for itself.
std::optional<std::string> query_value(std::string_view query, std::string_view key);

}  // namespace gauntlet::sim
