// Writing WebSocket frames.
#include <algorithm>
#include <array>
#include <cstring>

#include "sim/wire/websocket.hpp"

namespace gauntlet::sim::wire {
namespace {

constexpr std::uint8_t kFin = 0x80;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kLengthIn2Bytes = 126;
constexpr std::uint8_t kLengthIn8Bytes = 127;
constexpr std::size_t kHeaderBytesMax = 2 + 8 + 4;

char* put_big_endian(char* to, std::uint64_t number, unsigned bytes) {
  while (bytes-- > 0) *to++ = static_cast<char>(number >> (8 * bytes));
  return to;
}

char* put_length(char* to, std::size_t length, unsigned mask_bit) {
  if (length < kLengthIn2Bytes) return put_big_endian(to, mask_bit | length, 1);
  if (length <= 0xFFFF)
    return put_big_endian(put_big_endian(to, mask_bit | kLengthIn2Bytes, 1), length, 2);
  return put_big_endian(put_big_endian(to, mask_bit | kLengthIn8Bytes, 1), length, 8);
}

}  // namespace

void mask(std::span<char> bytes, std::uint32_t key, std::size_t phase) {
  std::array<char, sizeof(std::uint64_t)> pattern;  // the key from `phase` on, twice over
  for (std::size_t i = 0; i < pattern.size(); ++i)
    pattern[i] = static_cast<char>(key >> (8 * ((phase + i) % 4)));
  std::uint64_t key_word = 0;
  std::memcpy(&key_word, pattern.data(), sizeof key_word);

  std::size_t i = 0;
  for (; bytes.size() - i >= sizeof key_word; i += sizeof key_word) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    word ^= key_word;
    std::memcpy(bytes.data() + i, &word, sizeof word);
  }
  for (; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(bytes[i] ^ pattern[i % pattern.size()]);
}

void append_frame(std::string& out, Role role, Opcode opcode, std::string_view payload,
                  std::uint32_t mask_key, bool fin) {
  const bool masked = role == Role::client;
  // Put together apart: a string looks for room at each append.
  std::array<char, kHeaderBytesMax> header;
  char* end = header.data();
  *end++ = static_cast<char>(static_cast<unsigned>(opcode) | (fin ? kFin : 0U));
  end = put_length(end, payload.size(), masked ? kMasked : 0U);
  if (masked)
    for (unsigned i = 0; i < 4; ++i) *end++ = static_cast<char>(mask_key >> (8 * i));
  out.append(header.data(), end);
  const std::size_t begin = out.size();
  out.append(payload);
  if (masked) mask(std::span{out}.subspan(begin), mask_key);
}

void append_close(std::string& out, Role role, std::uint16_t code, std::string_view reason,
                  std::uint32_t mask_key) {
  constexpr std::size_t kReasonBytesMax = 123;  // of 125, the code takes two
  const bool sayable = code != 1005 && code != 1006 && code != 1015;
  std::string body;
  if (sayable) {
    std::size_t length = std::min(reason.size(), kReasonBytesMax);
    const auto inside_character = [&] {
      return length > 0 && length < reason.size() &&
             (static_cast<unsigned char>(reason[length]) & 0xC0U) == 0x80U;
    };
    while (inside_character()) --length;
    body.resize(2);
    put_big_endian(body.data(), code, 2);
    body.append(reason.substr(0, length));
  }
  append_frame(out, role, Opcode::close, body, mask_key);
}

}  // namespace gauntlet::sim::wire
