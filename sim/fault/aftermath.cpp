#include "sim/fault/aftermath.hpp"

#include <algorithm>

namespace gauntlet::sim {
namespace {

using metrics::Counter;

// Of one client; beyond, the oldest are given up.
constexpr std::size_t kCasesMax = 32;

}  // namespace

std::optional<metrics::LedgerEvent::What> excuse_for(FaultKind kind) {
  using What = metrics::LedgerEvent::What;
  switch (kind) {
    case FaultKind::stop_reading:
    case FaultKind::slow_reading:
    case FaultKind::second_connection:
    case FaultKind::half_close:
    case FaultKind::invalid_utf8:
    case FaultKind::unmasked_frame:
    case FaultKind::oversized_frame:
    case FaultKind::bad_opcode:
    case FaultKind::endless_fragments:
      return What::unreliable;
    default:
      break;
  }
  switch (def(kind).place) {
    case FaultPlace::words:
      return What::misspoke;
    case FaultPlace::network:
      return What::unreliable;
    case FaultPlace::connection:
    case FaultPlace::beside:
    case FaultPlace::runner:
    case FaultPlace::target:  // no client's
      break;
  }
  return std::nullopt;
}

void Aftermath::begin(FaultKind kind, Instant now, Instant until, Outbox& out) {
  if (cases_.size() == kCasesMax) cases_.erase(cases_.begin());
  cases_.push_back({.kind = kind, .since = now, .until = until});
  out.push(Count{of_kind(Counter::fault_injected, kind)});
}

// The last one that nothing was heard about is what it is about, most likely.
void Aftermath::noticed(Counter how, Of connection, Outbox& out) {
  for (auto open = cases_.rbegin(); open != cases_.rend(); ++open) {
    if (open->noticed || !concerns(open->kind, connection)) continue;
    open->noticed = true;
    return out.push(Count{of_kind(how, open->kind)});
  }
}

// Of two that are the same, either may be the one to go.
bool Aftermath::concerns(FaultKind kind, Of connection) {
  const bool beside = def(kind).place == FaultPlace::beside;
  return kind == FaultKind::second_connection || beside == (connection == Of::sides);
}

void Aftermath::lost_connection() {
  for (Case& open : cases_) open.connection_lost = true;
}

void Aftermath::broke_off() {
  for (Case& open : cases_) open.noticed = open.connection_lost = true;
}

void Aftermath::got_in() {
  for (Case& open : cases_) open.connection_lost = false;
}

void Aftermath::is_well(Instant now, Outbox& out) {
  for (Case& open : cases_) {
    if (open.recovered || open.connection_lost || open.until > now) continue;
    open.recovered = true;
    out.push(Count{of_kind(Counter::fault_recovered, open.kind)});
    out.push(Observe{metrics::Series::fault_recovery, now - open.until, open.since});
  }
  std::erase_if(cases_, [](const Case& open) { return open.noticed && open.recovered; });
}

void Aftermath::run_due(Instant now, Outbox& out) {
  for (Case& open : cases_) {
    if (open.noticed || open.since + kNoticeTime > now) continue;
    open.noticed = true;
    out.push(Count{of_kind(Counter::fault_silent, open.kind)});
  }
}

std::optional<Instant> Aftermath::next_deadline() const {
  // The oldest is in front, and every one has the same time.
  for (const Case& open : cases_)
    if (!open.noticed) return open.since + kNoticeTime;
  return std::nullopt;
}

bool Aftermath::awaits_sides() const {
  return std::ranges::any_of(cases_, [](const Case& open) {
    return def(open.kind).place == FaultPlace::beside && !open.noticed;
  });
}

}  // namespace gauntlet::sim
