// The bytes of a recording -> its entries, up to the first place where it is not whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/terms/result.hpp"
#include "sim/recording/entry_reader.hpp"
#include "sim/recording/head.hpp"

namespace gauntlet::sim::recording {

/// How what can be read of a recording ends.
struct Ending {
  enum class How : std::uint8_t {
    whole,
    unended,  // every block is whole, but not every writer came to its end
    cut_off,  // in the middle of a block
    broken,   // a block's checksum is not that of its bytes
  };
  How how;
  std::size_t bytes;  // that were read
  /// For a person, with what it means: empty when it is whole.
  std::string in_words() const;
};

/// Why nothing can be read of a file.
struct Unreadable {
  std::string what;  // a sentence without its subject, the file
  std::string fix;
};

/// @threads One; the bytes outlive it.
class RecordingReader {
 public:
  /// @error No recording, one of another version, or none of it can be read.
  static Result<RecordingReader, Unreadable> open(std::string_view bytes);

  const Head& head() const { return head_; }
  /// The next one, valid until the next call; those of one actor in the order of their time.
  std::optional<Entry> next();
  /// Where the entry stands that next() gave last: for entry_at().
  std::size_t position() const { return position_; }
  /// How many its writers could not keep, as far as it was read.
  std::uint64_t lost() const { return lost_; }
  /// After next() gave nothing.
  const Ending& ending() const { return ending_; }

 private:
  explicit RecordingReader(std::string_view bytes) : bytes_{bytes} {}
  std::optional<std::string_view> next_block();
  bool open_block(std::string_view payload);
  void stop(Ending::How how) { ending_ = {how, block_begin_}; }

  std::string_view bytes_;
  Head head_;
  std::optional<EntryReader> entries_;
  std::size_t block_begin_{0};  // of the one that is read
  std::size_t block_end_{0};
  std::size_t position_{0};
  std::uint64_t lost_{0};
  std::uint32_t ended_{0};  // writers
  Ending ending_{Ending::How::whole, 0};
};

}  // namespace gauntlet::sim::recording
