// What the writer and the reader of shard.json agree about.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gauntlet::metrics {

inline constexpr int kShardSchema = 1;

/// A hash as summary.json has it: JSON's numbers are doubles to many who read them.
inline std::string hex(std::uint64_t hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[hash >> shift & 0xFU];
  return text;
}

inline std::optional<std::uint64_t> from_hex(std::string_view text) {
  constexpr int kBase = 16;
  if (!text.starts_with("0x")) return std::nullopt;
  std::uint64_t hash = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + 2, end, hash, kBase);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return hash;
}

}  // namespace gauntlet::metrics
