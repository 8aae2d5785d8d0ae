#include "sim/fault/target_aftermath.hpp"

#include <algorithm>

#include "scenarios/terms/earliest.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;

// Beyond, the oldest are given up.
constexpr std::size_t kCasesMax = 32;

// RFC 6455 §7.4.1: the purpose is fulfilled, or the client goes away.
bool is_goodbye(const Gone& how) { return how.code == 1000 || how.code == 1001; }

}  // namespace

std::optional<Instant> TargetAftermath::Case::silent_at() const {
  if (noticed || until == Instant::max()) return std::nullopt;
  return until + kNoticeTime;
}

void TargetAftermath::began(Instant now, FaultKind kind, Instant until) {
  if (cases_.size() == kCasesMax) cases_.erase(cases_.begin());
  cases_.push_back({.kind = kind, .since = now, .until = until, .in = in_.size()});
  recorder_.count(of_kind(Counter::fault_injected, kind));
}

void TargetAftermath::left(Instant now, ConnectionId client, const Gone& how) {
  if (in_.erase(client) > 0 && !is_goodbye(how)) notice(now);
}

void TargetAftermath::broke(Instant now) {
  if (!in_.empty()) notice(now);
  in_.clear();
}

// The last one that nothing was heard about is what it is about, most likely.
void TargetAftermath::notice(Instant now) {
  time_passed(now);
  for (auto open = cases_.rbegin(); open != cases_.rend(); ++open) {
    if (open->noticed) continue;
    open->noticed = true;
    recorder_.count(of_kind(Counter::fault_closed, open->kind));
    break;
  }
  close_cases();
}

void TargetAftermath::acted(Instant now) {
  for (Case& open : cases_) {
    if (open.recovered || open.until > now || in_.size() < open.in) continue;
    open.recovered = true;
    recorder_.count(of_kind(Counter::fault_recovered, open.kind));
    const bool warming_up = open.since >= phases_.connect && open.since < phases_.warm_up;
    recorder_.observe(metrics::Series::fault_recovery, now - open.until,
                      warming_up ? metrics::Window::warm_up : metrics::Window::measured);
  }
  close_cases();
}

void TargetAftermath::time_passed(Instant now) {
  for (Case& open : cases_) {
    const auto at = open.silent_at();
    if (!at || *at > now) continue;
    open.noticed = true;
    recorder_.count(of_kind(Counter::fault_silent, open.kind));
  }
  close_cases();
}

std::optional<Instant> TargetAftermath::next_deadline() const {
  std::optional<Instant> next;
  for (const Case& open : cases_) next = earliest(next, open.silent_at());
  return next;
}

void TargetAftermath::close_cases() {
  std::erase_if(cases_, [](const Case& open) { return open.noticed && open.recovered; });
}

}  // namespace gauntlet::sim
