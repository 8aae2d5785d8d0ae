#include "sim/orchestrator/process_generator.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <system_error>
#include <thread>

#include "metrics/report/process_usage.hpp"
#include "metrics/summary/words.hpp"
#include "runners/command/running_commands.hpp"
#include "scenarios/plan/shard.hpp"
#include "sim/orchestrator/dismissal.hpp"
#include "sim/orchestrator/worker_process.hpp"

namespace gauntlet::sim {
namespace {

constexpr Duration kLook = std::chrono::milliseconds{1};
constexpr Duration kPatience = std::chrono::seconds{30};

/// No signal between a fork and the moment when the child has its own mind about them.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsHeld() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_{};
};

/// Looks again and again until it holds, or for as long as a healthy worker could take by far.
bool wait_until(const std::function<bool()>& holds) {
  const auto patience = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > patience) return false;
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

std::string how_it_died(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("was killed by signal {} ({})", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
  return fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

std::vector<Worker::Recording> borrowed(const std::vector<Placed<metrics::Recorder>>& recorders) {
  std::vector<Worker::Recording> all;
  for (const auto& recorder : recorders) all.emplace_back(std::shared_ptr<void>{}, recorder.get());
  return all;
}

}  // namespace

std::size_t ProcessGenerator::memory_for(const scenarios::Scenario& scenario,
                                         const scenarios::Plan& plan, const Size& size) {
  // Everything at its largest: every series of every thread, every ring, and a name for each agent
  // for each of many times that it registers anew.
  constexpr std::size_t kNames = 64;
  constexpr std::size_t kNameBytes = 128;
  constexpr std::size_t kLists = 3;  // of actors, on a desk
  constexpr std::size_t kRest = std::size_t{64} << 20U;
  const std::size_t recorder = 2 * metrics::kSeriesCount *
                                   (metrics::Histogram::bucket_count() + 64) *
                                   sizeof(std::uint64_t) +
                               sizeof(metrics::Recorder);
  const std::size_t worker =
      (size.threads + 1) * recorder + EventRing::kEvents * sizeof(BookedEvent) + sizeof(Desk);
  const std::size_t ids = kLists * plan.actors.size() * sizeof(ActorId);
  const std::size_t names = plan.agents.size() * kNames * kNameBytes;
  const std::size_t tally =
      plan.participants.size() * scenario.rounds.size() * sizeof(std::uint32_t);
  return size.processes * worker + ids + names + tally + kRest;
}

ProcessGenerator::ProcessGenerator(const Job& job, const Size& size, SharedMemory& memory)
    : job_{job}, size_{size}, pins_{place<PinBoard>(memory, memory)}, processes_(size.processes) {
  for (Process& process : processes_) {
    process.desk =
        place<Desk>(memory, memory, size.threads, job.plan.actors.size() / size.processes + 1);
    for (std::uint32_t i = 0; i <= size.threads; ++i)
      process.recorders.push_back(place<metrics::Recorder>(memory, memory));
  }
  runners::RunningCommands::prepare();  // in common with the workers
  job.log.flush();                      // else each child would write it once more
  for (std::uint32_t number = 0; number < size.processes; ++number) fork_worker(number);
  wait_until([this] {
    look_after();
    return std::ranges::all_of(processes_,
                               [](const Process& p) { return !p.alive || p.desk->ready.load(); });
  });
}

ProcessGenerator::~ProcessGenerator() { end(); }

void ProcessGenerator::fork_worker(std::uint32_t number) {
  Process& process = processes_[number];
  const SignalsHeld held;
  const int parent = getpid();
  process.pid = ::fork();
  if (process.pid < 0) {
    const int error = errno;
    end();
    throw std::system_error{error, std::generic_category(), "a worker process cannot be started"};
  }
  if (process.pid == 0)
    become_worker(job_, job_.shard.part(number, size_.processes),
                  {*process.desk, *pins_, borrowed(process.recorders)},
                  std::max<std::size_t>(size_.unanswered_max / size_.processes, 1), parent);
  process.alive = true;
}

void ProcessGenerator::start(Clock::Epoch epoch) {
  clock_ = Clock{epoch};
  for (const Process& process : processes_)
    process.desk->epoch_ns.store(Duration{epoch.time_since_epoch()}.count());
  tell(Order::start);
}

void ProcessGenerator::tell(Order order) {
  for (const Process& process : processes_) process.desk->order.store(order);
  const auto has_obeyed = [order](const Process& p) {
    return !p.alive || p.desk->obeyed.load() >= order;
  };
  const auto all_have = [&] {
    look_after();
    return std::ranges::all_of(processes_, has_obeyed);
  };
  if (wait_until(all_have)) return;
  for (Process& process : processes_)
    if (!has_obeyed(process)) kill(process);
  wait_until(all_have);
}

void ProcessGenerator::kill(Process& process) {
  const std::lock_guard lock{looking_after_};
  process.hung = process.alive;
  if (process.alive) ::kill(process.pid, SIGKILL);
}

void ProcessGenerator::end() {
  if (std::exchange(ending_, true)) return;
  tell(Order::end);
  const auto all_gone = [this] {
    look_after();
    return std::ranges::none_of(processes_, [](const Process& p) { return p.alive.load(); });
  };
  if (wait_until(all_gone)) return;
  for (const Process& process : processes_)
    if (process.alive) ::kill(process.pid, SIGKILL);
  wait_until(all_gone);
}

void ProcessGenerator::look_after() {
  const std::lock_guard lock{looking_after_};
  for (Process& process : processes_) {
    int status = 0;
    if (process.alive && ::waitpid(process.pid, &status, WNOHANG) == process.pid)
      bury(process, status);
  }
}

void ProcessGenerator::bury(Process& process, int status) {
  if (process.desk->obeyed.load() != Order::end) process.loss = obituary(process, status);
  // Whom it had in is in no more.
  for (const auto& recorder : process.recorders)
    for (const metrics::GaugeDef& gauge : metrics::kGauges)
      recorder->shift(gauge.id, -recorder->value(gauge.id));
  // Who is killed ends none of them.
  runners::RunningCommands::kill_of(process.pid);
  process.alive = false;
}

std::string ProcessGenerator::obituary(const Process& process, int status) const {
  const std::uint32_t number = number_of(process) + 1;
  if (job_.log.wants(LogLevel::warning))
    job_.log.write(LogLevel::warning, clock_.now(), {"worker", number}, "is lost",
                   {{"pid", process.pid}});
  return fmt::format(
      "Worker {} of {} (pid {}) {}: its {} clients were lost with it, so the load was not what the "
      "scenario asks for. Run it again; if it dies again, look for it in the system's log.",
      number, size_.processes, process.pid,
      process.hung ? fmt::format("did nothing for {}, and was killed", metrics::in_words(kPatience))
                   : how_it_died(status),
      scenarios::actors_of(job_.plan, shard_of(process)).size());
}

std::uint32_t ProcessGenerator::number_of(const Process& process) const {
  return static_cast<std::uint32_t>(&process - processes_.data());
}

scenarios::Shard ProcessGenerator::shard_of(const Process& process) const {
  return job_.shard.part(number_of(process), size_.processes);
}

bool ProcessGenerator::busy() {
  look_after();
  return std::ranges::any_of(processes_,
                             [](const Process& p) { return p.alive && p.desk->busy.load(); });
}

bool ProcessGenerator::done() {
  look_after();
  return std::ranges::all_of(processes_,
                             [](const Process& p) { return !p.alive || p.desk->done.load(); });
}

bool ProcessGenerator::all_closed() {
  look_after();
  return std::ranges::all_of(
      processes_, [](const Process& p) { return !p.alive || p.desk->all_closed.load(); });
}

std::vector<ActorId> ProcessGenerator::from_all(ActorList Desk::*list) const {
  std::vector<ActorId> all;
  for (const Process& process : processes_) ((*process.desk).*list).append_to(all);
  return all;
}

Instant ProcessGenerator::take_events(EventMerge& into) {
  look_after();
  Instant all_complete = clock_.now();
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    Process& process = processes_[i];
    taken_.clear();
    const bool alive = process.alive;  // first: what the dead left behind is all there then
    Instant complete = process.desk->events.take(taken_);
    if (!alive) {
      complete = Instant::max();
      if (!std::exchange(process.settled, true) && !process.loss.empty())
        dismiss(job_.plan, shard_of(process), clock_.now(), taken_);
    }
    all_complete = std::min(all_complete, complete);
    into.add(i, taken_, complete);
  }
  return all_complete;
}

std::vector<const metrics::Recorder*> ProcessGenerator::recorders() const {
  std::vector<const metrics::Recorder*> all;
  for (const Process& process : processes_)
    for (const auto& recorder : process.recorders) all.push_back(recorder.get());
  return all;
}

void ProcessGenerator::begin_measuring() {
  host_before_ = metrics::read_host_counters();
  began_ = clock_.now();
  tell(Order::measure);
}

metrics::GeneratorFacts ProcessGenerator::end_measuring() {
  tell(Order::sum_up);
  const metrics::ProcessUsage own = metrics::process_usage();
  metrics::GeneratorFacts facts;
  facts.host = metrics::between(host_before_, metrics::read_host_counters(), clock_.now() - began_);
  facts.cpu_seconds = own.cpu_seconds;
  facts.rss_bytes = own.resident_bytes;
  std::int64_t longest_ns = -1;
  for (const Process& process : processes_) {
    const Desk& desk = *process.desk;
    for (const auto& busy : desk.loop_busy) facts.loop_busy.push_back(busy.load());
    for (const auto& starved : desk.loop_starved) facts.loop_starved.push_back(starved.load());
    facts.cpu_seconds += desk.cpu_seconds.load();
    facts.rss_bytes += desk.rss_bytes.load();
    if (desk.longest_pause_ns.load() <= longest_ns) continue;
    longest_ns = desk.longest_pause_ns.load();
    facts.longest_pause_at = Instant{Duration{desk.longest_pause_at_ns.load()}};
  }
  return facts;
}

std::vector<std::string> ProcessGenerator::losses() const {
  std::vector<std::string> all;
  for (const Process& process : processes_)
    if (!process.loss.empty()) all.push_back(process.loss);
  return all;
}

}  // namespace gauntlet::sim
