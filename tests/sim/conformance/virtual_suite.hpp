// A suite against an embedded server, in virtual time: no sockets, no waiting.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "metrics/record/recorder.hpp"
#include "sim/conformance/suite.hpp"
#include "sim/orchestrator/embedded.hpp"
#include "sim/session/host.hpp"
#include "sim/world/world.hpp"

namespace gauntlet::sim::conformance {

inline constexpr std::int64_t kEpochUnixMs = 1'790'000'000'000;

/// So long that no token expires while a suite runs.
inline constexpr Duration kTokenLifetime = std::chrono::hours{2};

/// Of somebody who registers before the world begins.
inline std::string early_token_of(Target& relay) {
  TargetOutbox out;
  relay.handle(Instant{}, 0,
               Asked{.port = 0,
                     .upgrade = false,
                     .method = "POST",
                     .path = "/register",
                     .query = {},
                     .bearer = {},
                     .peer = {},
                     .body = R"({"agent_id":"early-bird"})"},
               out);
  const auto& answer = std::get<Respond>(out.effects().front().effect);
  return nlohmann::json::parse(out.text(answer.body)).at("token").get<std::string>();
}

/// An embedded server that can be ended and started again, as another process.
class Restartable final : public Target {
 public:
  using Make = std::function<std::unique_ptr<Target>()>;
  Restartable(std::unique_ptr<Target> first, Make make)
      : target_{std::move(first)}, make_{std::move(make)} {}

  void restart() { wanted_ = true; }

  void handle(Instant now, ConnectionId from, const TargetInput& input,
              TargetOutbox& out) override {
    if (std::exchange(wanted_, false)) {
      target_ = make_();
      back_ = now + std::chrono::seconds{1};
      out.push({0, Crash{}});
    } else if (!back_) {
      target_->handle(now, from, input, out);
    } else if (*back_ <= now) {
      back_.reset();
      out.push({0, Resume{}});
    }
  }
  std::optional<Instant> next_deadline() const override {
    if (wanted_) return Instant{};
    return back_ ? back_ : target_->next_deadline();
  }

 private:
  std::unique_ptr<Target> target_;
  Make make_;
  bool wanted_{false};
  std::optional<Instant> back_{};
};

/// One embedded server alone in a world.
class VirtualServer {
 public:
  VirtualServer(Target& target, HostRules rules, Endpoint http, Endpoint socket)
      : world_{scenarios::Network{}, 1, recorder_}, host_{target, world_, rules} {
    world_.put(http, host_, 0);
    world_.put(socket, host_, 0);
    places_[static_cast<std::size_t>(http)] = {"server:80", "/"};
    places_[static_cast<std::size_t>(socket)] = {"server:80", path_of(socket)};
  }

  /// Nobody is there meanwhile.
  void pass(Duration time) {
    world_.run(world_.now() + time, [] { return false; });
  }

  std::vector<CaseResult> run(std::vector<const Case*> cases, Bystanders& bystanders,
                              Suite::Options options) {
    options.run_name = "00c0ffee";
    options.premises.began_unix_ms = kEpochUnixMs;
    Suite suite{std::move(cases), bystanders, world_, places_, std::move(options)};
    while (!suite.done()) {
      world_.act([&](Instant now) { suite.run_due(now); });
      const auto due = suite.next_deadline();
      if (!due) break;
      world_.run(*due, [&] { return suite.done() || suite.next_deadline() != due; });
    }
    return suite.results();
  }

 private:
  metrics::Recorder recorder_;
  World world_;
  Host host_;
  Places places_{};
};

}  // namespace gauntlet::sim::conformance
