// Several workers' events for the ledgers, in the order of their time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "scenarios/terms/time.hpp"
#include "sim/live/worker.hpp"

namespace gauntlet::sim {

/// Merges streams of events that are each in order already. An event is given out once every
/// source has accounted for its time, since a message that one sent may have reached another.
/// @threads One at a time.
class EventMerge {
 public:
  /// The next events of one source, and the time up to which it has none but these. What is left in
  /// `events` is memory to use again.
  void add(std::size_t source, std::vector<BookedEvent>& events, Instant complete) {
    if (source >= sources_.size()) sources_.resize(source + 1);
    Source& to = sources_[source];
    to.complete = complete;
    if (to.taken == to.events.size()) {
      to.events.swap(events);
    } else {
      to.events.erase(to.events.begin(), to.events.begin() + static_cast<std::ptrdiff_t>(to.taken));
      to.events.insert(to.events.end(), events.begin(), events.end());
    }
    to.taken = 0;
  }

  /// Calls take(event) for each event whose time is complete. Equal times come in the order of the
  /// sources.
  template <class Take>
  void drain(Take take) {
    if (sources_.empty()) return;
    const Instant complete = std::ranges::min(sources_, {}, &Source::complete).complete;
    for (;;) {
      Source* first = nullptr;
      Instant others = complete;  // the earliest event of any other source
      for (Source& source : sources_) {
        const Instant next = source.next(complete);
        if (next >= complete) continue;
        if (first == nullptr || next < first->next(complete)) {
          if (first != nullptr) others = std::min(others, first->next(complete));
          first = &source;
        } else {
          others = std::min(others, next);
        }
      }
      if (first == nullptr) return;
      do take(first->events[first->taken++]);
      while (first->next(complete) < others);
    }
  }

 private:
  struct Source {
    std::vector<BookedEvent> events{};
    std::size_t taken{0};
    Instant complete{};

    Instant next(Instant none) const {
      return taken < events.size() ? events[taken].second.at : none;
    }
  };
  std::vector<Source> sources_;
};

}  // namespace gauntlet::sim
