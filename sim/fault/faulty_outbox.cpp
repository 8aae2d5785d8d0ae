#include "sim/fault/faulty_outbox.hpp"

#include <algorithm>

#include "scenarios/terms/earliest.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::size_t place_of(FaultKind kind) {
  return static_cast<std::size_t>(kind) - kClientFaultKinds;
}

template <std::size_t... kPlaces>
std::array<Stream, sizeof...(kPlaces)> streams(std::uint64_t seed, std::uint64_t target,
                                               std::index_sequence<kPlaces...>) {
  return {Stream{seed, target, Purpose::target_faults, std::uint32_t{kPlaces}}...};
}

// The effect's text, if it has one.
Slice* text_of(TargetEffect& effect) {
  if (auto* say = std::get_if<Say>(&effect)) return &say->text;
  if (auto* respond = std::get_if<Respond>(&effect)) return &respond->body;
  if (auto* hang_up = std::get_if<HangUp>(&effect)) return &hang_up->reason;
  return nullptr;
}

}  // namespace

FaultyOutbox::FaultyOutbox(std::uint64_t seed, std::uint64_t target, metrics::Recorder& recorder)
    : recorder_{recorder},
      random_{streams(seed, target, std::make_index_sequence<kFaultKinds - kClientFaultKinds>{})} {}

void FaultyOutbox::pass(Instant now, const TargetOutbox& said, TargetOutbox& out) {
  Text text;
  Slice of_text;  // one text may be said to many
  for (const Addressed& addressed : said.effects()) {
    Parcel parcel{addressed.to, addressed.effect, nullptr};
    if (const Slice* slice = text_of(parcel.effect)) {
      if (!text || slice->begin != of_text.begin || slice->size != of_text.size)
        text = std::make_shared<const std::string>(said.text(*slice));
      of_text = *slice;
      parcel.text = text;
    }
    if (std::holds_alternative<Say>(parcel.effect)) {
      pass_message(now, parcel.to, std::move(parcel.text), out);
      continue;
    }
    // Nothing can be said behind a goodbye.
    if (std::holds_alternative<HangUp>(parcel.effect)) let_go(now, parcel.to, out);
    leave(now, std::move(parcel), out);
  }
}

void FaultyOutbox::pass_message(Instant now, ConnectionId to, Text text, TargetOutbox& out) {
  if (befalls(FaultKind::target_drop, treatment_.drop)) return count(FaultKind::target_drop);
  if (befalls(FaultKind::target_corrupt, treatment_.corrupt)) text = damaged(std::move(text));
  const bool twice = befalls(FaultKind::target_duplicate, treatment_.duplicate);
  if (twice) count(FaultKind::target_duplicate);
  const bool hold = befalls(FaultKind::target_reorder, treatment_.reorder);
  if (hold && !held_.contains(to)) {
    held_.emplace(to, Held{std::move(text), twice, ++serial_});
    expiries_.push_back({now + kHeldMax, to, serial_});
    return;
  }
  say(now, to, text, twice, out);
  if (!held_.contains(to)) return;
  count(FaultKind::target_reorder);
  let_go(now, to, out);
}

// The lowest bit of an ASCII character makes another one of it, so that what was UTF-8 still is:
// it is the message that is wrong, not the frame.
FaultyOutbox::Text FaultyOutbox::damaged(Text text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::ranges::none_of(*text, is_ascii)) return text;
  std::string wrong = *text;
  std::size_t place = random_[place_of(FaultKind::target_corrupt)].below(wrong.size());
  while (!is_ascii(wrong[place])) place = (place + 1) % wrong.size();
  wrong[place] = static_cast<char>(wrong[place] ^ 1);
  count(FaultKind::target_corrupt);
  return std::make_shared<const std::string>(std::move(wrong));
}

void FaultyOutbox::say(Instant now, ConnectionId to, const Text& text, bool twice,
                       TargetOutbox& out) {
  for (int copies = twice ? 2 : 1; copies > 0; --copies) {
    if (treatment_.delay) count(FaultKind::target_delay);
    leave(now, {to, Say{}, text}, out);
  }
}

// What was held back from a connection.
void FaultyOutbox::let_go(Instant now, ConnectionId to, TargetOutbox& out) {
  const auto node = held_.extract(to);
  if (node) say(now, to, node.mapped().text, node.mapped().twice, out);
}

// Behind what waits for the same connection.
void FaultyOutbox::leave(Instant now, Parcel parcel, TargetOutbox& out) {
  const auto tail = tails_.find(parcel.to);
  if (!treatment_.delay && tail == tails_.end()) {
    if (Slice* slice = text_of(parcel.effect)) *slice = out.keep(*parcel.text);
    return out.push(Addressed{parcel.to, parcel.effect});
  }
  Instant due = now;
  if (treatment_.delay) due += draw(*treatment_.delay, random_[place_of(FaultKind::target_delay)]);
  if (tail != tails_.end()) due = std::max(due, tail->second.due);
  Tail& last = tails_[parcel.to];
  last = {due, last.waiting + 1};
  parcels_.emplace(std::pair{due, ++serial_}, std::move(parcel));
}

void FaultyOutbox::release(Instant now, TargetOutbox& out) {
  while (!expiries_.empty() && expiries_.front().at <= now) {
    const Expiry expiry = expiries_.front();
    expiries_.pop_front();
    const auto held = held_.find(expiry.to);
    if (held != held_.end() && held->second.serial == expiry.serial) let_go(now, expiry.to, out);
  }
  while (!parcels_.empty() && parcels_.begin()->first.first <= now) {
    Parcel parcel = std::move(parcels_.extract(parcels_.begin()).mapped());
    if (const auto tail = tails_.find(parcel.to);
        tail != tails_.end() && --tail->second.waiting == 0)
      tails_.erase(tail);
    if (Slice* slice = text_of(parcel.effect)) *slice = out.keep(*parcel.text);
    out.push(Addressed{parcel.to, parcel.effect});
  }
}

std::optional<Instant> FaultyOutbox::next_deadline() const {
  return earliest(expiries_.empty() ? std::nullopt : std::optional{expiries_.front().at},
                  parcels_.empty() ? std::nullopt : std::optional{parcels_.begin()->first.first});
}

void FaultyOutbox::forget(ConnectionId connection) { held_.erase(connection); }

void FaultyOutbox::clear() {
  held_.clear();
  expiries_.clear();
  parcels_.clear();
  tails_.clear();
}

bool FaultyOutbox::befalls(FaultKind kind, double share) {
  return share > 0 && random_[place_of(kind)].chance(share);
}

void FaultyOutbox::count(FaultKind kind) { recorder_.count(metrics::of_messages(kind)); }

}  // namespace gauntlet::sim
