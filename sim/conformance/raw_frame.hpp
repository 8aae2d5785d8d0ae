// WebSocket frames as nobody should send them: every bit of a header can be chosen.
#pragma once

#include <cstdint>
#include <string>

namespace gauntlet::sim::conformance {

struct RawFrame {
  unsigned opcode{0x1};
  std::string payload{};
  bool fin{true};
  unsigned reserved{0};  // RSV1 is 4, RSV2 is 2, RSV3 is 1
  bool masked{true};
  std::uint32_t mask{0x37'FA'21'3D};
  enum class Length : std::uint8_t { shortest, two_bytes, eight_bytes };
  Length length{Length::shortest};
  std::uint64_t claimed{0};  // a length that is not the payload's; 0: the payload's
};

/// RFC 6455 §5.2
std::string bytes_of(const RawFrame& frame);

/// The body of a close frame.
std::string close_body(unsigned code, std::string_view reason = {});

}  // namespace gauntlet::sim::conformance
