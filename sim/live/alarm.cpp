#include "sim/live/alarm.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace gauntlet::sim {
namespace {

int new_timer() {
  // The clock of std::chrono::steady_clock.
  const int descriptor = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (descriptor < 0)
    throw boost::system::system_error{errno, boost::system::system_category(), "timerfd_create"};
  return descriptor;
}

}  // namespace

Alarm::Alarm(boost::asio::io_context& io, std::function<void()> ring)
    : ring_{std::move(ring)}, timer_{io, new_timer()} {
  wait();
}

void Alarm::set(std::chrono::steady_clock::time_point when) {
  using std::chrono::nanoseconds;
  using std::chrono::seconds;
  // 0 would mean never.
  const nanoseconds since = std::max(nanoseconds{when.time_since_epoch()}, nanoseconds{1});
  const seconds whole = std::chrono::floor<seconds>(since);
  itimerspec at{};
  at.it_value.tv_sec = whole.count();
  at.it_value.tv_nsec = (since - whole).count();
  ::timerfd_settime(timer_.native_handle(), TFD_TIMER_ABSTIME, &at, nullptr);
}

void Alarm::wait() {
  timer_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [this](const boost::system::error_code& error) {
                      if (error) return;
                      // None when it was set anew after it had rung.
                      std::uint64_t times = 0;
                      const auto size = ::read(timer_.native_handle(), &times, sizeof times);
                      wait();
                      if (size == sizeof times) ring_();
                    });
}

}  // namespace gauntlet::sim
