// Which of a thread's sockets can be read or written.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <span>

#include "sim/live/socket.hpp"

namespace gauntlet::sim {

/// An epoll instance of our own, which the io_context watches as one descriptor. Asio's own keeps
/// several hundred bytes for each socket and makes a system call for each wait; here a socket is
/// entered once, edge-triggered, and leaves with its close.
/// @threads Its io_context's.
class Poller {
 public:
  /// A socket that something has happened to: EPOLLIN, EPOLLOUT and the like, as epoll(7) has them.
  using Event = epoll_event;  // data.u64: the token that it was entered with
  /// Called with everything that is ready now, up to a number that leaves room for timers.
  using Ready = std::function<void(std::span<const Event>)>;

  /// Throws boost::system::system_error when the system has no epoll instance left.
  Poller(boost::asio::io_context& io, Ready ready);

  /// Reports the socket's present state soon, and each change from then on, under `token`.
  /// @return 0, or an errno.
  int add(const Socket& socket, std::uint64_t token);

 private:
  void wait();

  static constexpr std::size_t kEventsMax = 256;

  Ready ready_;
  boost::asio::posix::stream_descriptor epoll_;
  std::array<Event, kEventsMax> events_{};
};

}  // namespace gauntlet::sim
