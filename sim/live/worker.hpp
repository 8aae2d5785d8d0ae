// One thread of a live run: its event loop, its sockets, its timer, and the clients or servers that
// are pinned to it.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "metrics/record/recorder.hpp"
#include "sim/live/alarm.hpp"
#include "sim/live/clock.hpp"
#include "sim/live/socket_links.hpp"
#include "sim/session/between.hpp"
#include "sim/session/cast.hpp"
#include "sim/session/context.hpp"
#include "sim/session/host.hpp"

namespace gauntlet::sim {

/// An event for one of the ledgers, on its way to the thread that keeps them.
using BookedEvent = std::pair<Track::Book, metrics::LedgerEvent>;

/// @threads start(), stop(), post(), ask(), probe() and the recorder may be used from
///          other threads; the rest runs on the worker's own thread.
class Worker final : private LedgerSink {
 public:
  using Recording = std::shared_ptr<metrics::Recorder>;

  explicit Worker(const Clock& clock, Log& log = no_log(),
                  Recording recording = std::make_shared<metrics::Recorder>());
  ~Worker() override;

  /// Before start(): what this worker runs. Several hosts, or one cast.
  SocketLinks& links() { return links_; }
  /// @param name  for the log: "relay".
  void add_host(std::string_view name, std::unique_ptr<Target> target, HostRules rules,
                const std::function<void(Host&, SocketLinks&)>& listen);
  /// Before set_cast(): what its clients are to have between themselves and the sockets.
  void put_between(std::unique_ptr<Between> between) {
    between_ = std::move(between);
    look_after(*between_);
  }
  /// Before start(): something else on this thread that has deadlines. It must live as long.
  void look_after(Timed& timed) { looked_after_.push_back(&timed); }
  void set_cast(std::vector<scenarios::PlannedActor> actors, MakePerformer make,
                const Places& places, std::uint64_t seed, Instant warm_up_begins,
                Instant warm_up_ends, Announcer& announcer);

  void start();
  /// Ends the loop as soon as its current handler is done, and waits for the thread.
  void stop();

  /// Runs `work` on the worker's thread. Any thread may ask for that.
  void post(std::function<void()> work) {
    boost::asio::post(io_, [this, work = std::move(work)] {
      work();
      arm();  // what was done may have moved a deadline
    });
  }
  /// Runs `ask` on the worker's thread and waits for what it returns; on the caller's own while
  /// the worker has none.
  template <class Ask>
  auto ask(Ask ask) {
    if (!thread_.joinable()) return ask();
    std::promise<decltype(ask())> answer;
    auto future = answer.get_future();
    post([&] { answer.set_value(ask()); });
    return future.get();
  }

  /// On the worker's thread only.
  Cast& cast() { return *cast_; }
  /// Likewise: who of the cast holds a connection.
  std::vector<ActorId> connected() const { return context_->links.connected(); }
  /// On the worker's thread only: puts the events since the last call into `events`, whose memory
  /// it takes for the next ones. @return the time up to which they are complete.
  Instant take_events(std::vector<BookedEvent>& events);

  /// Notes how long what is ready now waits for its turn in the loop (generator.loop_lag).
  void probe();

  const metrics::Recorder& recorder() const { return *recording_; }
  /// CPU time that the thread has used. After start(), before stop().
  Duration cpu_time();
  /// How long it was ready to run while others had its core. Likewise.
  Duration starved_time() const;

 private:
  struct Hosted {
    std::unique_ptr<Target> target;
    std::unique_ptr<Host> host;
  };

  void add(Track::Book book, const metrics::LedgerEvent& event) override {
    events_.emplace_back(book, event);
  }
  std::optional<Instant> next_deadline() const;
  void run_due();
  void act_in_turn(Instant now);
  void arm();

  const Clock& clock_;
  Log& log_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  Alarm alarm_;
  std::optional<Instant> armed_;
  Instant ran_{};  // when it last looked at what is due
  Recording recording_;
  SocketLinks links_;
  std::unique_ptr<Between> between_;
  std::vector<Timed*> looked_after_;
  std::vector<BookedEvent> events_;
  std::optional<Context> context_;
  std::optional<Cast> cast_;
  std::vector<Hosted> hosts_;
  std::atomic<int> thread_id_{0};  // as the kernel counts threads
  std::thread thread_;
};

}  // namespace gauntlet::sim
