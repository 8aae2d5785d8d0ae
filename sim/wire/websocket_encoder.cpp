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

void append_byte(std::string& out, unsigned byte) { out += static_cast<char>(byte & 0xFFU); }

void append_big_endian(std::string& out, std::uint64_t number, unsigned bytes) {
  while (bytes-- > 0) append_byte(out, static_cast<unsigned>(number >> (8 * bytes)));
}

void append_length(std::string& out, std::size_t length, unsigned mask_bit) {
  if (length < kLengthIn2Bytes) {
    append_byte(out, mask_bit | static_cast<unsigned>(length));
  } else if (length <= 0xFFFF) {
    append_byte(out, mask_bit | kLengthIn2Bytes);
    append_big_endian(out, length, 2);
  } else {
    append_byte(out, mask_bit | kLengthIn8Bytes);
    append_big_endian(out, length, 8);
  }
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
  append_byte(out, static_cast<unsigned>(opcode) | (fin ? kFin : 0U));
  append_length(out, payload.size(), masked ? kMasked : 0U);
  if (masked)
    for (unsigned i = 0; i < 4; ++i) append_byte(out, mask_key >> (8 * i));
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
    append_big_endian(body, code, 2);
    body.append(reason.substr(0, length));
  }
  append_frame(out, role, Opcode::close, body, mask_key);
}

}  // namespace gauntlet::sim::wire
