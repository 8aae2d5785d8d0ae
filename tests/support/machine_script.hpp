// Plays a machine without a driver: inputs in, effects out as text and tallies, time by hand.
#pragma once

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/terms/match.hpp"
#include "sim/machine/machine.hpp"

namespace gauntlet::sim {

/// Feeds one machine. What it asks for (connect, send, ...) is kept as lines of text until taken;
/// what it measures is added up.
class MachineScript {
 public:
  explicit MachineScript(Machine& machine) : machine_{machine} {}

  /// Lets time pass until `moment`, waking the machine at each of its deadlines, as a driver would.
  MachineScript& until(Duration moment) {
    for (int turns = 0; turns < kTurnsMax && !machine_.done(); ++turns) {
      const auto deadline = machine_.next_deadline();
      if (!deadline || *deadline > at(moment)) break;
      now_ = std::max(now_, *deadline);
      feed(TimePassed{});
    }
    now_ = std::max(now_, at(moment));
    return *this;
  }

  MachineScript& feed(const Input& input) {
    if (machine_.done()) return *this;
    machine_.handle(now_, input, out_);
    for (const Effect& effect : out_.effects()) note(effect);
    out_.clear();
    return *this;
  }

  /// The lines since the last take.
  std::vector<std::string> take() { return std::exchange(lines_, {}); }

  Instant now() const { return now_; }
  std::uint64_t count(metrics::Counter counter) const {
    const auto found = counters_.find(counter);
    return found == counters_.end() ? 0 : found->second;
  }
  /// Everything counted as a failure of a conversation.
  std::uint64_t failures() const {
    std::uint64_t sum = 0;
    for (const auto& [counter, n] : counters_)
      if (counter >= metrics::Counter::relay_failures) sum += n;
    return sum;
  }
  std::int64_t gauge(metrics::Gauge gauge) const {
    const auto found = gauges_.find(gauge);
    return found == gauges_.end() ? 0 : found->second;
  }
  const std::vector<Duration>& samples(metrics::Series series) { return samples_[series]; }
  const std::vector<metrics::LedgerEvent>& tracked() const { return tracked_; }
  std::vector<metrics::LedgerEvent> tracked(metrics::LedgerEvent::What what) const {
    std::vector<metrics::LedgerEvent> some;
    std::copy_if(tracked_.begin(), tracked_.end(), std::back_inserter(some),
                 [what](const auto& event) { return event.what == what; });
    return some;
  }
  /// The intended times of the messages and requests sent, where they have one.
  const std::vector<Instant>& intended() const { return intended_; }

 private:
  static constexpr int kTurnsMax = 100'000;

  static std::string_view name(Endpoint to) {
    constexpr std::string_view kNames[]{"relay_http", "relay_socket", "arena_http", "arena_socket"};
    return kNames[static_cast<std::size_t>(to)];
  }
  void say(std::string text) { lines_.push_back(std::move(text)); }

  void note(const Effect& effect) {
    std::visit(
        match{
            [&](const Connect& c) {
              say(std::string{"connect "}
                      .append(name(c.to))
                      .append(" ")
                      .append(out_.reveal(c.bearer).reveal()));
            },
            [&](const Request& r) {
              if (r.intended) intended_.push_back(*r.intended);
              say(std::string{r.method == Method::get ? "get " : "post "}
                      .append(name(r.to))
                      .append(" ")
                      .append(out_.text(r.path))
                      .append(" ")
                      .append(out_.text(r.body)));
            },
            [&](const CancelRequest&) { say("cancel request"); },
            [&](const Send& s) {
              if (s.intended) intended_.push_back(*s.intended);
              say(std::string{"send "}.append(out_.text(s.text)));
            },
            [&](const SendBytes& s) { say("send " + std::to_string(s.bytes.size) + " bytes"); },
            [&](const Ping&) { say("ping"); },
            [&](const Close& c) { say("close " + std::to_string(c.code)); },
            [&](const Abort&) { say("abort"); },
            [&](const EndWriting&) { say("end writing"); },
            [&](const AnswerPings& a) { say(a.on ? "answer pings" : "ignore pings"); },
            [&](const OpenSides& o) {
              say("open " + std::to_string(o.count) + " sides to " + std::string{name(o.to)});
            },
            [&](const CloseSides&) { say("close sides"); },
            [&](const Impair& i) { say("meets fault " + std::to_string(i.fault)); },
            [&](const StopReading&) { say("stop reading"); },
            [&](const StartReading&) { say("start reading"); },
            [&](const Generate& g) {
              say(std::string{"generate "}
                      .append(std::to_string(g.max_tokens))
                      .append(" tokens for ")
                      .append(out_.text(g.prompt)));
            },
            [&](const CancelGeneration&) { say("cancel generation"); },
            [&](const Observe& o) { samples_[o.series].push_back(o.value); },
            [&](const Count& c) { counters_[c.counter] += c.n; },
            [&](const Shift& s) { gauges_[s.gauge] += s.by; },
            [&](const Track& t) { tracked_.push_back(t.event); },
            [&](const Announce& a) {
              say(std::string{"announce "}.append(out_.reveal(a.pin).reveal()));
            },
        },
        effect);
  }

  Machine& machine_;
  Outbox out_;
  Instant now_{};
  std::vector<std::string> lines_;
  std::vector<Instant> intended_;
  std::map<metrics::Counter, std::uint64_t> counters_;
  std::map<metrics::Gauge, std::int64_t> gauges_;
  std::map<metrics::Series, std::vector<Duration>> samples_;
  std::vector<metrics::LedgerEvent> tracked_;
};

}  // namespace gauntlet::sim
