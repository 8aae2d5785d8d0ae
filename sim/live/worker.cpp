#include "sim/live/worker.hpp"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "metrics/host/host_facts.hpp"
#include "scenarios/terms/earliest.hpp"

namespace gauntlet::sim {
namespace {

// A crowd whose deadlines come together must not keep the sockets waiting for long.
constexpr std::size_t kActorsPerTurn = 64;
// The least time between two looks at what is due, as long as nothing else wakes the thread: the
// slack that the system gives to every sleep. What comes due meanwhile leaves together, which costs
// one wake-up of ours and one of the target's, instead of one each for every message.
constexpr Duration kRest = std::chrono::microseconds{50};

}  // namespace

Worker::Worker(const Clock& clock, Log& log, Recording recording)
    : clock_{clock},
      log_{log},
      work_{io_.get_executor()},
      alarm_{io_, [this] { run_due(); }},
      recording_{std::move(recording)},
      links_{io_, clock, *recording_} {
  links_.on_turn([this](Instant now) { act_in_turn(now); });
}

Worker::~Worker() { stop(); }

void Worker::add_host(std::string_view name, std::unique_ptr<Target> target, HostRules rules,
                      const std::function<void(Host&, SocketLinks&)>& listen) {
  auto host = std::make_unique<Host>(*target, links_, rules, Host::Voice{name, log_});
  listen(*host, links_);
  hosts_.push_back({std::move(target), std::move(host)});
}

void Worker::set_cast(std::vector<scenarios::PlannedActor> actors, MakePerformer make,
                      const Places& places, std::uint64_t seed, Instant warm_up_begins,
                      Instant warm_up_ends, Announcer& announcer) {
  Links& links = between_ ? static_cast<Links&>(*between_) : links_;
  context_.emplace(Context{.links = links,
                           .recorder = *recording_,
                           .ledgers = *this,
                           .announcer = announcer,
                           .places = places,
                           .seed = seed,
                           .warm_up_begins = warm_up_begins,
                           .warm_up_ends = warm_up_ends,
                           .post = [this](auto work) { post(std::move(work)); },
                           .log = log_,
                           .between = between_.get()});
  cast_.emplace(std::move(actors), std::move(make), *context_);
}

void Worker::start() {
  post([this] { run_due(); });
  thread_ = std::thread{[this] {
    thread_id_ = ::gettid();
    io_.run();
  }};
}

void Worker::stop() {
  if (!thread_.joinable()) return;
  io_.stop();
  thread_.join();
}

Instant Worker::take_events(std::vector<BookedEvent>& events) {
  events.clear();
  events.swap(events_);
  return clock_.now();
}

void Worker::probe() {
  boost::asio::post(io_, [this, asked = clock_.now()] {
    recording_->observe(metrics::Series::generator_loop_lag, clock_.now() - asked,
                        metrics::Window::measured);
  });
}

Duration Worker::cpu_time() {
  clockid_t clock{};
  timespec used{};
  if (pthread_getcpuclockid(thread_.native_handle(), &clock) != 0 ||
      clock_gettime(clock, &used) != 0)
    return {};
  return std::chrono::seconds{used.tv_sec} + Duration{used.tv_nsec};
}

Duration Worker::starved_time() const { return metrics::run_queue_wait(thread_id_); }

std::optional<Instant> Worker::next_deadline() const {
  auto next = cast_ ? cast_->next_deadline() : std::nullopt;
  for (const Hosted& hosted : hosts_) next = earliest(next, hosted.host->next_deadline());
  for (const Timed* timed : looked_after_) next = earliest(next, timed->next_deadline());
  return next;
}

void Worker::run_due() {
  armed_.reset();
  const Instant now = clock_.now();
  ran_ = now;
  for (const Hosted& hosted : hosts_) hosted.host->tick(now);
  const bool more = cast_ && cast_->run_due(now, kActorsPerTurn);
  for (Timed* timed : looked_after_) timed->tick(clock_.now());
  links_.flush();  // what was due must not wait for whatever else is ready
  if (more) {
    armed_ = Instant::min();  // no timer is needed to come back
    post([this] { run_due(); });
    return;
  }
  arm();
}

// The timer's handler would wait behind every socket that is ready, and sends would be late for
// the length of that queue: what has come due is done between two of them.
void Worker::act_in_turn(Instant now) {
  const auto due = next_deadline();
  const bool under_way = armed_ == Instant::min();
  if (due && !under_way && *due <= now)
    run_due();
  else
    arm();
}

// One OS timer stands for every deadline of the thread. It is only ever moved forward: when it
// fires too early, nothing is due and it is set again.
void Worker::arm() {
  const auto due = next_deadline();
  if (!due) return;
  const Instant at = std::max(*due, ran_ + kRest);
  if (armed_ && *armed_ <= at) return;
  armed_ = at;
  alarm_.set(clock_.when(at));
}

}  // namespace gauntlet::sim
