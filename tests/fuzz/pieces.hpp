// Bytes in memory of exactly their size, so that a sanitizer sees every step beyond them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

namespace gauntlet::fuzz {

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Calls `take(piece)` for pieces of `piece_bytes`, until it returns false.
template <class Take>
void in_pieces(std::string_view bytes, std::size_t piece_bytes, Take&& take) {
  for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
    const std::string_view piece = bytes.substr(at, piece_bytes);
    std::vector<char> memory(piece.begin(), piece.end());
    if (!take(std::span{memory})) return;
  }
}

/// A property that failed: stop here, with the input that shows it.
inline void demand(bool holds) {
  if (!holds) std::abort();
}

}  // namespace gauntlet::fuzz
