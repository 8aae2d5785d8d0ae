// The two values of the WebSocket opening handshake. RFC 6455 §4
#include <openssl/evp.h>

#include <array>
#include <climits>

#include "sim/wire/http.hpp"

namespace gauntlet::sim::wire {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // §1.3

std::string base64(std::span<const unsigned char> bytes) {
  std::array<unsigned char, 64> text{};  // EVP_MAX_MD_SIZE is 64, but only 20 bytes come here
  const int length = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
  return {text.begin(), text.begin() + length};
}

}  // namespace

std::string websocket_nonce(std::uint64_t high, std::uint64_t low) {
  std::array<unsigned char, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    const auto shift = CHAR_BIT * (7 - i);  // big-endian, so that every machine writes the same
    bytes[i] = static_cast<unsigned char>(high >> shift);
    bytes[8 + i] = static_cast<unsigned char>(low >> shift);
  }
  return base64(bytes);
}

std::string websocket_accept(std::string_view nonce) {
  const std::string text = std::string{nonce}.append(kGuid);
  constexpr std::size_t kSha1Bytes = 20;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr) != 1)
    return {};
  return base64({digest.data(), kSha1Bytes});
}

}  // namespace gauntlet::sim::wire
