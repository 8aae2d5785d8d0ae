// Numbers as bytes: small ones short (LEB128), and those of a block's frame with a fixed length.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gauntlet::sim::recording {

inline constexpr unsigned kVarintBits = 7;

/// What the two lowest bits of a text's first number say; the others are its size, or how far back
/// the text begins that it repeats.
namespace text_tag {
inline constexpr unsigned kBits = 2;
inline constexpr std::uint64_t kMask = 3;
inline constexpr std::uint64_t kPlain = 0;
inline constexpr std::uint64_t kAgain = 1;
inline constexpr std::uint64_t kWithBlanks = 2;
}  // namespace text_tag

/// Seven bits a byte, the lowest first; the eighth says that more follow.
inline void append_number(std::string& out, std::uint64_t number) {
  for (; number >= 1U << kVarintBits; number >>= kVarintBits)
    out += static_cast<char>(number | 1U << kVarintBits);
  out += static_cast<char>(number);
}

/// 0, -1, 1, -2 ... become 0, 1, 2, 3 ...: small either way.
constexpr std::uint64_t zigzag(std::int64_t number) {
  return (static_cast<std::uint64_t>(number) << 1U) ^ static_cast<std::uint64_t>(number >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t number) {
  return static_cast<std::int64_t>((number >> 1U) ^ (~(number & 1U) + 1));
}

/// Round the clock rather than over its end, whatever was read.
constexpr std::int64_t sum_of(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
constexpr std::int64_t difference_of(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

/// Four bytes, the lowest first.
inline void append_fixed(std::string& out, std::uint32_t number) {
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(number >> shift);
}

/// Reads on from a place, and knows when there was not what should have been.
class Cursor {
 public:
  Cursor(std::string_view bytes, std::size_t at) : bytes_{bytes}, at_{at} {}

  std::size_t at() const { return at_; }
  bool bad() const { return bad_; }
  bool over() const { return bad_ || at_ >= bytes_.size(); }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += kVarintBits) {
      const std::uint64_t next = byte();
      value |= (next & 0x7FU) << shift;
      if (next < 0x80U) return value;
    }
    bad_ = true;
    return 0;
  }
  std::uint8_t byte() {
    const std::string_view one = take(1);
    return one.empty() ? 0 : static_cast<std::uint8_t>(one.front());
  }
  std::uint32_t fixed() {
    const std::string_view four = take(4);
    std::uint32_t value = 0;
    for (std::size_t i = four.size(); i > 0; --i)
      value = value << 8U | static_cast<std::uint8_t>(four[i - 1]);
    return value;
  }
  std::string_view take(std::uint64_t size) {
    if (bad_ || size > bytes_.size() - at_) {
      bad_ = true;
      return {};
    }
    const std::string_view taken = bytes_.substr(at_, static_cast<std::size_t>(size));
    at_ += taken.size();
    return taken;
  }
  /// The same bytes, from another place.
  Cursor elsewhere(std::size_t at) const { return {bytes_, at}; }
  void fail() { bad_ = true; }

 private:
  std::string_view bytes_;
  std::size_t at_;
  bool bad_{false};
};

}  // namespace gauntlet::sim::recording
