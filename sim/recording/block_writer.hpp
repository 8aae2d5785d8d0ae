// Entries -> a block of the file, as docs/recording.md describes it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/recording/entry.hpp"

namespace gauntlet::sim::recording {

/// The first line of every recording.
inline constexpr std::string_view kMagic = "gauntlet recording 1\n";

enum class BlockKind : char { head = 'H', entries = 'E', end = 'Z' };

/// A payload with its length and its checksum in front.
std::string framed(std::string_view payload);

/// Collects entries. A text that stood in the block before is not written again: what goes to
/// everyone costs a few bytes for each.
class BlockWriter {
 public:
  /// `entry.at` may be before the last one's.
  void add(const Entry& entry);
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }

  /// The payload of a block with all of them; then there are none.
  /// @param lost  how many could not be kept since the block before.
  std::string take(std::uint64_t lost);

 private:
  void append(const Text& text);

  // By a hash of what was written: where it begins, plus 1.
  static constexpr std::size_t kRemembered = 1024;

  std::string entries_;
  std::array<std::uint32_t, kRemembered> seen_{};
  Instant base_{};
  Instant last_{};
};

}  // namespace gauntlet::sim::recording
