// What always holds, and what of it the events of a run show to be broken.
#include <algorithm>

#include "metrics/ledger/ledger.hpp"

namespace gauntlet::metrics {

// What its sender had under way may be lost. A target that counts the messages takes none behind
// one that was lost, so there all that follows in the lane may be lost, too.
void Ledger::interrupted(ActorId actor) {
  if (actor >= senders_.size()) return;
  for (Lane& lane : senders_[actor]) {
    if (names_.counted) lane.excusable = true;
    for (std::uint32_t i = 0; lane.open > 0 && i < lane.entries.size(); ++i)
      lane.entries[i].excusable = true;
  }
}

void Ledger::misspoke(ActorId actor) {
  interrupted(actor);
  if (actor < senders_.size())
    for (Lane& lane : senders_[actor]) lane.tampered = true;
}

// Of what had no time to arrive, nobody knows whether the target got it before the end.
void Ledger::lane_over(const LedgerEvent& event) {
  const std::uint32_t number = event.message.lane;
  if (std::ranges::find(over_, number) == over_.end()) over_.push_back(number);
  for (Lanes& lanes : senders_)
    for (Lane& lane : lanes) {
      if (lane.number != number) continue;
      lane.excusable = true;
      for (std::uint32_t i = 0; lane.open > 0 && i < lane.entries.size(); ++i) {
        Entry& entry = lane.entries[i];
        if (entry.at + settings_.lane_patience > event.at) entry.excusable = true;
      }
    }
}

// ---- What the target claims to have.

// Only what was seen whole before the target was asked: of the rest, nobody knows how much it had.
bool Ledger::can_be_claimed(const Lane& lane, Instant asked) {
  return !lane.tampered && lane.sent() > 0 && lane.shown == lane.sent() && lane.last_shown < asked;
}

void Ledger::claimed(const LedgerEvent& event) {
  Lane* lane = find_lane(event.message);
  if (lane == nullptr) return;
  lane->claimed = true;
  if (names_.claims && can_be_claimed(*lane, event.intended) && event.message.n != lane->sent())
    breach(*names_.claims, event);
}

void Ledger::claims_read(const LedgerEvent& event) {
  for (ActorId sender = 0; sender < senders_.size(); ++sender)
    for (const Lane& lane : senders_[sender]) {
      if (lane.number != event.message.lane || lane.claimed ||
          !can_be_claimed(lane, event.intended))
        continue;
      if (names_.claims)
        breach(
            {*names_.claims, event.at, event.at, event.actor, {sender, lane.number, lane.sent()}});
    }
}

// ---- What arrives.

void Ledger::judge_order(Lane& lane, const LedgerEvent& event) {
  const std::uint32_t n = event.message.n;
  if (overtaken(lane, n, event.actor)) {
    recorder_->count(names_.reordered);
    if (!lane.find(n)->excusable) return breach(names_.in_order, event);
  }
  const Entry* before = names_.counted && n != lane.first ? lane.find(n - 1) : nullptr;
  if (before != nullptr && before->is_owed_to(event.actor)) breach(names_.in_order, event);
}

// A message that nobody keeps track of: so old that it was forgotten, or never sent at all.
void Ledger::judge_unknown(const Lane* lane, const LedgerEvent& event) {
  if (!names_.true_message) return;
  const MessageKey& message = event.message;
  bool never_sent = false;
  if (lane != nullptr) {
    constexpr std::uint32_t kFuture = 1U << 31U;  // numbers wrap around
    never_sent = !lane->tampered && message.n - lane->sent() < kFuture;
  } else {
    // Lanes are used one after another, so one beyond all others has not begun.
    const bool known = message.sender < senders_.size();
    never_sent = !known || std::ranges::all_of(senders_[message.sender], [&](const Lane& each) {
      return each.number < message.lane;
    });
  }
  if (never_sent) breach(*names_.true_message, event);
}

void Ledger::judge_loss(const Entry& entry, MessageKey message, Instant now) {
  if (entry.excusable || (names_.counted && !settings_.lanes_end)) return;
  if (const auto receiver = entry.owed_beyond(unreliable_))
    breach({names_.delivered, now, entry.at, *receiver, message});
}

void Ledger::breach(Invariant invariant, const LedgerEvent& event) {
  breach({invariant, event.at, event.at, event.actor, event.message});
}

void Ledger::breach(const Breach& breach) {
  recorder_->count(broken(breach.invariant));
  if (breaches_.size() < kBreachesMax) breaches_.push_back(breach);
}

}  // namespace gauntlet::metrics
