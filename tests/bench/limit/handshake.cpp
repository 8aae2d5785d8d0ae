#include "tests/bench/limit/handshake.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>

namespace gauntlet::limit {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

using Digest = std::array<std::uint32_t, 5>;

/// One block of 64 bytes. FIPS 180-4 §6.1
void add_block(Digest& digest, const char* block) {
  std::array<std::uint32_t, 80> w{};
  for (std::size_t i = 0; i < 64; ++i)
    w[i / 4] = w[i / 4] << 8U | static_cast<std::uint8_t>(block[i]);
  for (std::size_t i = 16; i < 80; ++i)
    w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  auto [a, b, c, d, e] = digest;
  for (std::size_t i = 0; i < 80; ++i) {
    const std::uint32_t f = i < 20   ? (b & c) | (~b & d)
                            : i < 40 ? b ^ c ^ d
                            : i < 60 ? (b & c) | (b & d) | (c & d)
                                     : b ^ c ^ d;
    constexpr std::array<std::uint32_t, 4> kRound{0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
    const std::uint32_t next = std::rotl(a, 5) + f + e + kRound[i / 20] + w[i];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  const Digest added{a, b, c, d, e};
  for (std::size_t i = 0; i < digest.size(); ++i) digest[i] += added[i];
}

std::string sha1(std::string text) {
  const std::uint64_t bits = text.size() * 8;
  text += '\x80';
  while (text.size() % 64 != 56) text += '\0';
  for (unsigned shift = 64; shift > 0; shift -= 8) text += static_cast<char>(bits >> (shift - 8));
  Digest digest{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  for (std::size_t i = 0; i < text.size(); i += 64) add_block(digest, text.data() + i);
  std::string bytes;
  for (const std::uint32_t word : digest)
    for (unsigned shift = 32; shift > 0; shift -= 8)
      bytes += static_cast<char>(word >> (shift - 8));
  return bytes;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t j) -> std::uint32_t {
      return i + j < bytes.size() ? static_cast<std::uint8_t>(bytes[i + j]) : 0;
    };
    const std::uint32_t group = byte(0) << 16U | byte(1) << 8U | byte(2);
    const std::size_t digits = std::min<std::size_t>(bytes.size() - i, 3) + 1;
    for (std::size_t j = 0; j < 4; ++j)
      text += j < digits ? kDigits[group >> (18 - 6 * j) & 0x3FU] : '=';
  }
  return text;
}

}  // namespace

std::optional<HttpMessage> read_http(std::string_view bytes) {
  const std::size_t end = bytes.find(kEndOfHead);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view head = bytes.substr(0, end + kEndOfHead.size());
  const std::string_view length_text = http_field(head, "content-length");
  std::size_t length = 0;
  std::from_chars(length_text.data(), length_text.data() + length_text.size(), length);
  if (bytes.size() < head.size() + length) return std::nullopt;
  return HttpMessage{.start = head.substr(0, head.find('\r')),
                     .head = head,
                     .body = bytes.substr(head.size(), length),
                     .bytes = head.size() + length};
}

std::string_view http_field(std::string_view head, std::string_view name) {
  for (std::size_t line = head.find('\n'); line != std::string_view::npos;
       line = head.find('\n', line + 1)) {
    const std::string_view field = head.substr(line + 1, head.find('\r', line) - line - 1);
    const std::size_t colon = field.find(':');
    if (colon != name.size()) continue;
    if (!std::ranges::equal(field.substr(0, colon), name, {}, lower)) continue;
    const std::string_view value = field.substr(colon + 1);
    return value.substr(std::min(value.find_first_not_of(' '), value.size()));
  }
  return {};
}

std::string websocket_accept(std::string_view key) {
  return base64(sha1(std::string{key}.append("258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}

}  // namespace gauntlet::limit
