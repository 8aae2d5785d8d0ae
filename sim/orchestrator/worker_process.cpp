#include "sim/orchestrator/worker_process.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <optional>
#include <thread>

#include "sim/orchestrator/thread_generator.hpp"

namespace gauntlet::sim {
namespace {

constexpr Duration kLook = std::chrono::milliseconds{5};
// What costs a look at every client, or a system call or two.
constexpr int kLooksPerReport = 10;

// Ctrl-C goes to every process of a terminal's job, and so do the signals of `timeout` and of
// service managers; the supervisor says what follows from them.
void obey_the_supervisor_alone(int parent) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it had died before
}

class WorkerProcess {
 public:
  WorkerProcess(const Job& job, scenarios::Shard shard, Workplace at, std::size_t unanswered_max)
      : at_{at},
        clients_{job, scenarios::actors_of(job.plan, shard), at.recordings, unanswered_max,
                 &at.pins},
        feed_{at.desk.events} {
    at_.desk.ready.store(true);
  }

  void run() {
    for (int look = 0; obeyed_ != Order::end; ++look) {
      std::this_thread::sleep_for(kLook);
      obey(at_.desk.order.load());
      if (obeyed_ == Order::prepare) continue;
      pass_on_pin();
      ship();
      if (look % kLooksPerReport == 0) report();
    }
    clients_.end();
  }

 private:
  // Orders may follow each other faster than looks; none is left out. But a run may end before its
  // start, and then nobody is to begin.
  void obey(Order order) {
    if (order == Order::end && obeyed_ == Order::prepare) obeyed_ = Order::leave;
    while (obeyed_ < order) {
      obeyed_ = static_cast<Order>(static_cast<std::uint8_t>(obeyed_) + 1);
      carry_out(obeyed_);
      at_.desk.obeyed.store(obeyed_);
    }
  }

  void carry_out(Order order) {
    switch (order) {
      case Order::prepare:
        return;
      case Order::start:
        return clients_.start(Clock::Epoch{Duration{at_.desk.epoch_ns.load()}});
      case Order::measure:
        return clients_.begin_measuring();
      case Order::sum_up:
        return sum_up();
      case Order::stop:
        clients_.stop();
        return at_.desk.never_started.write(clients_.never_started());
      case Order::leave:
        clients_.leave();
        return at_.desk.stuck.write(clients_.stuck());
      case Order::end:
        at_.desk.connected.write(clients_.connected());
        ship();
        return report();
    }
  }

  void pass_on_pin() {
    const std::string_view pin = at_.pins.newest();
    if (pin.data() == pin_.data()) return;
    pin_ = pin;
    clients_.announce(pin);
  }

  void sum_up() {
    const metrics::GeneratorFacts facts = clients_.end_measuring();
    for (std::size_t i = 0; i < facts.loop_busy.size(); ++i) {
      at_.desk.loop_busy[i].store(facts.loop_busy[i]);
      at_.desk.loop_starved[i].store(facts.loop_starved[i]);
    }
    at_.desk.longest_pause_ns.store(clients_.longest_pause().count());
    at_.desk.longest_pause_at_ns.store(facts.longest_pause_at.time_since_epoch().count());
    at_.desk.rss_bytes.store(facts.rss_bytes);
    at_.desk.cpu_seconds.store(facts.cpu_seconds);
  }

  void ship() {
    const Instant complete = clients_.take_events(merge_);
    events_.clear();
    merge_.drain([this](const BookedEvent& event) { events_.push_back(event); });
    feed_.ship(events_, complete);
  }

  void report() {
    if (obeyed_ >= Order::stop) at_.desk.busy.store(clients_.busy());
    if (obeyed_ < Order::leave) return;
    const bool done = clients_.done();
    at_.desk.all_closed.store(clients_.all_closed());
    at_.desk.done.store(done);  // the last: whoever is done has closed what it had
  }

  Workplace at_;
  ThreadGenerator clients_;
  EventMerge merge_;  // of the threads
  EventFeed feed_;
  std::vector<BookedEvent> events_;
  Order obeyed_{Order::prepare};
  std::string_view pin_;
};

}  // namespace

void become_worker(const Job& job, scenarios::Shard shard, Workplace at, std::size_t unanswered_max,
                   int parent) {
  obey_the_supervisor_alone(parent);
  try {
    WorkerProcess{job, shard, at, unanswered_max}.run();
  } catch (const std::exception& bug) {
    fmt::print(stderr, "gauntlet: a bug in worker {} of {}: {}\n", shard.number + 1, shard.count,
               bug.what());
    _exit(1);
  }
  job.log.flush();
  _exit(0);
}

}  // namespace gauntlet::sim
