#include "metrics/shard/clock_offsets.hpp"

#include <algorithm>
#include <utility>

#include "metrics/summary/words.hpp"
#include "scenarios/terms/random.hpp"

namespace gauntlet::metrics {

namespace {

using What = LedgerEvent::What;

constexpr Duration kRemembered = std::chrono::seconds{10};

}  // namespace

std::size_t ClockOffsets::KeyHash::operator()(const MessageKey& key) const {
  return key_of(key.sender, key.lane, key.n);
}

ClockOffsets::ClockOffsets(std::uint32_t shards)
    : shards_{shards}, shortest_(std::size_t{shards} * shards) {}

void ClockOffsets::add(const LedgerEvent& event) {
  forget(event.at);
  const bool sending = event.what == What::sent_to || event.what == What::sent_to_all;
  const std::uint32_t sender = event.message.sender % shards_;
  const std::uint32_t shard = sending ? sender : event.actor % shards_;
  if (sending) {
    // A message to several is an event for each.
    if (sent_.contains(event.message)) return;
    sent_.emplace(event.message, Seen{event.at, shard});
    for (Book* heard : {&heard_, &heard_before_}) {
      const auto [first, last] = heard->equal_range(event.message);
      for (auto each = first; each != last; ++each)
        went(shard, each->second.shard, each->second.at - event.at);
      heard->erase(first, last);
    }
  } else if (event.what == What::arrived && sender != shard) {
    for (const Book* sent : {&sent_, &sent_before_})
      if (const auto found = sent->find(event.message); found != sent->end())
        return went(sender, shard, event.at - found->second.at);
    heard_.emplace(event.message, Seen{event.at, shard});
  }
}

void ClockOffsets::went(std::uint32_t from, std::uint32_t to, Duration took) {
  auto& shortest = shortest_[std::size_t{from} * shards_ + to];
  shortest = std::min(shortest.value_or(took), took);
}

void ClockOffsets::forget(Instant now) {
  if (now < next_forget_) return;
  next_forget_ = now + kRemembered / 2;
  sent_before_ = std::exchange(sent_, {});
  heard_before_ = std::exchange(heard_, {});
}

std::vector<ClockOffset> ClockOffsets::found() const {
  std::vector<ClockOffset> offsets(shards_);
  const auto proves = [](const std::optional<Duration>& took) {
    return took && *took < Duration::zero();
  };
  if (std::ranges::none_of(shortest_, proves)) return offsets;
  // What goes by way of a third binds, too.
  auto bounds = shortest_;
  const auto between = [&](std::uint32_t from, std::uint32_t to) -> std::optional<Duration>& {
    return bounds[std::size_t{from} * shards_ + to];
  };
  for (std::uint32_t via = 0; via < shards_; ++via)
    for (std::uint32_t from = 0; from < shards_; ++from)
      for (std::uint32_t to = 0; to < shards_; ++to) {
        const auto first = between(from, via);
        const auto second = between(via, to);
        if (from == to || !first || !second) continue;
        auto& direct = between(from, to);
        direct = std::min(direct.value_or(*first + *second), *first + *second);
      }
  for (std::uint32_t shard = 1; shard < shards_; ++shard) {
    const auto most = between(0, shard);
    const auto back = between(shard, 0);
    ClockOffset& offset = offsets[shard];
    if (most && back)
      offset = {(*most - *back) / 2, std::max((*most + *back) / 2, Duration::zero())};
    else if (proves(most))
      offset.ahead = *most;
    else if (proves(back))
      offset.ahead = -*back;
  }
  return offsets;
}

std::vector<std::string> in_words(const std::vector<ClockOffset>& offsets) {
  std::vector<std::string> sentences;
  for (std::size_t shard = 1; shard < offsets.size(); ++shard) {
    const ClockOffset& offset = offsets[shard];
    if (offset.ahead == Duration::zero()) continue;
    const bool ahead = offset.ahead > Duration::zero();
    sentences.push_back(
        "The clock of shard " + std::to_string(shard + 1) + " was " +
        in_words(ahead ? offset.ahead : -offset.ahead) + (ahead ? " ahead of" : " behind") +
        " shard 1's, as messages between them show. Its times were moved by that, " +
        (offset.within ? "which is right within " + in_words(*offset.within)
                       : "the least that is possible, since messages went one way only") +
        ". Keep the machines' clocks together (chrony, ntpd).");
  }
  return sentences;
}

}  // namespace gauntlet::metrics
