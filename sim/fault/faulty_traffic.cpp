// What happens on the way. What users and the driver ask and tell is faulty_links.cpp.
#include <algorithm>

#include "sim/fault/faulty_links.hpp"

#include "scenarios/terms/earliest.hpp"

namespace gauntlet::sim {
namespace {

using scenarios::Direction;

// As much as a receiver of TCP lets be under way; then the sender has to wait.
constexpr std::size_t kWindowBytes = 256 * 1024;
// What went before a reset has this long to get there: a reset overtakes what is still in a buffer.
constexpr Duration kLastBytes = std::chrono::milliseconds{1};

}  // namespace

void FaultyLinks::work(LinkId id, Instant now) {
  Line* line = find(id);
  set_due(id, *line, std::nullopt);
  Impairments& impairments = clients_.at(line->actor).impairments;
  impairments.expire(now);
  if (impairments.outage() || (line->breaks && *line->breaks <= now))
    return break_off(id, Ending::reset, now);
  renew_allowance(*line);
  take_written(*line, now);
  carry_forth(id, now);
  carry_back(id, now);
  line = find(id);
  if (line == nullptr) return;
  feed(*line);
  if (!line->due) reschedule(id);  // else a user has asked for more meanwhile
}

// The generator has done its part: what follows is the network's time.
void FaultyLinks::take_written(Line& line, Instant now) {
  if (!line.written.empty()) line.forth.put({.bytes = std::exchange(line.written, {})});
  for (const Stamp& stamp : line.stamps)
    recorder_.observe(metrics::Series::generator_slip, now - stamp.intended, stamp.window);
  line.stamps.clear();
}

void FaultyLinks::carry_forth(LinkId id, Instant now) {
  Line* line = find(id);
  const Conditions conditions =
      clients_.at(line->actor).impairments.conditions(Direction::to_target);
  line->forth.advance(now, conditions);
  while (line != nullptr && !line->breaks) {
    auto parcel = line->forth.take(now, conditions);
    if (!parcel) return;
    arrive(id, *line, std::move(*parcel), now);
    line = find(id);
  }
}

void FaultyLinks::carry_back(LinkId id, Instant now) {
  Line* line = find(id);
  if (line == nullptr) return;
  const Conditions conditions =
      clients_.at(line->actor).impairments.conditions(Direction::from_target);
  line->back.advance(now, conditions);
  while (line != nullptr && line->user != nullptr && line->reading && !line->breaks) {
    auto parcel = line->back.take(now, conditions);
    if (!parcel) return;
    report(id, *line, std::move(*parcel), now);
    line = find(id);
  }
}

// At the target.
void FaultyLinks::arrive(LinkId id, Line& line, Parcel parcel, Instant now) {
  switch (parcel.kind) {
    case Parcel::Kind::opening:
      return dial_below(id, line);
    case Parcel::Kind::bytes: {
      const bool last = spend(line, Direction::to_target, parcel.bytes);
      driver_.output(line.below).append(parcel.bytes);
      if (last) exhausted(id, now);
      return;
    }
    case Parcel::Kind::half_end:
      return driver_.finish(line.below);
    case Parcel::Kind::end:
      driver_.end(line.below, parcel.ending);
      return remove(id);
  }
}

// To the user, who may do anything meanwhile, even end this link.
void FaultyLinks::report(LinkId id, Line& line, Parcel parcel, Instant now) {
  LinkUser& user = *line.user;
  if (parcel.kind == Parcel::Kind::bytes) {
    const bool last = spend(line, Direction::from_target, parcel.bytes);
    user.bytes(id, parcel.bytes, now);
    if (last && find(id) != nullptr) exhausted(id, now);
  } else if (!parcel.outcome) {
    line.opened = true;
    user.opened(id, now);
  } else {
    remove(id);
    if (parcel.kind == Parcel::Kind::opening)
      user.failed(id, *parcel.outcome, now);
    else
      user.ended(id, *parcel.outcome, now);
  }
}

// ---- Limits.

// Each new limit counts from its beginning.
void FaultyLinks::renew_allowance(Line& line) {
  const auto limit = clients_.at(line.actor).impairments.limit();
  if (!limit)
    line.allowance = {};
  else if (line.allowance.of.number != limit->number)
    line.allowance = {.of = *limit, .left = limit->action->bytes};
}

// Cuts off what is beyond the limit. @return whether nothing more may pass.
bool FaultyLinks::spend(Line& line, Direction way, std::string& bytes) {
  if (line.allowance.of.action == nullptr) return false;
  const Direction counted = line.allowance.of.action->direction;
  if (counted != Direction::both && counted != way) return false;
  if (bytes.size() > line.allowance.left) bytes.resize(line.allowance.left);
  line.allowance.left -= bytes.size();
  return line.allowance.left == 0;
}

void FaultyLinks::exhausted(LinkId id, Instant now) {
  Line& line = *find(id);
  if (line.allowance.of.action->kind == FaultKind::close_after_bytes)
    return break_off(id, Ending::close, now);
  line.breaks = now + kLastBytes;
}

void FaultyLinks::break_off(LinkId id, Ending how, Instant now) {
  Line& line = *find(id);
  LinkUser* user = line.user;
  const bool opened = line.opened;
  if (line.below != 0) driver_.end(line.below, how);
  remove(id);
  if (user == nullptr) return;
  const bool named = blame_ == Blame::named;
  if (!opened)
    user->failed(id, named ? Outcome::injected : Outcome::refused, now);
  else if (how == Ending::close)
    user->ended(id, named ? Outcome::injected : Outcome::closed_early, now);
  else
    user->ended(id, named ? Outcome::injected : Outcome::reset, now);
}

// ---- Whether the driver reads, and when there is something to do.

void FaultyLinks::feed(Line& line) {
  const bool wanted = line.user == nullptr || (line.reading && line.back.bytes() < kWindowBytes);
  if (line.below == 0 || wanted == line.fed) return;
  line.fed = wanted;
  driver_.read(line.below, wanted);
}

void FaultyLinks::reschedule(LinkId id) {
  Line& line = *find(id);
  const Impairments& impairments = clients_.at(line.actor).impairments;
  auto next = line.breaks;
  if (!line.breaks) {
    next = earliest(impairments.next_end(),
                    line.forth.next_time(impairments.conditions(Direction::to_target)));
    if (line.reading && line.user != nullptr)
      next = earliest(next, line.back.next_time(impairments.conditions(Direction::from_target)));
  }
  set_due(id, line, next);
}

}  // namespace gauntlet::sim
