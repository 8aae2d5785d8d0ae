// Text that stands in a JSON string as it is. Private to this folder.
#pragma once

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
