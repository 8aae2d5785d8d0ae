// Where the actors of one thread write.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "sim/recording/block_writer.hpp"
#include "sim/recording/mask.hpp"

namespace gauntlet::sim::recording {

/// A buffer of limited size, which its thread fills and another one empties. Its lock is held for
/// an append, or for the exchange of two buffers, and so is hardly ever waited for.
/// @threads add() and the rooms: one. take(): another.
class Tape {
 public:
  /// More than a disk is behind for in the usual course of things.
  static constexpr std::size_t kBytesMax = std::size_t{16} << 20U;

  /// @param when_large  told after an entry that made it larger than `large` bytes; without:
  /// nobody.
  explicit Tape(std::size_t large = kBytesMax, std::function<void(Tape&)> when_large = {})
      : large_{large}, when_large_{std::move(when_large)} {}

  /// @return false when there was no room for it: it is counted as lost.
  bool add(const Entry& entry) {
    bool large = false;
    {
      const std::lock_guard lock{mutex_};
      if (refused_ || block_.size() >= kBytesMax) {
        ++lost_;
        return false;
      }
      block_.add(entry);
      large = when_large_ && block_.size() >= large_;
    }
    if (large) when_large_(*this);
    return true;
  }

  /// The payload of a block with what was added since the last call; nothing without any.
  std::optional<std::string> take() {
    const std::lock_guard lock{mutex_};
    if (block_.empty() && lost_ == 0) return std::nullopt;
    return block_.take(std::exchange(lost_, 0));
  }

  /// From now on, everything is lost: nobody can write it.
  void refuse() {
    const std::lock_guard lock{mutex_};
    refused_ = true;
  }

  /// For texts with secrets in them, while an entry is made.
  Room text_room;
  Room body_room;

 private:
  std::mutex mutex_;
  BlockWriter block_;
  std::uint64_t lost_{0};
  bool refused_{false};
  std::size_t large_;
  std::function<void(Tape&)> when_large_;
};

}  // namespace gauntlet::sim::recording
