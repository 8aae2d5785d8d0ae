#include "sim/wire/utf8.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <cstring>

namespace gauntlet::sim::wire {
namespace {

// What a first byte promises: how many bytes follow, and the range of the first of them. All later
// ones are 80 to BF.
struct Lead {
  std::uint8_t following;
  std::uint8_t low{0x80};
  std::uint8_t high{0xBF};
  bool valid{true};
};

constexpr Lead lead(std::uint8_t byte) {
  if (byte < 0x80) return {.following = 0};
  if (byte < 0xC2) return {.following = 0, .valid = false};  // a continuation, or overlong
  if (byte < 0xE0) return {.following = 1};
  if (byte == 0xE0) return {.following = 2, .low = 0xA0};   // below: overlong
  if (byte == 0xED) return {.following = 2, .high = 0x9F};  // above: surrogates
  if (byte < 0xF0) return {.following = 2};
  if (byte == 0xF0) return {.following = 3, .low = 0x90};   // below: overlong
  if (byte == 0xF4) return {.following = 3, .high = 0x8F};  // above: beyond U+10FFFF
  if (byte < 0xF4) return {.following = 3};
  return {.following = 0, .valid = false};
}

bool is_ascii_word(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return (word & 0x8080808080808080ULL) == 0;
}
#ifdef __SSE2__
bool is_ascii_vector(const char* at) {
  __m128i bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  return _mm_movemask_epi8(bytes) == 0;
}
#endif

// How much of the front is ASCII, in whole blocks; or all of it, for which the last block overlaps
// the one before.
template <std::size_t kBlock, bool (*kIsAscii)(const char*)>
std::size_t ascii_blocks(std::string_view text) {
  std::size_t length = 0;
  for (; text.size() - length >= kBlock; length += kBlock)
    if (!kIsAscii(text.data() + length)) return length;
  return kIsAscii(text.data() + text.size() - kBlock) ? text.size() : length;
}

std::size_t ascii_prefix(std::string_view text) {
#ifdef __SSE2__
  if (text.size() >= sizeof(__m128i)) return ascii_blocks<sizeof(__m128i), is_ascii_vector>(text);
#endif
  if (text.size() >= sizeof(std::uint64_t))
    return ascii_blocks<sizeof(std::uint64_t), is_ascii_word>(text);
  return 0;
}

}  // namespace

std::size_t utf8_character(std::string_view text) {
  if (text.empty()) return 0;
  const Lead promise = lead(static_cast<std::uint8_t>(text.front()));
  const std::size_t length = std::size_t{1} + promise.following;
  if (!promise.valid || text.size() < length) return 0;
  Utf8Checker checker;
  return checker.feed(text.substr(0, length)) ? length : 0;
}

bool Utf8Checker::feed(std::string_view piece) {
  for (std::size_t i = 0; i < piece.size(); ++i) {
    if (due_ == 0) {
      i += ascii_prefix(piece.substr(i));
      if (i == piece.size()) break;
      const Lead promise = lead(static_cast<std::uint8_t>(piece[i]));
      if (!promise.valid) return false;
      due_ = promise.following;
      low_ = promise.low;
      high_ = promise.high;
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(piece[i]);
    if (byte < low_ || byte > high_) return false;
    low_ = 0x80;
    high_ = 0xBF;
    --due_;
  }
  return true;
}

}  // namespace gauntlet::sim::wire
