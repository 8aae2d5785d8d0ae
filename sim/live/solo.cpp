#include "sim/live/solo.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <utility>

#include "sim/live/hangup.hpp"

namespace gauntlet::sim {

Solo::Solo(Clock clock) : clock_{clock}, links_{io_, clock_, recorder_}, timer_{io_} {}

bool Solo::run(Play& play) {
  bool interrupted = false;
  boost::asio::signal_set signals{io_, SIGINT, SIGTERM};
  add_hangup(signals);
  signals.async_wait([&](const auto& error, int) {
    if (error) return;
    interrupted = true;
    io_.stop();
  });
  run_to_the_end(play);
  return interrupted;
}

void Solo::run_to_the_end(Play& play) {
  play_ = &play;
  links_.on_turn([&](Instant) { act(play); });
  boost::asio::post(io_, [&] { act(play); });
  io_.run();
  links_.on_turn([](Instant) {});
  play_ = nullptr;
}

void Solo::post(std::function<void()> what) {
  boost::asio::post(io_, [this, what = std::move(what)] {
    what();
    if (play_ != nullptr) act(*play_);
  });
}

// A play may do at once what leads to more to be done: it is asked until it waits for something.
void Solo::act(Play& play) {
  for (;;) {
    if (play.done()) {
      // What it said last still leaves: links are flushed before the loop comes to this.
      boost::asio::post(io_, [this] { io_.stop(); });
      return;
    }
    const auto due = play.next_deadline();
    if (!due) return;
    if (*due > clock_.now()) {
      if (armed_ && *armed_ <= *due) return;
      armed_ = due;
      timer_.expires_at(clock_.when(*due));
      timer_.async_wait([this, &play](const auto& error) {
        if (error) return;
        armed_.reset();
        act(play);
      });
      return;
    }
    play.run_due(clock_.now());
  }
}

}  // namespace gauntlet::sim
