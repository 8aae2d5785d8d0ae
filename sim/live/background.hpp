// Work that must not make those late who have appointments to keep.
#pragma once

#include <functional>
#include <future>
#include <stop_token>

namespace gauntlet::sim {

/// A thread that gives way on a core that it shares with the threads of the load. One of its own,
/// since who has given way once may not take that back, and hands it down to the threads that it
/// starts. On a crowded core it may wait for seconds: nothing that has a time may wait for it.
/// @threads One, beside its own.
class Background {
 public:
  using Work = std::function<void(const std::stop_token&)>;

  /// @param work  ends when it is asked to.
  explicit Background(Work work);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  void ask_to_end() { over_.request_stop(); }
  /// @throws once, what the work has thrown.
  bool ended();
  /// Asks the work to end, and waits until it has.
  /// @throws likewise.
  void end();

 private:
  std::stop_source over_;
  std::future<void> done_;
};

}  // namespace gauntlet::sim
