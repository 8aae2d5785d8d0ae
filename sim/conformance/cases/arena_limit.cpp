// ARENA-LIMIT: how many requests an arena takes, and what it says to more.
#include <fmt/format.h>

#include <chrono>

#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr int kTooManyRequests = 429;
constexpr int kRequests = 200;
constexpr Duration kInTime = std::chrono::seconds{40};
constexpr Duration kLimitIsOver = std::chrono::seconds{62};

// Once, whatever the answer: a stage asks again when it meets a limit.
Task<Reply> asks_for_health(Stage& stage) {
  std::string request;
  wire::append_request(request,
                       {.method = "GET",
                        .authority = stage.place(Endpoint::arena_http).authority,
                        .path = "/health"},
                       {});
  co_return co_await stage.sends_raw(Endpoint::arena_http, request, "GET /health");
}

// The default limit is left open, and so is whether there is one.
Steps limits_by_429(Stage& stage) {
  const Reply first = co_await asks_for_health(stage);
  if (!first.ok() && first.status != kTooManyRequests) {
    stage.skip("the arena is not healthy: " + said(first));
    co_await stage.over();
  }
  const Instant until = stage.now() + kInTime;
  for (int i = 0; i < kRequests && stage.now() < until; ++i) {
    const Reply reply = co_await asks_for_health(stage);
    if (reply.status == kTooManyRequests) {
      stage.note(fmt::format("429 to request {}", i + 1));
      co_await stage.pause(kLimitIsOver);
      const Reply later = co_await asks_for_health(stage);
      stage.expect(later.ok(), "HTTP 200 a minute after a 429", said(later));
      co_return;
    }
    stage.expect(reply.ok(), "HTTP 200 or 429", said(reply));
  }
}

constexpr std::array kRows{
    Case{.id = "ARENA-LIMIT-01",
         .does = "takes two hundred requests, or says 429 for a minute",
         .clause = "Arena, Operator: too many requests 429 (the default limit is per address and "
                   "minute)",
         .script = limits_by_429,
         .level = Level::should,
         .manner = Manner::alone,
         .need = Need::control,
         .slow = true},
};

}  // namespace

Cases arena_limit_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
