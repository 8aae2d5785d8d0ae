// What the ledgers are told of clients that are gone without a word.
#pragma once

#include <vector>

#include "scenarios/plan/shard.hpp"
#include "sim/live/worker.hpp"

namespace gauntlet::sim {

/// Nothing can reach the actors of a shard any more: all of them left.
inline void dismiss(const scenarios::Plan& plan, scenarios::Shard shard, Instant now,
                    std::vector<BookedEvent>& into) {
  metrics::LedgerEvent event;
  event.what = metrics::LedgerEvent::What::left;
  event.at = now;
  for (const scenarios::PlannedActor& actor : scenarios::actors_of(plan, shard)) {
    event.actor = actor.id;
    const bool agent = actor.role == scenarios::Role::agent;
    into.emplace_back(agent ? Track::Book::relay : Track::Book::arena, event);
  }
}

}  // namespace gauntlet::sim
