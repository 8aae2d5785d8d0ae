// A session's PIN, kept so that it cannot be read back.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/terms/random.hpp"

namespace gauntlet::sim {

/// `length` decimal digits.
std::string draw_pin(std::uint32_t length, Stream& random);

/// PBKDF2-HMAC-SHA256 with a salt of its own. RFC 8018 §5.2
class PinHash {
 public:
  /// @param rounds  iterations: what one comparison costs.
  PinHash(std::string_view pin, std::uint32_t rounds, Stream& random);

  /// Takes the same time whatever `pin` is.
  bool matches(std::string_view pin) const;

 private:
  static constexpr std::size_t kBytes = 32;
  using Digest = std::array<unsigned char, kBytes>;
  bool derive(std::string_view pin, Digest& digest) const;

  std::array<unsigned char, 16> salt_{};
  int rounds_;
  Digest digest_{};
  bool usable_;
};

}  // namespace gauntlet::sim
