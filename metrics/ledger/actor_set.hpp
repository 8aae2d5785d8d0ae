// A set of actors.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/terms/actor_id.hpp"

namespace gauntlet::metrics {

/// One bit for each actor. What was emptied keeps its memory for the next time.
class ActorSet {
 public:
  bool contains(ActorId id) const {
    return id / 64 < words_.size() && (words_[id / 64] >> (id % 64) & 1U) != 0;
  }
  void insert(ActorId id) {
    if (id / 64 >= words_.size()) words_.resize(id / 64 + 1);
    words_[id / 64] |= std::uint64_t{1} << (id % 64);
  }
  void erase(ActorId id) {
    if (id / 64 < words_.size()) words_[id / 64] &= ~(std::uint64_t{1} << (id % 64));
  }
  void clear() { words_.clear(); }

  /// The lowest that is in this set and not in `other`, if there is one.
  std::optional<ActorId> first_beyond(const ActorSet& other) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::uint64_t rest = words_[i] & ~(i < other.words_.size() ? other.words_[i] : 0);
      if (rest != 0)
        return static_cast<ActorId>(64 * i + static_cast<std::size_t>(std::countr_zero(rest)));
    }
    return std::nullopt;
  }

  std::size_t size() const {
    std::size_t total = 0;
    for (const std::uint64_t word : words_) total += static_cast<std::size_t>(std::popcount(word));
    return total;
  }
  std::size_t bytes() const { return words_.capacity() * sizeof(std::uint64_t); }

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace gauntlet::metrics
