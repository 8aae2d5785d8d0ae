// Random numbers that are the same on every machine and compiler, in streams that do not disturb
// one another.
#pragma once

#include <cstdint>

namespace gauntlet {

/// What a stream of random numbers is for. A stream is keyed by (seed, actor, purpose), so adding
/// an actor, or a draw for one purpose, moves no other draw.
enum class Purpose : std::uint32_t {
  arrival,
  send_times,  // + index of the send rule << 8
  recipients,  // + index of the send rule << 8
  ask_times,
  answers,
  subscriptions,
  backoff,
  masking,
  generation,
  votes,
  target,
  network,
  payload,
  think,  // + index of the send rule << 8
  faults,
  exploration,
  ill_treatment,  // by the network, + index of the lane << 8
  target_faults,  // of a target, + index of the kind << 8
  loss,
};

/// The finaliser of SplitMix64: a bijection that scatters close inputs far apart.
/// @source Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
constexpr std::uint64_t scatter(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

/// One key out of several, order-sensitive: for draws that belong to a thing (a question, a round)
/// rather than to a place in a sequence.
template <class... Keys>
constexpr std::uint64_t key_of(std::uint64_t first, Keys... rest) {
  std::uint64_t key = scatter(first);
  ((key = scatter(key ^ static_cast<std::uint64_t>(rest))), ...);
  return key;
}

/// SplitMix64: 8 bytes of state, so that ten thousand actors can hold several each.
class Stream {
 public:
  explicit constexpr Stream(std::uint64_t key) : state_{key} {}
  constexpr Stream(std::uint64_t seed, std::uint64_t actor, Purpose purpose,
                   std::uint32_t index = 0)
      : state_{key_of(seed, actor, static_cast<std::uint32_t>(purpose) + (index << 8U))} {}

  constexpr std::uint64_t next() {
    const std::uint64_t drawn = scatter(state_);
    state_ += 0x9E3779B97F4A7C15ULL;
    return drawn;
  }

  /// Uniform in [0, bound); bound > 0. Lemire's multiply-shift with rejection: no bias.
  std::uint64_t below(std::uint64_t bound) {
    for (;;) {
      const auto product = static_cast<Wide>(next()) * bound;
      const auto low = static_cast<std::uint64_t>(product);
      if (low >= bound || low >= (0 - bound) % bound)
        return static_cast<std::uint64_t>(product >> 64U);
    }
  }

  /// Uniform in [0, 1), 53 bits.
  constexpr double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

  /// True with the given probability in [0, 1].
  constexpr bool chance(double probability) { return unit() < probability; }

 private:
  __extension__ using Wide = unsigned __int128;
  std::uint64_t state_;
};

}  // namespace gauntlet
