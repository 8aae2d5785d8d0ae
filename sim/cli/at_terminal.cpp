#include "sim/cli/at_terminal.hpp"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "runners/command/running_commands.hpp"

namespace gauntlet::sim {
namespace {

namespace asio = boost::asio;

constexpr Duration kLook = std::chrono::milliseconds{50};
constexpr Duration kGoodbye = std::chrono::seconds{3};

class Stay {
 public:
  Stay(Worker& worker, const Clock& clock, const std::function<bool()>& over)
      : worker_{worker},
        clock_{clock},
        over_{over},
        signals_{control_, SIGINT, SIGTERM},
        timer_{control_} {}

  bool wait() {
    signals_.async_wait([this](const auto& error, int) {
      if (error) return;
      interrupted_ = true;
      // Impatience is understood.
      signals_.async_wait([](const auto& again, int) {
        if (again) return;
        runners::RunningCommands::kill_all();
        _exit(static_cast<int>(ExitCode::interrupted));
      });
    });
    look();
    control_.run();
    return interrupted_;
  }

 private:
  void look() {
    if (interrupted_ && !leaving_until_) {
      worker_.ask([&] {
        worker_.cast().stop(clock_.now());
        worker_.cast().leave(clock_.now());
        return true;
      });
      leaving_until_ = clock_.now() + kGoodbye;
    }
    const bool gone = worker_.ask([&] {
      worker_.take_events(unread_);  // there are no books to keep
      return over_() || worker_.cast().done();
    });
    if (gone || (leaving_until_ && clock_.now() >= *leaving_until_)) return control_.stop();
    timer_.expires_after(kLook);
    timer_.async_wait([this](const auto& error) {
      if (!error) look();
    });
  }

  Worker& worker_;
  std::vector<BookedEvent> unread_;
  const Clock& clock_;
  const std::function<bool()>& over_;
  asio::io_context control_;
  asio::signal_set signals_;
  asio::steady_timer timer_;
  std::optional<Instant> leaving_until_;
  bool interrupted_{false};
};

}  // namespace

scenarios::Reconnect reconnect_of(std::string_view policy) {
  if (policy == "linear") return scenarios::kReconnectLinear;
  if (policy == "never") return {.attempts = 0};
  return scenarios::kReconnectExponential;
}

std::uint64_t seed_of_the_moment() {
  return static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
}

bool stay(Worker& worker, const Clock& clock, const std::function<bool()>& over) {
  return Stay{worker, clock, over}.wait();
}

}  // namespace gauntlet::sim
