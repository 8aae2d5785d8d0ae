// A 64-bit fingerprint of a sequence of values: the same on every machine and compiler.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <variant>

#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/match.hpp"
#include "scenarios/terms/random.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet {

/// A fingerprint of bytes, for many of them: four words at a time, of which none waits for another.
inline std::uint64_t digest(std::string_view bytes) {
  constexpr std::size_t kLanes = 4;
  constexpr std::size_t kBlock = kLanes * sizeof(std::uint64_t);
  constexpr std::uint64_t kOdd = 0x9FB21C651E98DF25ULL;
  const auto word_at = [](const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
  };
  std::array<std::uint64_t, kLanes> lanes{1, 2, 3, bytes.size()};
  const auto take = [&](const char* block) {
    for (std::size_t i = 0; i < kLanes; ++i)
      lanes[i] = std::rotl((lanes[i] ^ word_at(block + i * sizeof(std::uint64_t))) * kOdd, 29);
  };
  for (; bytes.size() >= kBlock; bytes.remove_prefix(kBlock)) take(bytes.data());
  std::array<char, kBlock> rest{};
  std::ranges::copy(bytes, rest.begin());
  take(rest.data());
  return key_of(lanes[0], lanes[1], lanes[2], lanes[3]);
}

/// Order-sensitive; not meant to resist an adversary.
class Hash {
 public:
  void add(std::unsigned_integral auto word) { state_ = scatter(state_ ^ word); }
  void add(Duration d) { add(static_cast<std::uint64_t>(d.count())); }
  void add(Instant t) { add(t.time_since_epoch()); }
  void add(double x) { add(std::bit_cast<std::uint64_t>(x)); }
  void add(std::string_view text) {
    add(static_cast<std::uint64_t>(text.size()));
    while (!text.empty()) {
      std::uint64_t word = 0;
      const std::size_t taken = text.size() < 8 ? text.size() : 8;
      for (std::size_t i = 0; i < taken; ++i)
        word |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (8 * i);
      add(word);
      text.remove_prefix(taken);
    }
  }
  void add(const Distribution& distribution) {
    add(static_cast<std::uint64_t>(distribution.index()));
    std::visit(match{
                   [&](const Constant& d) { add(d.value); },
                   [&](const Uniform& d) { add(d.min), add(d.max); },
                   [&](const Exponential& d) { add(d.mean); },
                   [&](const LogNormal& d) { add(d.median), add(d.p99); },
               },
               distribution);
  }

  std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_{0x6761756E746C6574ULL};  // "gauntlet"
};

}  // namespace gauntlet
