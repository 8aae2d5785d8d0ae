// What a tool would have measured that waits for each message before it sends the next.
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/ledger/event.hpp"
#include "metrics/ledger/ledger.hpp"
#include "metrics/record/recorder.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// A closed-loop tool with one connection for each agent, played on the events of an open-loop run:
/// of what an agent sends as planned, only that counts which it would have sent, too, i.e. nothing
/// while an earlier message that counts is under way. A message is under way until it first arrives
/// anywhere, its sender loses its connection, or kPatience is over. What is measured is the time
/// from the actual send to the first arrival, as such a tool does.
///
/// It is kind to such tools: they would not keep to the plan after a wait, but send at once, and so
/// print even more of the short times that follow a long one.
///
/// @threads One at a time. Events in the order of their `at`. 24 bytes for each sender.
class ClosedLoop {
 public:
  /// After that, tools give up and report a failure instead of a latency.
  static constexpr Duration kPatience = std::chrono::seconds{10};

  ClosedLoop(Ledger::Settings settings, Recorder& recorder)
      : settings_{settings}, recorder_{&recorder} {}

  void add(const LedgerEvent& event);

 private:
  struct Connection {
    Instant sent{};
    std::uint32_t lane{};
    std::uint32_t n{};
    bool waiting{false};
    Window window{Window::measured};
  };
  void sent(const LedgerEvent& event);
  void arrived(const LedgerEvent& event);

  Ledger::Settings settings_;
  Recorder* recorder_;
  std::vector<Connection> connections_;  // by their agents' ids, up to the last that sent something
};

}  // namespace gauntlet::metrics
