// One play over sockets, on the caller's own thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>

#include "metrics/record/recorder.hpp"
#include "sim/live/clock.hpp"
#include "sim/live/socket_links.hpp"
#include "sim/session/play.hpp"

namespace gauntlet::sim {

/// @threads The one that runs it, but for post(): any.
class Solo {
 public:
  explicit Solo(Clock clock = Clock{});

  SocketLinks& links() { return links_; }
  Instant now() const { return clock_.now(); }

  /// Until the play is done.
  /// @return Whether it was interrupted (SIGINT, SIGTERM) before.
  bool run(Play& play);
  /// The same, where signals are somebody else's business.
  void run_to_the_end(Play& play);
  /// Does something on the thread that runs it, which may change when the play is due.
  void post(std::function<void()> what);

 private:
  void act(Play& play);

  boost::asio::io_context io_{1};
  Clock clock_;
  metrics::Recorder recorder_;
  SocketLinks links_;
  boost::asio::steady_timer timer_;
  std::optional<Instant> armed_;
  Play* play_{nullptr};  // while it runs
};

}  // namespace gauntlet::sim
