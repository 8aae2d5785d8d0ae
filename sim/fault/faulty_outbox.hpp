// What an embedded target says, on its way out of it: lost, doubled, overtaken, damaged or late.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "metrics/record/recorder.hpp"
#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/fault_kind.hpp"
#include "scenarios/terms/random.hpp"
#include "sim/machine/target.hpp"

namespace gauntlet::sim {

/// Draws the fate of each message (Say) by itself, from a stream for each kind of fault, so that
/// one fault moves no draw of another. What befalls a message, in this order: it is dropped; it is
/// corrupted; it leaves twice; it is held back until the next one to the same connection has left;
/// it leaves later. Delays hold for everything else that is said as well, so that nothing overtakes
/// anything.
class FaultyOutbox {
 public:
  /// How long a message waits for another one to overtake it; then it leaves all the same.
  static constexpr Duration kHeldMax = std::chrono::seconds{1};

  struct Treatment {
    double drop{0};  // shares of the messages
    double duplicate{0};
    double reorder{0};
    double corrupt{0};
    std::optional<Distribution> delay;
    bool operator==(const Treatment&) const = default;
  };

  /// @param target  tells its streams from those of another one.
  /// @param recorder  counts the messages that something befell.
  FaultyOutbox(std::uint64_t seed, std::uint64_t target, metrics::Recorder& recorder);

  /// From now on; what waits already goes on waiting.
  void treat(const Treatment& treatment) { treatment_ = treatment; }
  /// Whether what is said may go past everything here.
  bool idle() const { return treatment_ == Treatment{} && held_.empty() && parcels_.empty(); }

  void pass(Instant now, const TargetOutbox& said, TargetOutbox& out);
  /// What has waited long enough.
  void release(Instant now, TargetOutbox& out);
  std::optional<Instant> next_deadline() const;

  /// The connection is gone.
  void forget(ConnectionId connection);
  /// All that waits is lost.
  void clear();

 private:
  using Text = std::shared_ptr<const std::string>;
  struct Held {
    Text text;
    bool twice;
    std::uint64_t serial;
  };
  struct Expiry {
    Instant at;
    ConnectionId to;
    std::uint64_t serial;
  };
  struct Parcel {
    ConnectionId to;
    TargetEffect effect;
    Text text;
  };
  /// Of those to one connection.
  struct Tail {
    Instant due;  // of the last one
    std::uint32_t waiting;
  };

  bool befalls(FaultKind kind, double share);
  void count(FaultKind kind);
  void pass_message(Instant now, ConnectionId to, Text text, TargetOutbox& out);
  Text damaged(Text text);
  void say(Instant now, ConnectionId to, const Text& text, bool twice, TargetOutbox& out);
  void let_go(Instant now, ConnectionId to, TargetOutbox& out);
  void leave(Instant now, Parcel parcel, TargetOutbox& out);

  metrics::Recorder& recorder_;
  std::array<Stream, kFaultKinds - kClientFaultKinds> random_;
  Treatment treatment_;
  std::map<ConnectionId, Held> held_;
  std::deque<Expiry> expiries_;  // in order of time, since all wait equally long
  std::map<std::pair<Instant, std::uint64_t>, Parcel> parcels_;  // by the time to leave
  std::unordered_map<ConnectionId, Tail> tails_;                 // looked up, never walked
  std::uint64_t serial_{0};
};

}  // namespace gauntlet::sim
