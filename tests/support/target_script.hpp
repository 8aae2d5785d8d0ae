// Talks to an embedded server the way its clients would, by name and without sockets: connect,
// say, see what comes back. Breaches of the driver's contract fail the test by themselves.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/terms/match.hpp"
#include "sim/machine/target.hpp"

namespace gauntlet::sim {

struct ScriptedAnswer {
  int status{0};  // 0: no answer yet
  std::string body;
  ContentType type{ContentType::json};

  nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
  std::string error() const { return json().value("error", ""); }
};

/// One server, any number of clients, one hand on the clock.
class TargetScript {
 public:
  explicit TargetScript(Target& target) : target_{target} {}

  struct Request {
    std::string_view method{"GET"};
    std::string_view path{};
    std::string_view query{};
    std::string_view body{};
    std::string_view bearer{};
    std::string_view peer{"10.0.0.1"};
    std::uint8_t port{0};
  };

  // ---- HTTP.

  ScriptedAnswer ask(const Request& request) {
    const ConnectionId id = send_request(request, false);
    return clients_[id].answer;
  }
  ScriptedAnswer get(std::string_view path, std::string_view query = {}) {
    return ask({.method = "GET", .path = path, .query = query});
  }
  ScriptedAnswer post(std::string_view path, const nlohmann::json& body) {
    return ask({.method = "POST", .path = path, .body = body.dump()});
  }

  // ---- WebSocket.

  /// Asks for an upgrade; `name` is the client's from here on, whoever had it before.
  ScriptedAnswer connect(const std::string& name, const Request& request) {
    const ConnectionId id = send_request(request, true);
    ids_[name] = id;
    return clients_[id].answer;
  }
  bool open(const std::string& name) { return client(name).open; }
  std::optional<std::uint16_t> hung_up(const std::string& name) { return client(name).hung_up; }

  void say(const std::string& name, const nlohmann::json& message) {
    say_text(name, message.dump());
  }
  void say_text(const std::string& name, std::string_view text) {
    handle(ids_.at(name), Heard{text});
  }
  void ping(const std::string& name) { handle(ids_.at(name), PeerPinged{}); }
  void pong(const std::string& name) { handle(ids_.at(name), PeerPonged{}); }
  void leave(const std::string& name) {
    client(name).open = false;
    handle(ids_.at(name), Gone{1006});
  }

  /// What came since the last call.
  std::vector<nlohmann::json> heard(const std::string& name) {
    std::vector<nlohmann::json> messages;
    for (const std::string& text : std::exchange(client(name).heard, {}))
      messages.push_back(nlohmann::json::parse(text, nullptr, false));
    return messages;
  }
  /// The only message that came since the last call; null when there was none or another.
  nlohmann::json heard_one(const std::string& name) {
    const auto messages = heard(name);
    EXPECT_EQ(messages.size(), 1U) << "for " << name;
    return messages.size() == 1 ? messages.front() : nlohmann::json{};
  }
  /// The types of what came since the last call.
  std::vector<std::string> heard_types(const std::string& name) {
    std::vector<std::string> types;
    for (const auto& message : heard(name)) types.push_back(message.value("type", ""));
    return types;
  }
  std::size_t probes(const std::string& name) { return std::exchange(client(name).probes, 0); }

  /// Requests and upgrades that no answer came to.
  std::size_t unanswered() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        clients_, [](const auto& entry) { return entry.second.answer.status == 0; }));
  }

  // ---- Time.

  Instant now() const { return now_; }

  /// Lets time pass, from deadline to deadline.
  void advance(Duration by) {
    const Instant end = now_ + by;
    int turns = 0;
    while (const auto due = target_.next_deadline()) {
      if (*due > end) break;
      now_ = std::max(now_, *due);
      handle(0, TimeCame{});
      if (++turns > 1'000'000) {
        ADD_FAILURE() << "a deadline that never passes";
        break;
      }
    }
    now_ = end;
  }

 private:
  struct Client {
    bool upgrade{false};
    bool open{false};  // accepted, not hung up, not gone
    std::optional<std::uint16_t> hung_up;
    ScriptedAnswer answer;
    std::vector<std::string> heard;
    std::size_t probes{0};
  };

  Client& client(const std::string& name) { return clients_.at(ids_.at(name)); }

  ConnectionId send_request(const Request& request, bool upgrade) {
    const ConnectionId id = ++connections_;
    clients_[id].upgrade = upgrade;
    handle(id, Asked{.port = request.port,
                     .upgrade = upgrade,
                     .method = request.method,
                     .path = request.path,
                     .query = request.query,
                     .bearer = request.bearer,
                     .peer = request.peer,
                     .body = request.body});
    return id;
  }

  void handle(ConnectionId from, const TargetInput& input) {
    target_.handle(now_, from, input, out_);
    for (const Addressed& addressed : out_.effects()) carry_out(addressed);
    out_.clear();
  }

  void carry_out(const Addressed& addressed) {
    const auto known = clients_.find(addressed.to);
    if (known == clients_.end()) {
      ADD_FAILURE() << "an effect for a connection that never was";
      return;
    }
    Client& to = known->second;
    std::visit(
        match{
            [&](const Respond& respond) {
              EXPECT_EQ(to.answer.status, 0) << "answered twice";
              EXPECT_FALSE(to.open) << "an HTTP answer on a WebSocket";
              to.answer = {respond.status, std::string{out_.text(respond.body)}, respond.type};
            },
            [&](const Accept&) {
              EXPECT_TRUE(to.upgrade && to.answer.status == 0) << "nothing to accept";
              to.answer.status = 101;
              to.open = true;
            },
            [&](const Say& say) {
              EXPECT_EQ(to.answer.status, 101) << "said something before the upgrade";
              EXPECT_FALSE(to.hung_up) << "said something after hanging up";
              if (to.open) to.heard.emplace_back(out_.text(say.text));
            },
            [&](const Probe&) {
              EXPECT_FALSE(to.hung_up) << "pinged after hanging up";
              ++to.probes;
            },
            [&](const HangUp& hang_up) {
              EXPECT_EQ(to.answer.status, 101) << "hung up before the upgrade";
              EXPECT_FALSE(to.hung_up) << "hung up twice";
              to.hung_up = hang_up.code;
              to.open = false;
            },
            [](const auto&) { ADD_FAILURE() << "of the whole server, and said to one"; },
        },
        addressed.effect);
  }

  Target& target_;
  TargetOutbox out_;
  Instant now_{};
  ConnectionId connections_{0};
  std::map<ConnectionId, Client> clients_;
  std::map<std::string, ConnectionId> ids_;
};

}  // namespace gauntlet::sim
