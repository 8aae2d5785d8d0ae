// What comes of a client's faults: whether the target noticed, when the client was well again, and
// what it cannot be held to meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// What the victim can be held to afterwards: nothing until its next connection, when it has broken
/// the stream that all it says goes through, does not read, or has a network that holds things
/// back; else nothing of what is under way, if it has said something wrong; and everything (unset)
/// when the fault is no matter to its messages, or the client itself will notice.
std::optional<metrics::LedgerEvent::What> excuse_for(FaultKind kind);

/// The faults of one client that are still watched, and what is counted of them.
class Aftermath {
 public:
  /// How long a target has to show that it noticed.
  static constexpr Duration kNoticeTime = std::chrono::seconds{2};
  enum class Of : std::uint8_t { the_client, sides };  // whose connection

  /// A fault has befallen the client; it lasts until then.
  void begin(FaultKind kind, Instant now, Instant until, Outbox& out);

  /// The target shows on a connection that it noticed.
  /// @param how  fault_answered or fault_closed.
  void noticed(metrics::Counter how, Of connection, Outbox& out);
  /// The client's connection is gone: nothing is well until it is back in.
  void lost_connection();
  /// Likewise, by the client's own doing: the target cannot tell it any more that it noticed.
  void broke_off();
  void got_in();
  /// The client is in and hears from its target as it should.
  void is_well(Instant now, Outbox& out);
  /// Gives up on those about which nothing was heard in time.
  void run_due(Instant now, Outbox& out);

  std::optional<Instant> next_deadline() const;
  /// Whether a side connection may still be answered.
  bool awaits_sides() const;

 private:
  struct Case {
    FaultKind kind;
    Instant since;
    Instant until;
    bool noticed{false};  // or it never will be
    bool recovered{false};
    bool connection_lost{false};
  };

  static bool concerns(FaultKind kind, Of connection);

  std::vector<Case> cases_;  // the oldest in front
};

}  // namespace gauntlet::sim
