// How long what was written waited because a socket took no more, and whose doing that was.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "metrics/record/recorder.hpp"
#include "scenarios/terms/time.hpp"
#include "sim/live/clock.hpp"
#include "sim/session/links.hpp"

namespace gauntlet::sim {

/// What the kernel knows of why a TCP connection sends no more.
struct SendState {
  std::uint64_t in_flight_bytes{0};  // sent, not acknowledged
  std::uint64_t window_bytes{0};     // what the peer has room for
  std::uint64_t segment_bytes{0};
  Duration window_closed{};  // for how long, so far, the peer's lack of room held the sender up
};

/// Nothing where the kernel does not say. @source TCP_INFO, tcp(7).
std::optional<SendState> send_state(int socket);

/// Whether the target had no room: when the wait began, or for half of it at least. The kernel
/// counts in its own ticks of some milliseconds, so for a short wait only the beginning tells.
bool target_was_full(const SendState& began, const std::optional<SendState>& ended,
                     Duration waited);

/// The waits of one thread's links, as generator.blocked. Costs nothing while every socket takes
/// what it is given.
class BlockedSends {
 public:
  BlockedSends(const Clock& clock, metrics::Recorder& recorder)
      : clock_{clock}, recorder_{recorder} {}

  /// The socket of a link was full. A second call before the end changes nothing.
  void begin(LinkId link, int socket);
  /// It took everything, or the link has ended. Nothing happens when it was never full.
  void end(LinkId link, int socket) {
    if (!waits_.empty()) note_end(link, socket);
  }

 private:
  struct Wait {
    Instant since;
    std::optional<SendState> began;
  };
  void note_end(LinkId link, int socket);

  const Clock& clock_;
  metrics::Recorder& recorder_;
  std::map<LinkId, Wait> waits_;
};

}  // namespace gauntlet::sim
