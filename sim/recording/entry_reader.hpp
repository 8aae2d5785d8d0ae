// The bytes of a block -> its entries, whatever the bytes are.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/recording/bytes.hpp"
#include "sim/recording/entry.hpp"

namespace gauntlet::sim::recording {

class EntryReader {
 public:
  /// @param bytes  of a file, up to the end of a block, or further for a single entry.
  /// @param at     where an entry begins.
  /// @param base   the time that it is counted from.
  EntryReader(std::string_view bytes, std::size_t at, Instant base)
      : cursor_{bytes, at}, last_{base} {}

  /// The next one, valid until the next call; nothing at the end of the bytes, or where they are
  /// not what they should be.
  std::optional<Entry> next();
  /// Where the next one begins.
  std::size_t at() const { return cursor_.at(); }
  bool bad() const { return cursor_.bad(); }

 private:
  Text text(std::vector<Blank>& blanks);

  Cursor cursor_;
  Instant last_;
  std::vector<Blank> text_blanks_;
  std::vector<Blank> body_blanks_;
};

}  // namespace gauntlet::sim::recording
