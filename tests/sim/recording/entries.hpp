// Entries that own what they say, to be made at random and compared.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "scenarios/terms/random.hpp"
#include "sim/recording/block_writer.hpp"
#include "sim/recording/recording_reader.hpp"

namespace gauntlet::sim::recording {

struct OwnedText {
  std::string words;
  std::vector<Blank> blanks;
  bool operator==(const OwnedText&) const = default;
};
inline OwnedText owned(const Text& text) {
  return {std::string{text.words}, {text.blanks.begin(), text.blanks.end()}};
}

struct OwnedEntry {
  Kind kind;
  ActorId actor;
  Instant at;
  std::uint64_t place, number;
  OwnedText text, body;

  explicit OwnedEntry(const Entry& entry)
      : kind{entry.kind},
        actor{entry.actor},
        at{entry.at},
        place{entry.place},
        number{entry.number},
        text{owned(entry.text)},
        body{owned(entry.body)} {}
  Entry view() const {
    return {.kind = kind,
            .actor = actor,
            .at = at,
            .place = place,
            .number = number,
            .text = {text.words, text.blanks},
            .body = {body.words, body.blanks}};
  }
  bool operator==(const OwnedEntry&) const = default;
  friend void PrintTo(const OwnedEntry& e, std::ostream* out) {
    *out << def(e.kind).name << " of " << e.actor << " at " << e.at.time_since_epoch().count()
         << ": " << e.text.words;
  }
};

inline OwnedText any_text(Stream& random) {
  // Few different ones, so that some come again.
  OwnedText text{std::string(random.below(40), static_cast<char>('a' + random.below(3))), {}};
  if (random.below(4) == 0)
    text.blanks.push_back({static_cast<std::uint32_t>(random.below(text.words.size() + 1)),
                           random.below(2) == 0 ? Hidden::token : Hidden::pin});
  return text;
}

/// With nothing in it that its kind does not have.
inline OwnedEntry any_entry(Stream& random, Instant around) {
  OwnedEntry entry{Entry{.kind = static_cast<Kind>(1 + random.below(kKinds.size())),
                         .actor = static_cast<ActorId>(random.below(300)),
                         .at = around + Duration{random.below(1'000'000)} - Duration{1000}}};
  const unsigned fields = def(entry.kind).fields;
  if ((fields & kPlace) != 0) entry.place = random.below(kPlacesMax);
  if ((fields & kNumber) != 0) entry.number = random.next() >> random.below(64);
  if ((fields & kText) != 0) entry.text = any_text(random);
  if ((fields & kBody) != 0) entry.body = any_text(random);
  return entry;
}

/// A whole recording, with a few entries in each block.
inline std::string file_of(const std::vector<OwnedEntry>& entries, std::size_t in_a_block) {
  std::string file{kMagic};
  file += framed('H' + to_text({.scenario = "test", .seed = 7, .driver = "virtual"}));
  BlockWriter block;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    block.add(entries[i].view());
    if ((i + 1) % in_a_block == 0) file += framed(block.take(0));
  }
  if (!block.empty()) file += framed(block.take(0));
  return file + framed(std::string{"Z\0", 2});
}

struct WhatIsRead {
  std::vector<OwnedEntry> entries;
  Ending ending;
};
inline WhatIsRead read_all(RecordingReader reader) {
  WhatIsRead all{};
  while (const auto entry = reader.next()) all.entries.emplace_back(*entry);
  all.ending = reader.ending();
  return all;
}

}  // namespace gauntlet::sim::recording
