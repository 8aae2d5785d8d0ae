// WebSocket frames (RFC 6455 §5.2) as fast as they can be read and written: no fragments, no
// checks.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gauntlet::limit {

enum class Opcode : std::uint8_t { text = 1, close = 8, ping = 9, pong = 10 };

/// Clients mask what they send; with the same key every time, so that a frame can be made once.
enum class Masked : bool { no, yes };
inline constexpr std::uint32_t kMaskKey = 0x3D21FA37;

inline void mask(std::span<char> bytes, std::uint32_t key) {
  const std::uint64_t wide = std::uint64_t{key} << 32U | key;
  std::size_t i = 0;
  for (; bytes.size() - i >= sizeof wide; i += sizeof wide) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    word ^= wide;
    std::memcpy(bytes.data() + i, &word, sizeof word);
  }
  for (; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bytes[i] ^ (key >> (8 * (i % 4))));
}

struct Frame {
  Opcode opcode;
  std::string_view payload;  // unmasked, where it lay
};

/// Takes a whole frame from the front of `bytes`. Nothing: it has not come whole yet.
inline std::optional<Frame> take_frame(std::span<char>& bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  std::size_t header = 2;
  std::uint64_t length = byte(1) & 0x7FU;
  if (length >= 126) {
    const std::size_t width = length == 126 ? 2 : 8;
    if (bytes.size() < header + width) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < width; ++i) length = length << 8U | byte(header + i);
    header += width;
  }
  const bool masked = (byte(1) & 0x80U) != 0;
  std::uint32_t key = 0;
  if (masked) header += sizeof key;
  if (bytes.size() < header + length) return std::nullopt;
  const std::span<char> payload = bytes.subspan(header, length);
  if (masked) {
    std::memcpy(&key, payload.data() - sizeof key, sizeof key);
    mask(payload, key);
  }
  const Frame frame{Opcode(byte(0) & 0x0FU), {payload.data(), payload.size()}};
  bytes = bytes.subspan(header + length);
  return frame;
}

/// Appends the head of a frame whose payload, of `length` bytes, follows.
inline void append_head(std::string& out, Opcode opcode, std::size_t length, Masked masked) {
  const unsigned mask_bit = masked == Masked::yes ? 0x80U : 0U;
  const auto put = [&](std::size_t byte) { out += static_cast<char>(byte & 0xFFU); };
  put(0x80U | static_cast<unsigned>(opcode));
  if (length < 126) {
    put(mask_bit | length);
  } else if (length <= 0xFFFF) {
    put(mask_bit | 126U);
    put(length >> 8U);
    put(length);
  } else {
    put(mask_bit | 127U);
    for (unsigned shift = 64; shift > 0; shift -= 8) put(length >> (shift - 8));
  }
  if (masked == Masked::yes)
    out.append(reinterpret_cast<const char*>(&kMaskKey), sizeof kMaskKey);  // NOLINT
}

inline void append_frame(std::string& out, Opcode opcode, std::string_view payload, Masked masked) {
  append_head(out, opcode, payload.size(), masked);
  const std::size_t begin = out.size();
  out += payload;
  if (masked == Masked::yes) mask(std::span{out}.subspan(begin), kMaskKey);
}

/// The bytes of one direction of a connection, which come in pieces: whole frames are read where
/// they were received, and only the beginning of one that has not come whole is kept.
class FrameStream {
 public:
  /// Calls `on_frame(Frame)` for each frame that is whole.
  template <class OnFrame>
  void feed(std::span<char> received, OnFrame&& on_frame) {
    if (rest_.empty()) {
      while (const auto frame = take_frame(received)) on_frame(*frame);
      rest_.assign(received.data(), received.size());
      return;
    }
    rest_.append(received.data(), received.size());
    std::span<char> bytes{rest_};
    while (const auto frame = take_frame(bytes)) on_frame(*frame);
    rest_.erase(0, rest_.size() - bytes.size());
  }

 private:
  std::string rest_;
};

}  // namespace gauntlet::limit
