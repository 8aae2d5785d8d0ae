// Text that stands in a JSON string as it is. Private to this folder.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace gauntlet::sim::wire {

/// Printable ASCII but the quote and the backslash.
constexpr bool is_plain(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

/// Flags, by its highest bit, the first of eight bytes that is not plain; later ones at random. A
/// borrow can only come from a byte that is flagged itself, so nothing before it is flagged.
constexpr std::uint64_t flag_not_plain(std::uint64_t word) {
  constexpr auto every_byte = [](std::uint8_t byte) { return 0x0101010101010101ULL * byte; };
  const std::uint64_t below_space = word - every_byte(0x20);
  const std::uint64_t quote = (word ^ every_byte('"')) - every_byte(1);
  const std::uint64_t backslash = (word ^ every_byte('\\')) - every_byte(1);
  return (word | below_space | quote | backslash) & every_byte(0x80);
}

/// How many of the bytes at the front of a block are plain.
inline std::size_t plain_in_word(const char* at) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  const std::uint64_t flags = flag_not_plain(word);
  return flags == 0 ? sizeof word : static_cast<std::size_t>(std::countr_zero(flags)) / 8;
}
#ifdef __SSE2__
inline std::size_t plain_in_vector(const char* at) {
  __m128i bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  const __m128i odd =
      _mm_or_si128(_mm_cmpgt_epi8(_mm_set1_epi8(0x20), bytes),  // signed: 0x80 and above, too
                   _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
  const auto flags = static_cast<unsigned>(_mm_movemask_epi8(odd));
  return flags == 0 ? sizeof bytes : static_cast<std::size_t>(std::countr_zero(flags));
}
#endif

/// The same of a whole text, block by block. What is less than a block at its end is looked at
/// together with what stands before it, which is known to be plain.
template <std::size_t kBlock, std::size_t (*kPlainIn)(const char*)>
std::size_t plain_in_blocks(std::string_view text) {
  std::size_t length = 0;
  for (; text.size() - length >= kBlock; length += kBlock)
    if (const std::size_t plain = kPlainIn(text.data() + length); plain < kBlock)
      return length + plain;
  if (length == text.size()) return length;
  const std::size_t last = text.size() - kBlock;
  return last + kPlainIn(text.data() + last);
}

/// How much of the front of `text` is plain.
inline std::size_t plain_prefix(std::string_view text) {
#ifdef __SSE2__
  if (text.size() >= sizeof(__m128i))
    return plain_in_blocks<sizeof(__m128i), plain_in_vector>(text);
#endif
  if (text.size() >= sizeof(std::uint64_t))
    return plain_in_blocks<sizeof(std::uint64_t), plain_in_word>(text);
  std::size_t length = 0;
  while (length < text.size() && is_plain(text[length])) ++length;
  return length;
}

}  // namespace gauntlet::sim::wire
