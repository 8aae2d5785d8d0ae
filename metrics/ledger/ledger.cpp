#include "metrics/ledger/ledger.hpp"

#include <algorithm>
#include <utility>

namespace gauntlet::metrics {

const Ledger::Names Ledger::kRelay{
    .expected = Counter::relay_expected,
    .received = Counter::relay_received,
    .lost = Counter::relay_lost,
    .in_flight = Counter::relay_in_flight,
    .excused = Counter::relay_excused,
    .duplicated = Counter::relay_duplicated,
    .reordered = Counter::relay_reordered,
    .late = Counter::relay_late,
    .misdelivered = Counter::relay_misdelivered,
    .second_copies = Counter::relay_subscription_copies,
    .delivered = Invariant::delivered,
    .once = Invariant::once,
    .in_order = Invariant::in_order,
    .addressed = Invariant::addressed,
    .true_sender = Invariant::true_sender,
    .true_message = std::nullopt,
    .claims = std::nullopt,
    .counted = false,
};

const Ledger::Names Ledger::kArena{
    .expected = Counter::arena_tokens_expected,
    .received = Counter::arena_tokens_received,
    .lost = Counter::arena_tokens_lost,
    .in_flight = Counter::arena_tokens_in_flight,
    .excused = Counter::arena_tokens_excused,
    .duplicated = Counter::arena_tokens_duplicated,
    .reordered = Counter::arena_tokens_reordered,
    .late = Counter::arena_tokens_late,
    .misdelivered = std::nullopt,
    .second_copies = std::nullopt,
    .delivered = Invariant::tokens_delivered,
    .once = Invariant::tokens_once,
    .in_order = Invariant::tokens_in_order,
    .addressed = std::nullopt,
    .true_sender = std::nullopt,
    .true_message = Invariant::tokens_true,
    .claims = Invariant::scoreboard,
    .counted = true,
};

namespace {

// How often in the time that a message may take there is a look at those that have taken it.
constexpr int kLooks = 8;
// Of emptied audiences, enough for what is settled and sent anew in one turn.
constexpr std::size_t kSpareMax = 64;

}  // namespace

Entry* Ledger::Lane::find(std::uint32_t n) {
  // Numbers wrap around with their type; a difference is right all the same.
  const std::uint32_t index = n - first;
  return index < entries.size() ? &entries[index] : nullptr;
}

Ledger::Ledger(const Names& names, Settings settings, Recorder& recorder)
    : names_{names}, settings_{settings}, recorder_{&recorder} {}

void Ledger::add(const LedgerEvent& event) {
  if (closed_) return;
  if (event.at >= look_again_) forget_all(event.at);
  using What = LedgerEvent::What;
  switch (event.what) {
    case What::entered:
      present_.insert(event.actor);
      unreliable_.erase(event.actor);
      return;
    case What::left:
      interrupted(event.actor);
      left(event.actor);
      return;
    case What::misspoke:
      misspoke(event.actor);
      return;
    case What::unreliable:
      unreliable_.insert(event.actor);
      [[fallthrough]];
    case What::interrupted:
      interrupted(event.actor);
      return;
    case What::sent_to_all:
      sent_to_all(event);
      return;
    case What::sent_to:
      sent_to(event);
      return;
    case What::arrived:
      arrived(event);
      return;
    case What::lane_over:
      lane_over(event);
      return;
    case What::claimed:
      claimed(event);
      return;
    case What::claims_read:
      claims_read(event);
      return;
  }
}

// ---- Where a message stands.

Ledger::Lane* Ledger::find_lane(const MessageKey& message) {
  if (message.sender >= senders_.size()) return nullptr;
  Lanes& lanes = senders_[message.sender];
  const auto found = std::ranges::find(lanes, message.lane, &Lane::number);
  return found == lanes.end() ? nullptr : &*found;
}

Ledger::Lane& Ledger::lane_for(const MessageKey& message) {
  if (Lane* known = find_lane(message)) return *known;
  if (message.sender >= senders_.size()) senders_.resize(std::size_t{message.sender} + 1);
  Lanes& lanes = senders_[message.sender];
  // A lane that is over, as of an arena's last round, leaves its memory to the next.
  auto lane = std::ranges::find_if(lanes, [](const Lane& each) { return each.entries.empty(); });
  if (lane == lanes.end()) lane = lanes.emplace(lanes.end());
  lane->number = message.lane;
  lane->shown = 0;
  lane->last_shown = {};
  lane->excusable = std::ranges::find(over_, message.lane) != over_.end();
  lane->tampered = false;
  lane->claimed = false;
  return *lane;
}

// A new entry at the end of its lane; null when the message is out of sequence.
Entry* Ledger::next_entry(Lane& lane, const LedgerEvent& event) {
  const ActorId sender = event.message.sender;
  forget(sender, lane, event.at);
  if (lane.entries.empty()) {
    lane.first = lane.reached_last = event.message.n;
    lane.oldest = event.at;
  }
  if (event.message.n - lane.first != lane.entries.size()) return nullptr;
  return &lane.entries.push_back({.at = event.at,
                                  .intended = event.intended,
                                  .excusable = lane.excusable || unreliable_.contains(sender),
                                  .kind = event.kind});
}

void Ledger::open_entry(Lane& lane, std::uint32_t owed) {
  ++lane.open;
  owed_ += owed;
  expected_ += owed;
}

// Takes one delivery off what is owed, for a reason; false if it was not owed.
bool Ledger::settle(Lane& lane, Entry& entry, ActorId actor, Fate why) {
  if (!entry.settle(actor, why)) return false;
  --owed_;
  if (!entry.to_all) --owed_to(actor);
  if (entry.owed > 0) return true;
  --lane.open;
  if (entry.to_all) --to_all_open_;
  remember(entry);
  return true;
}

// Nothing of it is owed any more: from now on it takes up room.
void Ledger::remember(Entry& entry) {
  entry.remembered_bytes = static_cast<std::uint32_t>(entry.bytes());
  remembered_bytes_ += entry.remembered_bytes;
}

std::unique_ptr<Audience> Ledger::new_audience() {
  if (spare_.empty()) return std::make_unique<Audience>();
  auto audience = std::move(spare_.back());
  spare_.pop_back();
  return audience;
}

std::uint32_t& Ledger::owed_to(ActorId actor) {
  if (actor >= owed_to_.size()) owed_to_.resize(std::size_t{actor} + 1);
  return owed_to_[actor];
}

// ---- Sending.

void Ledger::sent_to_all(const LedgerEvent& event) {
  Lane& lane = lane_for(event.message);
  Entry* entry = next_entry(lane, event);
  if (entry == nullptr) return;
  entry->to_all = true;
  entry->audience = new_audience();
  entry->audience->waiting = present_;
  entry->audience->waiting.erase(event.message.sender);
  entry->owed = static_cast<std::uint32_t>(entry->audience->waiting.size());
  if (entry->owed == 0) {
    remember(*entry);
    return;
  }
  open_entry(lane, entry->owed);
  ++to_all_open_;
  to_all_.push_back(event.message);
  if (to_all_.size() <= 2 * to_all_open_ + kSpareMax) return;
  std::erase_if(to_all_, [this](const MessageKey& message) {
    Lane* known = find_lane(message);
    const Entry* old = known == nullptr ? nullptr : known->find(message.n);
    return old == nullptr || old->owed == 0;
  });
}

// One event for each receiver: the first one makes the entry.
void Ledger::sent_to(const LedgerEvent& event) {
  Lane& lane = lane_for(event.message);
  const bool there = !event.outdated && present_.contains(event.actor);
  const Fate fate = there ? Fate::owed : Fate::absent;
  Entry* entry = lane.find(event.message.n);
  if (entry == nullptr) {
    entry = next_entry(lane, event);
    if (entry == nullptr) return;
    entry->receiver = event.actor;
    entry->fate = fate;
  } else {
    if (entry->to_all || entry->fate_of(event.actor) != nullptr) return;
    remembered_bytes_ -= std::exchange(entry->remembered_bytes, 0);
    if (!entry->audience) {
      entry->audience = new_audience();
      entry->audience->named.push_back({entry->receiver, entry->fate});
    }
    entry->audience->named.push_back({event.actor, fate});
  }
  if (fate == Fate::owed) {
    if (entry->owed++ == 0) ++lane.open;
    ++owed_;
    ++expected_;
    ++owed_to(event.actor);
  } else if (entry->owed == 0) {
    remember(*entry);
  }
}

// ---- Arriving.

void Ledger::arrived(const LedgerEvent& event) {
  Lane* lane = find_lane(event.message);
  if (lane != nullptr && lane->oldest + settings_.memory < event.at)
    forget(event.message.sender, *lane, event.at);
  Entry* entry = lane == nullptr ? nullptr : lane->find(event.message.n);
  if (event.misattributed && names_.true_sender) breach(*names_.true_sender, event);
  if (entry == nullptr) {
    recorder_->count(names_.late);
    judge_unknown(lane, event);
    return;
  }
  if (entry->has_reached(event.actor)) {
    arrived_again(*entry, event);
    return;
  }
  const bool was_owed = settle(*lane, *entry, event.actor, Fate::reached);
  if (!was_owed) {
    if (Fate* fate = entry->fate_of(event.actor)) {
      *fate = Fate::reached;
    } else if (event.by_name && entry->names_somebody_gone()) {
      return;  // and the relay has given the name anew
    } else if (!entry->to_all || event.actor == event.message.sender) {
      return strayed(event);
    }
    // The target let it in before it knew of that itself, or it left and what was under way came
    // all the same: owed after all.
    ++expected_;
  }
  ++received_;
  if (!std::exchange(entry->shown, true)) {
    ++lane->shown;
    lane->last_shown = event.at;
  }
  judge_order(*lane, event);
  if (entry->to_all) entry->audience->reached.insert(event.actor);
  if (event.message.n - lane->first > lane->reached_last - lane->first)
    lane->reached_last = event.message.n;
  measure_arrival(*entry, event.at, was_owed && entry->owed == 0);
}

void Ledger::strayed(const LedgerEvent& event) {
  if (closed_) return;
  if (names_.misdelivered) recorder_->count(*names_.misdelivered);
  if (names_.addressed) breach(*names_.addressed, event);
}

void Ledger::arrived_again(Entry& entry, const LedgerEvent& event) {
  const bool second_copy = names_.second_copies && event.subscribed && entry.to_all &&
                           !entry.audience->copied.contains(event.actor);
  if (!second_copy) {
    recorder_->count(names_.duplicated);
    breach(names_.once, event);
    return;
  }
  entry.audience->copied.insert(event.actor);
  recorder_->count(*names_.second_copies);
  observe(Series::relay_delivery_subscription, event.at - entry.intended, entry.intended);
}

// Whether a later message of the same lane had reached the receiver already.
bool Ledger::overtaken(const Lane& lane, std::uint32_t n, ActorId receiver) {
  const std::uint32_t last = lane.reached_last - lane.first;
  for (std::uint32_t i = n - lane.first + 1; i <= last; ++i)
    if (lane.entries[i].has_reached(receiver)) return true;
  return false;
}

void Ledger::measure_arrival(const Entry& entry, Instant at, bool last) {
  const Duration response = at - entry.intended;
  switch (entry.kind) {
    case MessageKind::direct:
      observe(Series::relay_delivery_direct, response, entry.intended);
      break;
    case MessageKind::broadcast:
      observe(Series::relay_delivery_broadcast, response, entry.intended);
      if (last) observe(Series::relay_fanout, response, entry.intended);
      break;
    case MessageKind::answer:
      observe(Series::relay_delivery_answer, response, entry.intended);
      break;
    case MessageKind::token:
      observe(Series::arena_relayed_token, at - entry.at, entry.intended);
      return;
  }
  observe(Series::relay_delivery_service, at - entry.at, entry.intended);
}

// ---- Leaving, and forgetting.

void Ledger::left(ActorId actor) {
  present_.erase(actor);
  for (const MessageKey& message : to_all_) {
    Lane* lane = find_lane(message);
    if (Entry* entry = lane == nullptr ? nullptr : lane->find(message.n))
      excuse(*lane, *entry, actor);
  }
  if (owed_to(actor) == 0) return;
  for (Lanes& lanes : senders_)
    for (Lane& lane : lanes)
      for (std::uint32_t i = 0; lane.open > 0 && i < lane.entries.size(); ++i)
        excuse(lane, lane.entries[i], actor);
}

void Ledger::excuse(Lane& lane, Entry& entry, ActorId actor) {
  if (!settle(lane, entry, actor, Fate::excused)) return;
  --expected_;
  recorder_->count(names_.excused);
}

// Drops what is too old to be waited for, and what has arrived as far as there is no room for it.
void Ledger::forget(ActorId sender, Lane& lane, Instant now) {
  while (!lane.entries.empty()) {
    const bool too_old = lane.oldest + settings_.memory < now;
    const bool no_room = remembered_bytes_ > settings_.remembered_bytes_max;
    if (!too_old && !(no_room && lane.entries.front().owed == 0)) return;
    Entry entry = lane.entries.pop_front();
    ++lane.first;
    if (!lane.entries.empty()) lane.oldest = lane.entries.front().at;
    if (lane.reached_last - lane.first >= lane.entries.size()) lane.reached_last = lane.first;
    if (entry.owed == 0) {
      remembered_bytes_ -= entry.remembered_bytes;
    } else {
      judge_loss(entry, {sender, lane.number, lane.first - 1}, now);
      lost_ += entry.owed;
      owed_ -= entry.owed;
      --lane.open;
      if (entry.to_all) --to_all_open_;
      if (!entry.audience) --owed_to(entry.receiver);
      if (entry.audience)
        for (const Audience::Named& each : entry.audience->named)
          if (each.fate == Fate::owed) --owed_to(each.actor);
    }
    if (!entry.audience || spare_.size() >= kSpareMax) continue;
    entry.audience->clear();
    spare_.push_back(std::move(entry.audience));
  }
}

void Ledger::forget_all(Instant now) {
  look_again_ = now + settings_.memory / kLooks;
  for (ActorId sender = 0; sender < senders_.size(); ++sender)
    for (Lane& lane : senders_[sender]) forget(sender, lane, now);
}

void Ledger::close(Instant now, Duration patience) {
  for (ActorId sender = 0; sender < senders_.size(); ++sender)
    for (const Lane& lane : senders_[sender])
      for (std::uint32_t i = 0; i < lane.entries.size(); ++i) {
        const Entry& entry = lane.entries[i];
        const bool lost = entry.at + patience <= now;
        (lost ? lost_ : in_flight_) += entry.owed;
        if (lost) judge_loss(entry, {sender, lane.number, lane.first + i}, now);
      }
  senders_.clear();
  owed_ = 0;
  closed_ = true;
  publish();
}

void Ledger::publish() {
  recorder_->set(names_.expected, expected_);
  recorder_->set(names_.received, received_);
  recorder_->set(names_.lost, lost_);
  recorder_->set(names_.in_flight, closed_ ? in_flight_ : owed_);
}

void Ledger::observe(Series series, Duration value, Instant intended) {
  const bool warm_up = intended >= settings_.warm_up_begins && intended < settings_.warm_up_ends;
  recorder_->observe(series, value, warm_up ? Window::warm_up : Window::measured);
}

}  // namespace gauntlet::metrics
