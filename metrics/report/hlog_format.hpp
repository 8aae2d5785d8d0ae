// Numbers of HdrHistogram's encoding that its writer and its reader must agree on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gauntlet::metrics::hlog {

// The low bits say that counts are ZigZag LEB128 numbers of up to 9 bytes.
inline constexpr std::uint32_t kCookie = 0x1c849303 | 0x10;
inline constexpr std::uint32_t kCompressedCookie = 0x1c849304 | 0x10;
inline constexpr std::size_t kHeaderBytes = 40;
inline constexpr std::size_t kCountBytesMax = 9;

}  // namespace gauntlet::metrics::hlog
