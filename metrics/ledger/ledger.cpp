#include "metrics/ledger/ledger.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

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
};

std::uint64_t ActorSet::size() const {
  std::uint64_t total = 0;
  for (const std::uint64_t word : words_) total += static_cast<std::uint64_t>(std::popcount(word));
  return total;
}

Ledger::Receiver* Ledger::Entry::find(ActorId actor) {
  const auto found = std::ranges::find(receivers, actor, &Receiver::actor);
  return found == receivers.end() ? nullptr : &*found;
}

bool Ledger::Entry::has_reached(ActorId actor) const {
  if (to_all) return reached.contains(actor);
  return std::ranges::any_of(receivers, [&](const Receiver& r) {
    return r.actor == actor && r.state == Receiver::State::reached;
  });
}

bool Ledger::Entry::settle(ActorId actor, Receiver::State state) {
  if (to_all) {
    if (!waiting.contains(actor)) return false;
    waiting.erase(actor);
  } else {
    Receiver* receiver = find(actor);
    if (receiver == nullptr || receiver->state != Receiver::State::owed) return false;
    receiver->state = state;
  }
  --owed;
  return true;
}

Ledger::Entry* Ledger::Lane::find(std::uint32_t n) {
  // Numbers wrap around with their type; a difference is right all the same.
  const std::uint32_t index = n - first;
  return index < entries.size() ? &entries[index] : nullptr;
}

Ledger::Ledger(const Names& names, Settings settings, Recorder& recorder)
    : names_{names}, settings_{settings}, recorder_{&recorder} {}

void Ledger::add(const LedgerEvent& event) {
  if (closed_) return;
  using What = LedgerEvent::What;
  switch (event.what) {
    case What::entered:
      present_.insert(event.actor);
      return;
    case What::left:
      left(event.actor);
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
  }
}

// The entry of a message that is being sent, made when it is the next of its lane; null when its
// number is out of sequence.
Ledger::Entry* Ledger::entry_for(const LedgerEvent& event) {
  forget(event.at - settings_.memory);
  Lane& lane = lanes_[key_of(event.message)];
  if (Entry* known = lane.find(event.message.n)) return known;
  if (lane.entries.empty()) lane.first = event.message.n;
  if (event.message.n - lane.first != lane.entries.size()) return nullptr;
  Entry& entry = lane.entries.emplace_back();
  entry.at = event.at;
  entry.intended = event.intended;
  entry.kind = event.kind;
  by_age_.emplace_back(event.at, event.message);
  return &entry;
}

void Ledger::sent_to_all(const LedgerEvent& event) {
  Entry* entry = entry_for(event);
  if (entry == nullptr || entry->to_all || !entry->receivers.empty()) return;
  entry->to_all = true;
  entry->waiting = present_;
  entry->waiting.erase(event.message.sender);
  entry->owed = static_cast<std::uint32_t>(entry->waiting.size());
  owed_ += entry->owed;
  expected_ += entry->owed;
  if (entry->owed > 0) open_.insert(entry);
}

void Ledger::sent_to(const LedgerEvent& event) {
  Entry* entry = entry_for(event);
  if (entry == nullptr || entry->to_all || entry->find(event.actor) != nullptr) return;
  const bool in = present_.contains(event.actor);
  entry->receivers.push_back({event.actor, in ? Receiver::State::owed : Receiver::State::absent});
  if (!in) return;
  ++entry->owed;
  ++owed_;
  ++expected_;
  open_.insert(entry);
}

void Ledger::arrived(const LedgerEvent& event) {
  const auto lane = lanes_.find(key_of(event.message));
  Entry* entry = lane == lanes_.end() ? nullptr : lane->second.find(event.message.n);
  if (entry == nullptr) {
    recorder_->count(names_.late);
    return;
  }
  if (entry->has_reached(event.actor)) {
    arrived_again(*entry, event);
    return;
  }
  if (entry->settle(event.actor, Receiver::State::reached)) {
    --owed_;
    if (entry->owed == 0) open_.erase(entry);
  } else if (Receiver* receiver = entry->find(event.actor)) {
    receiver->state = Receiver::State::reached;
    ++expected_;
  } else if (entry->to_all && event.actor != event.message.sender) {
    // The target let it in before it knew of that itself, or it left and what was under way came
    // all the same: owed after all.
    ++expected_;
  } else {
    if (names_.misdelivered) recorder_->count(*names_.misdelivered);
    return;
  }
  ++received_;
  if (overtaken(lane->second, event.message.n, event.actor)) recorder_->count(names_.reordered);
  if (entry->to_all) entry->reached.insert(event.actor);
  measure_arrival(*entry, event.at);
}

void Ledger::arrived_again(Entry& entry, const LedgerEvent& event) {
  const bool second_copy = names_.second_copies && event.subscribed && entry.to_all &&
                           !(entry.copied && entry.copied->contains(event.actor));
  if (!second_copy) {
    recorder_->count(names_.duplicated);
    return;
  }
  if (!entry.copied) entry.copied = std::make_unique<ActorSet>();
  entry.copied->insert(event.actor);
  recorder_->count(*names_.second_copies);
  observe(Series::relay_delivery_subscription, event.at - entry.intended, entry.intended);
}

// Whether a later message of the same lane had reached the receiver already.
bool Ledger::overtaken(const Lane& lane, std::uint32_t n, ActorId receiver) {
  for (std::size_t i = n - lane.first + 1; i < lane.entries.size(); ++i)
    if (lane.entries[i].has_reached(receiver)) return true;
  return false;
}

void Ledger::measure_arrival(const Entry& entry, Instant at) {
  const Duration response = at - entry.intended;
  switch (entry.kind) {
    case MessageKind::direct:
      observe(Series::relay_delivery_direct, response, entry.intended);
      break;
    case MessageKind::broadcast:
      observe(Series::relay_delivery_broadcast, response, entry.intended);
      if (entry.owed == 0) observe(Series::relay_fanout, response, entry.intended);
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

void Ledger::left(ActorId actor) {
  present_.erase(actor);
  for (auto entry = open_.begin(); entry != open_.end();) {
    if ((*entry)->settle(actor, Receiver::State::excused)) {
      --owed_;
      --expected_;
      recorder_->count(names_.excused);
    }
    entry = (*entry)->owed == 0 ? open_.erase(entry) : std::next(entry);
  }
}

// Drops what is too old to be waited for. Ages are those of sending, so the oldest stand first.
void Ledger::forget(Instant older_than) {
  while (!by_age_.empty() && by_age_.front().first < older_than) {
    const MessageKey message = by_age_.front().second;
    by_age_.pop_front();
    const auto lane = lanes_.find(key_of(message));
    Entry& entry = lane->second.entries.front();
    lost_ += entry.owed;
    owed_ -= entry.owed;
    open_.erase(&entry);
    lane->second.entries.pop_front();
    ++lane->second.first;
    if (lane->second.entries.empty()) lanes_.erase(lane);
  }
}

void Ledger::close(Instant now, Duration patience) {
  for (const Entry* entry : open_)
    (entry->at + patience <= now ? lost_ : in_flight_) += entry->owed;
  open_.clear();
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
