// Whether an HTTP reply is a success, and what one that is none is counted as, whoever asked.
#pragma once

#include "scenarios/terms/outcome.hpp"

namespace gauntlet {

constexpr bool succeeded(int http_status) { return http_status >= 200 && http_status < 300; }

/// @param status  of a reply that is not a success; one that is neither 4xx nor 5xx makes no sense.
constexpr Outcome outcome_of_status(int status) {
  if (status == 429) return Outcome::rate_limited;
  if (status == 401 || status == 403) return Outcome::unauthorized;
  if (status >= 400 && status < 500) return Outcome::rejected;
  if (status >= 500 && status < 600) return Outcome::server_error;
  return Outcome::bad_reply;
}

}  // namespace gauntlet
