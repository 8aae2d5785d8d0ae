// The format: what is written is what is read, and what is left of a damaged file is whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>

#include "tests/sim/recording/entries.hpp"

namespace gauntlet::sim::recording {
namespace {

std::vector<OwnedEntry> any_entries(std::uint64_t seed, std::size_t count) {
  Stream random{seed, 0, Purpose::masking};
  std::vector<OwnedEntry> entries;
  for (std::size_t i = 0; i < count; ++i)
    entries.push_back(any_entry(random, at(std::chrono::milliseconds{i})));
  return entries;
}

WhatIsRead read(const std::string& file) {
  auto reader = RecordingReader::open(file);
  if (!reader) return {{}, {Ending::How::cut_off, 0}};
  return read_all(std::move(reader).value());
}

TEST(Recording, ReadsWhatWasWritten) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    const auto entries = any_entries(seed, 200);
    const WhatIsRead back = read(file_of(entries, 1 + seed));
    EXPECT_EQ(back.entries, entries);
    EXPECT_EQ(back.ending.how, Ending::How::whole);
  }
}

TEST(Recording, CutAtAnyByteKeepsEveryBlockBeforeTheCut) {
  const auto entries = any_entries(1, 12);
  constexpr std::size_t kInABlock = 3;
  const std::string file = file_of(entries, kInABlock);
  std::size_t kept_so_far = 0;
  for (std::size_t cut = 0; cut < file.size(); ++cut) {
    SCOPED_TRACE(cut);
    const WhatIsRead rest = read(file.substr(0, cut));
    ASSERT_EQ(rest.entries.size() % kInABlock, 0U);
    ASSERT_GE(rest.entries.size(), kept_so_far);
    kept_so_far = rest.entries.size();
    EXPECT_TRUE(std::equal(rest.entries.begin(), rest.entries.end(), entries.begin()));
    EXPECT_NE(rest.ending.how, Ending::How::whole);
    EXPECT_LE(rest.ending.bytes, cut);
  }
  EXPECT_EQ(kept_so_far, entries.size()) << "only the end was cut off";
}

TEST(Recording, WithAWrongByteAnywhereIsNotReadBeyondIt) {
  const auto entries = any_entries(2, 12);
  const std::string file = file_of(entries, 3);
  for (std::size_t at = 0; at < file.size(); ++at) {
    SCOPED_TRACE(at);
    std::string damaged = file;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    const WhatIsRead rest = read(damaged);
    ASSERT_LE(rest.entries.size(), entries.size());
    EXPECT_TRUE(std::equal(rest.entries.begin(), rest.entries.end(), entries.begin()));
    EXPECT_NE(rest.ending.how, Ending::How::whole);
  }
}

TEST(Recording, OfABroadcastKeepsItsTextOnce) {
  const std::string text(500, 'x');
  BlockWriter block;
  const Entry heard{.kind = Kind::hears, .actor = 1, .at = {}, .text = {text}};
  block.add(heard);
  const std::size_t first = block.size();
  for (int i = 0; i < 100; ++i) block.add(heard);
  EXPECT_LE(block.size() - first, 100U * 8U);
}

TEST(Recording, OfSeveralWritersIsWholeWhenAllOfThemCameToTheirEnd) {
  std::string file{kMagic};
  file += framed('H' + to_text({.writers = 2}));
  const std::string end = framed(std::string{"Z\0", 2});
  EXPECT_EQ(read(file + end).ending.how, Ending::How::unended);
  EXPECT_EQ(read(file + end + end).ending.how, Ending::How::whole);
}

TEST(Recording, SaysWhatItsWritersLost) {
  BlockWriter block;
  block.add({.kind = Kind::pings, .actor = 0, .at = {}});
  const std::string file = std::string{kMagic} + framed('H' + to_text({})) + framed(block.take(5)) +
                           framed(std::string{"Z\2", 2});
  auto reader = RecordingReader::open(file);
  ASSERT_TRUE(reader.ok());
  while (reader.value().next()) {
  }
  EXPECT_EQ(reader.value().lost(), 7U);
}

TEST(Recording, OfAnotherKindOrVersionIsRefusedInWords) {
  const std::string half{kMagic.substr(0, kMagic.size() / 2)};
  const std::string unended{kMagic.substr(0, kMagic.size() - 1)};
  for (const auto& [bytes, what, fix] : std::vector<std::array<std::string, 3>>{
           {"", "is empty", "record the run again"},
           {half, "is a recording that ends in its first line: none of it can be read", "again"},
           {unended, "is a recording that ends in its first line: none of it can be read", "again"},
           {"PNG", "is no recording of gauntlet's", "recording.gauntlet"},
           {"gauntlet recording \1\n", "is no recording of gauntlet's", "recording.gauntlet"},
           {"gauntlet recording 23\nabc",
            "is a recording of version 23, and this gauntlet reads version 1",
            "with the gauntlet that wrote it"},
           {std::string{kMagic}, "is a recording whose beginning is lost: none of it can be read",
            "record the run again"}}) {
    const auto read = RecordingReader::open(bytes);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().what, what);
    EXPECT_THAT(read.error().fix, testing::HasSubstr(fix));
  }
}

// Whoever writes a reader of their own has nothing but that page.
TEST(RecordingFormat, IsDescribedInTheDocs) {
  std::ifstream file{GAUNTLET_SOURCE_DIR "/docs/recording.md"};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  for (const KindDef& kind : kKinds) {
    std::string has;
    for (const auto& [field, name] :
         {std::pair{kPlace, "place"}, {kNumber, "number"}, {kText, "text"}, {kBody, "body"}})
      if ((kind.fields & field) != 0) has.append(has.empty() ? "" : ", ").append(name);
    const std::string row = "| " + std::to_string(static_cast<int>(kind.kind)) + " | " +
                            std::string{kind.name} + " | " + (has.empty() ? "-" : has) + " | " +
                            std::string{kind.means} + " |\n";
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
}

TEST(RecordingHead, IsReadAsItWasWritten) {
  const Head head{.scenario = "a name: with\na line",
                  .seed = 18'446'744'073'709'551'615U,
                  .driver = "live",
                  .target = "relay at ws://127.0.0.1:8080/arc",
                  .version = "0.1.0",
                  .writers = 4};
  const auto back = head_of(to_text(head) + "unheard-of: thing\n");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->scenario, "a name: with a line");
  EXPECT_EQ(back->seed, head.seed);
  EXPECT_EQ(back->target, head.target);
  EXPECT_EQ(back->writers, 4U);
}

}  // namespace
}  // namespace gauntlet::sim::recording
