#include "sim/orchestrator/merged_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "metrics/shard/clock_offsets.hpp"
#include "scenarios/plan/shard.hpp"
#include "sim/actor/crew.hpp"
#include "sim/orchestrator/dismissal.hpp"
#include "sim/orchestrator/event_merge.hpp"
#include "sim/session/books.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::size_t kEventsAtOnce = 4096;

scenarios::Shard shard_of(const metrics::FoundPart& found) {
  return {found.part.who.number, found.part.who.count};
}

std::string loss_of(const scenarios::Plan& plan, scenarios::Shard shard) {
  return fmt::format(
      "Shard {} of {} is missing: what became of its {} clients is not in these results, so the "
      "load was not what the scenario asks for. Give its folder, too.",
      shard.number + 1, shard.count, scenarios::actors_of(plan, shard).size());
}

/// The log of one shard, a piece at a time.
class Source {
 public:
  /// @param ahead  By how much its clock is.
  Source(const metrics::FoundPart& found, metrics::EventDecoder& log, const scenarios::Plan& plan,
         Duration ahead)
      : found_{&found}, log_{&log}, plan_{&plan}, ahead_{ahead} {}

  /// Up to which moment everything was taken.
  Instant complete() const { return complete_; }
  bool ended() const { return complete_ == Instant::max(); }

  void take(std::vector<BookedEvent>& into) {
    while (into.size() < kEventsAtOnce) {
      const auto logged = log_->next();
      if (!logged) return end(into);
      into.emplace_back(logged->of_arena ? Track::Book::arena : Track::Book::relay, logged->event);
      into.back().second.at -= ahead_;
      into.back().second.intended -= ahead_;
    }
    complete_ = into.back().second.at;
  }

 private:
  // Who was interrupted left before the others did, and nothing reached its clients any more.
  void end(std::vector<BookedEvent>& into) {
    if (found_->part.interrupted)
      dismiss(*plan_, shard_of(*found_), found_->part.closed - ahead_, into);
    complete_ = Instant::max();
  }

  const metrics::FoundPart* found_;
  metrics::EventDecoder* log_;
  const scenarios::Plan* plan_;
  Duration ahead_;
  Instant complete_{};
};

/// The events of all shards, to be told again and again.
class Tale {
 public:
  Tale(const scenarios::Plan& plan, std::span<const metrics::FoundPart> parts)
      : plan_{plan}, parts_{parts} {}

  /// Calls hear(event) for each, in the order of their time.
  template <class Hear>
  void tell(std::span<metrics::EventDecoder> logs, const std::vector<metrics::ClockOffset>& offsets,
            Hear hear) const {
    std::vector<Source> sources;
    for (std::size_t i = 0; i < parts_.size(); ++i)
      sources.emplace_back(parts_[i], logs[i], plan_, offsets[parts_[i].part.who.number].ahead);
    EventMerge merge;
    std::vector<BookedEvent> taken;
    const auto feed = [&](Source& source) {
      taken.clear();
      source.take(taken);
      merge.add(static_cast<std::size_t>(&source - sources.data()), taken, source.complete());
    };
    for (Source& source : sources) feed(source);
    for (;;) {
      merge.drain(hear);
      Source& first = *std::ranges::min_element(sources, {}, &Source::complete);
      if (first.ended()) return;
      feed(first);
    }
  }

 private:
  const scenarios::Plan& plan_;
  std::span<const metrics::FoundPart> parts_;
};

std::vector<metrics::ClockOffset> offsets_of(const Tale& tale, std::uint32_t shards,
                                             std::span<const metrics::EventDecoder> logs) {
  std::vector<metrics::EventDecoder> copies{logs.begin(), logs.end()};
  metrics::ClockOffsets offsets{shards};
  tale.tell(copies, std::vector<metrics::ClockOffset>(shards), [&](const BookedEvent& event) {
    if (event.first == Track::Book::relay) offsets.add(event.second);
  });
  return offsets.found();
}

// What each shard saw when its clients left, in a time that is the same for all.
std::vector<metrics::Breach> breaches_of(std::span<const metrics::FoundPart> parts,
                                         const std::vector<metrics::ClockOffset>& offsets) {
  std::vector<metrics::Breach> all;
  for (const metrics::FoundPart& found : parts)
    for (metrics::Breach breach : found.part.breaches) {
      const Duration ahead = offsets[found.part.who.number].ahead;
      breach.at -= ahead;
      breach.since -= ahead;
      all.push_back(breach);
    }
  return all;
}

/// The ledgers, and how they stood at every cut of the measured window.
class Ledgers {
 public:
  Ledgers(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
          const metrics::MeasuredWindow& window)
      : window_{window},
        books_{plan, has_own_rounds(scenario)},
        timeline_{window.begin, window.end} {}

  void add(const BookedEvent& event) {
    cut(event.second.at);
    books_.add(event.first, event.second);
  }

  /// Adds what they found out to what the shards know.
  void close(Instant now, Duration patience, RunResult& into) {
    cut(now);
    books_.close(now, patience);
    const auto found = books_.breaches();
    into.breaches.insert(into.breaches.end(), found.begin(), found.end());
    std::ranges::stable_sort(into.breaches, {}, &metrics::Breach::at);
    for (const metrics::Recorder* recorder : books_.recorders()) into.snapshot.add(*recorder);
    into.snapshot.gauges[static_cast<std::size_t>(metrics::Gauge::relay_open)] = open_;
    const metrics::Intervals owed = std::move(timeline_).finish(now, books_.recorders());
    const std::array timelines{static_cast<const metrics::Intervals*>(&into.intervals), &owed};
    into.intervals = metrics::merged(timelines, window_);
  }

 private:
  void cut(Instant now) {
    for (auto due = timeline_.next_cut(); due && *due <= now; due = timeline_.next_cut()) {
      books_.publish();
      timeline_.cut(*due, books_.recorders());
      if (*due == window_.end) open_ = relay_in_flight();
    }
  }

  std::int64_t relay_in_flight() const {
    std::uint64_t sum = 0;
    for (const metrics::Recorder* recorder : books_.recorders())
      sum += recorder->value(metrics::Counter::relay_in_flight);
    return static_cast<std::int64_t>(sum);
  }

  metrics::MeasuredWindow window_;
  Books books_;
  metrics::Timeline timeline_;
  std::int64_t open_{0};  // at the end of measuring
};

}  // namespace

MergedRun merged_run(const scenarios::Scenario& scenario, const scenarios::Plan& plan,
                     std::span<const metrics::FoundPart> parts,
                     std::span<metrics::EventDecoder> logs) {
  const metrics::MeasuredWindow window{.begin = plan.phases.warm_up, .end = plan.phases.measure};
  metrics::ShardPart whole = metrics::put_together(parts, window);
  RunResult result;
  result.snapshot = std::move(whole.snapshot);
  result.intervals = std::move(whole.intervals);
  result.generator = std::move(whole.generator);
  result.measured = whole.measured;
  result.closed = whole.closed;
  result.never_started = std::move(whole.never_started);

  const auto missing = metrics::missing_shards(parts);
  const std::uint32_t count = parts.front().part.who.count;
  for (const std::uint32_t number : missing)
    result.generator.losses.push_back(loss_of(plan, {number, count}));
  // Of what a missing shard sent, only that it arrived is known, which proves nothing.
  const auto is_of_missing = [&](const metrics::LedgerEvent& event) {
    return metrics::is_of_message(event.what) &&
           std::ranges::find(missing, event.message.sender % count) != missing.end();
  };

  const Tale tale{plan, parts};
  const auto offsets = offsets_of(tale, count, logs);
  const auto apart = metrics::in_words(offsets);
  whole.warnings.insert(whole.warnings.end(), apart.begin(), apart.end());
  result.breaches = breaches_of(parts, offsets);
  Ledgers ledgers{scenario, plan, window};
  tale.tell(logs, offsets, [&](const BookedEvent& event) {
    if (!is_of_missing(event.second)) ledgers.add(event);
  });
  ledgers.close(whole.closed, scenario.drain, result);
  return {.result = std::move(result),
          .started = std::chrono::nanoseconds{whole.started_unix_ns},
          .lasted = whole.lasted,
          .host = std::move(whole.host),
          .warnings = std::move(whole.warnings)};
}

}  // namespace gauntlet::sim
