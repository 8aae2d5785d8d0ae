#include "sim/live/blocked_sends.hpp"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>

namespace gauntlet::sim {

std::optional<SendState> send_state(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  int unacknowledged = 0;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || size < sizeof info ||
      ::ioctl(socket, SIOCOUTQ, &unacknowledged) != 0)
    return std::nullopt;
  const auto queued = static_cast<std::uint64_t>(unacknowledged);
  return SendState{
      .in_flight_bytes = queued - std::min<std::uint64_t>(queued, info.tcpi_notsent_bytes),
      .window_bytes = info.tcpi_snd_wnd,
      .segment_bytes = info.tcpi_snd_mss,
      .window_closed = std::chrono::microseconds{info.tcpi_rwnd_limited}};
}

bool target_was_full(const SendState& began, const std::optional<SendState>& ended,
                     Duration waited) {
  if (began.in_flight_bytes + began.segment_bytes > began.window_bytes) return true;
  return ended && 2 * (ended->window_closed - began.window_closed) >= waited;
}

void BlockedSends::begin(LinkId link, int socket) {
  if (!waits_.contains(link)) waits_.emplace(link, Wait{clock_.now(), send_state(socket)});
}

void BlockedSends::note_end(LinkId link, int socket) {
  const auto found = waits_.find(link);
  if (found == waits_.end()) return;
  const Wait wait = found->second;
  waits_.erase(found);
  const Duration waited = clock_.now() - wait.since;
  // A kernel that does not say is no reason to blame the target.
  const bool target = wait.began && target_was_full(*wait.began, send_state(socket), waited);
  recorder_.observe(
      target ? metrics::Series::generator_blocked_target : metrics::Series::generator_blocked_own,
      waited, metrics::Window::measured);
}

}  // namespace gauntlet::sim
