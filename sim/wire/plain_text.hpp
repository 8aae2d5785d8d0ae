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

/// How much of the front of `text` is plain.
inline std::size_t plain_prefix(std::string_view text) {
  static_assert(std::endian::native == std::endian::little);
  std::size_t length = 0;
#ifdef __SSE2__
  for (; text.size() - length >= sizeof(__m128i); length += sizeof(__m128i)) {
    __m128i bytes;
    std::memcpy(&bytes, text.data() + length, sizeof bytes);
    const __m128i odd =
        _mm_or_si128(_mm_cmpgt_epi8(_mm_set1_epi8(0x20), bytes),  // signed: 0x80 and above, too
                     _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                  _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
    if (const auto flags = static_cast<unsigned>(_mm_movemask_epi8(odd)); flags != 0)
      return length + static_cast<std::size_t>(std::countr_zero(flags));
  }
#endif
  for (; text.size() - length >= sizeof(std::uint64_t); length += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + length, sizeof word);
    if (const std::uint64_t flags = flag_not_plain(word); flags != 0)
      return length + static_cast<std::size_t>(std::countr_zero(flags)) / 8;
  }
  while (length < text.size() && is_plain(text[length])) ++length;
  return length;
}

}  // namespace gauntlet::sim::wire
