// The clock's side of a thread's loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <functional>

namespace gauntlet::sim {

/// One timer of the system, set again and again. Asio's sets its own twice for each wait, and once
/// more when the wait is moved; on a virtual machine each is worth a message sent.
/// @threads Its io_context's.
class Alarm {
 public:
  /// Throws boost::system::system_error when the system has no timer left.
  Alarm(boost::asio::io_context& io, std::function<void()> ring);

  /// Rings once at `when`, or soon if that is past. What was set before is forgotten.
  void set(std::chrono::steady_clock::time_point when);

 private:
  void wait();

  std::function<void()> ring_;
  boost::asio::posix::stream_descriptor timer_;
};

}  // namespace gauntlet::sim
