// The smallest client and server that exercise everything below messages: a client that sends
// numbered texts and a server that echoes them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/machine/machine.hpp"
#include "sim/machine/target.hpp"

namespace gauntlet::sim {

/// Asks over HTTP first, then connects, sends `count` texts `period` apart, and leaves when it has
/// heard them all.
class EchoClient final : public Machine {
 public:
  struct Script {
    Duration period{std::chrono::milliseconds{10}};
    std::uint32_t count{3};
    std::size_t text_bytes{20};
    bool ask_first{true};
  };
  struct Log {
    std::vector<std::string> heard;
    std::vector<Duration> round_trips;
    std::vector<Outcome> failures;
    int status{0};
    bool done{false};
  };

  EchoClient(Script script, Log& log) : script_{script}, log_{log} {}

  void handle(Instant now, const Input& input, Outbox& out) override;
  std::optional<Instant> next_deadline() const override { return due_; }
  bool done() const override { return log_.done; }
  bool busy() const override { return !log_.done && log_.heard.size() < script_.count; }

 private:
  void send(Instant now, Outbox& out);

  Script script_;
  Log& log_;
  std::optional<Instant> due_;
  std::vector<Instant> sent_;
};

class EchoTarget final : public Target {
 public:
  struct Seen {
    int requests{0};
    int texts{0};
    int gone{0};
  };
  explicit EchoTarget(Seen& seen) : seen_{seen} {}

  void handle(Instant now, ConnectionId from, const TargetInput& input, TargetOutbox& out) override;
  std::optional<Instant> next_deadline() const override { return std::nullopt; }

 private:
  Seen& seen_;
};

}  // namespace gauntlet::sim
