#include "sim/live/poller.hpp"

#include <boost/system/system_error.hpp>
#include <cerrno>
#include <utility>

namespace gauntlet::sim {
namespace {

int new_epoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0)
    throw boost::system::system_error{errno, boost::system::system_category(), "epoll_create1"};
  return descriptor;
}

}  // namespace

Poller::Poller(boost::asio::io_context& io, Ready ready)
    : ready_{std::move(ready)}, epoll_{io, new_epoll()} {
  wait();
}

int Poller::add(const Socket& socket, std::uint64_t token) {
  Event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = token;
  return ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, socket.descriptor(), &event) == 0
             ? 0
             : errno;
}

void Poller::wait() {
  epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [this](const boost::system::error_code& error) {
                      if (error) return;
                      const int count = ::epoll_wait(epoll_.native_handle(), events_.data(),
                                                     static_cast<int>(events_.size()), 0);
                      if (count > 0)
                        ready_(std::span{events_}.first(static_cast<std::size_t>(count)));
                      wait();
                    });
}

}  // namespace gauntlet::sim
