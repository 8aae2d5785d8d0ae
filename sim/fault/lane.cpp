#include "sim/fault/lane.hpp"

#include <algorithm>
#include <utility>

namespace gauntlet::sim {
namespace {

constexpr std::int64_t kPiecesPerSecond = 50;  // of what is written at once, at a limited rate

Duration transmission(std::size_t bytes, std::uint32_t per_second) {
  if (per_second == 0) return {};
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return Duration{static_cast<std::int64_t>(bytes) * kNanoseconds / per_second};
}

}  // namespace

void Lane::put(Parcel parcel) {
  bytes_ += parcel.bytes.size();
  waiting_.push_back({std::move(parcel), {}});
}

void Lane::drop_waiting() {
  for (const Dated& each : waiting_) bytes_ -= each.parcel.bytes.size();
  bytes_ += std::exchange(first_sent_, 0);
  waiting_.clear();
  dated_ = 0;
  departs_.reset();
}

void Lane::clear() {
  drop_waiting();
  under_way_.clear();
  bytes_ = 0;
}

void Lane::advance(Instant now, const Conditions& conditions) {
  while (dated_ < waiting_.size()) waiting_[dated_++].when = now;
  departs_.reset();
  while (!waiting_.empty()) {
    const std::size_t size = next_size(conditions);
    const Instant when = departure(now, size, conditions);
    if (when > now) {
      departs_ = when;
      return;
    }
    depart(when, size, conditions);
  }
}

std::optional<Parcel> Lane::take(Instant now, const Conditions& conditions) {
  if (under_way_.empty() || under_way_.front().when > now ||
      held(under_way_.front().parcel, conditions))
    return std::nullopt;
  Parcel arrived = std::move(under_way_.front().parcel);
  under_way_.pop_front();
  bytes_ -= arrived.bytes.size();
  return arrived;
}

std::optional<Instant> Lane::next_time(const Conditions& conditions) const {
  auto earliest = departs_;
  if (under_way_.empty() || held(under_way_.front().parcel, conditions)) return earliest;
  const Instant arrives = under_way_.front().when;
  return earliest ? std::min(*earliest, arrives) : arrives;
}

// Without a pace, all that waits leaves at once: a limit that is lifted holds nothing back.
Instant Lane::departure(Instant now, std::size_t size, const Conditions& conditions) const {
  if (!conditions.paced()) return now;
  return std::max(free_at_, waiting_.front().when) + transmission(size, conditions.per_second);
}

void Lane::depart(Instant when, std::size_t size, const Conditions& conditions) {
  Parcel& first = waiting_.front().parcel;
  Duration delay{};
  if (conditions.delay != nullptr) delay += draw(*conditions.delay, random_);
  const bool ends = first.kind == Parcel::Kind::end || first.kind == Parcel::Kind::half_end;
  if (ends && conditions.farewell != nullptr) delay += draw(*conditions.farewell, random_);
  free_at_ = when + (first.kind == Parcel::Kind::bytes ? conditions.pause : Duration{});
  if (size < first.bytes.size()) {
    under_way_.push_back({Parcel{.bytes = first.bytes.substr(first_sent_, size)}, when + delay});
    first_sent_ += size;
    if (first_sent_ < first.bytes.size()) return;
  } else {
    under_way_.push_back({std::move(first), when + delay});
  }
  first_sent_ = 0;
  waiting_.pop_front();
  --dated_;
}

std::size_t Lane::next_size(const Conditions& conditions) const {
  std::size_t size = waiting_.front().parcel.bytes.size() - first_sent_;
  if (conditions.piece != 0) size = std::min<std::size_t>(size, conditions.piece);
  if (conditions.per_second != 0)
    size = std::min(size, std::max<std::size_t>(1, conditions.per_second / kPiecesPerSecond));
  return size;
}

bool Lane::held(const Parcel& parcel, const Conditions& conditions) {
  switch (conditions.silence) {
    case Conditions::Silence::none:
      return false;
    case Conditions::Silence::of_bytes:
      return parcel.kind != Parcel::Kind::opening;
    case Conditions::Silence::complete:
      return true;
  }
  return false;
}

}  // namespace gauntlet::sim
