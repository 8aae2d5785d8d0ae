// What the sessions of one thread share.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "metrics/ledger/event.hpp"
#include "metrics/record/recorder.hpp"
#include "scenarios/terms/time.hpp"
#include "sim/machine/machine.hpp"
#include "sim/session/between.hpp"
#include "sim/session/links.hpp"
#include "sim/session/log.hpp"

namespace gauntlet::sim {

/// What a client must know of a place to talk HTTP or WebSocket to it.
struct Place {
  std::string authority;  // "127.0.0.1:8080", for the Host header
  std::string path;       // "/arc"; a request's own path follows it, without the last '/'
};
/// Where a request with this path goes.
inline std::string path_below(const Place& place, std::string_view path) {
  std::string whole = place.path;
  if (whole.ends_with('/')) whole.pop_back();
  return whole.append(path);
}
using Places = std::array<Place, kEndpointCount>;

/// Where the events for the ledgers go.
class LedgerSink {
 public:
  LedgerSink() = default;
  LedgerSink(const LedgerSink&) = delete;
  LedgerSink& operator=(const LedgerSink&) = delete;
  virtual ~LedgerSink() = default;
  virtual void add(Track::Book book, const metrics::LedgerEvent& event) = 0;
};

/// Where an actor's announcement goes: to every actor of the run.
class Announcer {
 public:
  Announcer() = default;
  Announcer(const Announcer&) = delete;
  Announcer& operator=(const Announcer&) = delete;
  virtual ~Announcer() = default;
  virtual void announce(SecretView pin) = 0;
};
/// For actors that are alone.
class NoAnnouncer final : public Announcer {
 public:
  void announce(SecretView) override {}
};

/// Everything here outlives the sessions.
struct Context {
  Links& links;
  metrics::Recorder& recorder;
  LedgerSink& ledgers;
  Announcer& announcer;
  const Places& places;
  std::uint64_t seed;
  Instant warm_up_begins;
  Instant warm_up_ends;
  /// Runs something on this thread, from any other; none in virtual time.
  std::function<void(std::function<void()>)> post{};
  Log& log = no_log();
  /// The same as `links` where a network can fail on purpose; else there is none.
  Between* between{nullptr};
  Outbox outbox{};  // reused by every call

  metrics::Window window_of(Instant intended) const {
    return intended >= warm_up_begins && intended < warm_up_ends ? metrics::Window::warm_up
                                                                 : metrics::Window::measured;
  }
  /// Slip is judged where it can spoil a measurement: from the start of measuring on. A crowd that
  /// comes all at once makes any generator late, and harms nothing.
  metrics::Window slip_window_of(Instant intended) const {
    return intended < warm_up_ends ? metrics::Window::warm_up : metrics::Window::measured;
  }
};

}  // namespace gauntlet::sim
