#include "sim/conformance/raw_frame.hpp"

#include "sim/wire/websocket.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr std::uint64_t kLongestInSevenBits = 125;
constexpr std::uint64_t kLongestInTwoBytes = 0xFFFF;

char byte(std::uint64_t value) { return static_cast<char>(value & 0xFFU); }

void append_big_endian(std::string& out, std::uint64_t value, unsigned bytes) {
  for (unsigned left = bytes; left > 0; --left) out += byte(value >> (8 * (left - 1)));
}

void append_length(std::string& out, const RawFrame& frame, std::uint64_t length) {
  using Length = RawFrame::Length;
  const std::uint64_t mask_bit = frame.masked ? 0x80U : 0U;
  const bool short_enough = frame.length == Length::shortest && length <= kLongestInSevenBits;
  const bool two = frame.length == Length::two_bytes ||
                   (frame.length == Length::shortest && length <= kLongestInTwoBytes);
  if (short_enough) {
    out += byte(mask_bit | length);
  } else if (two) {
    out += byte(mask_bit | 126U);
    append_big_endian(out, length, 2);
  } else {
    out += byte(mask_bit | 127U);
    append_big_endian(out, length, 8);
  }
}

}  // namespace

std::string bytes_of(const RawFrame& frame) {
  std::string out;
  out += byte((frame.fin ? 0x80U : 0U) | (frame.reserved << 4U) | frame.opcode);
  append_length(out, frame, frame.claimed != 0 ? frame.claimed : frame.payload.size());
  std::string payload = frame.payload;
  if (frame.masked) {
    for (unsigned i = 0; i < 4; ++i) out += byte(frame.mask >> (8 * i));
    wire::mask(payload, frame.mask);
  }
  return out + payload;
}

std::string close_body(unsigned code, std::string_view reason) {
  std::string body;
  append_big_endian(body, code, 2);
  return body + std::string{reason};
}

}  // namespace gauntlet::sim::conformance
