// A shuffle that need not be carried out: where a thing ends up is a function of its place.
#pragma once

#include <cstdint>
#include <utility>

#include "scenarios/terms/random.hpp"

namespace gauntlet {

/// Where `place` of 0 .. count - 1 is after the shuffle of this key: each place has one thing, and
/// all places are about equally likely. So the first k of a shuffled crowd can be told one by one,
/// by anybody, without a list.
/// @param place  below `count`.
/// @source A Feistel network over the next power of four, walked until it is in range: Black,
///         Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002.
constexpr std::uint32_t shuffled(std::uint32_t place, std::uint32_t count, std::uint64_t key) {
  constexpr int kRounds = 4;
  unsigned bits = 1;  // of a half
  while ((std::uint64_t{1} << (2 * bits)) < count) ++bits;
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  std::uint64_t value = place;
  do {
    std::uint64_t left = value >> bits;
    std::uint64_t right = value & mask;
    for (int round = 0; round < kRounds; ++round)
      left = std::exchange(right, left ^ (key_of(key, round, right) & mask));
    value = left << bits | right;
  } while (value >= count);
  return static_cast<std::uint32_t>(value);
}

}  // namespace gauntlet
