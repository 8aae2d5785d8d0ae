// Any bytes as a block with the right checksum: what can be read of it is, written again, the same.
#include <algorithm>
#include <string>

#include "sim/recording/block_writer.hpp"
#include "sim/recording/recording_reader.hpp"
#include "tests/fuzz/pieces.hpp"

using namespace gauntlet;
using namespace gauntlet::sim::recording;

namespace {

std::string file_with(const std::string& payload) {
  return std::string{kMagic} + framed('H' + to_text({})) + framed(payload);
}

bool same(const Text& a, const Text& b) {
  return a.words == b.words && std::ranges::equal(a.blanks, b.blanks);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = file_with(std::string{fuzz::as_text(data, size)});
  auto reader = RecordingReader::open(bytes);
  fuzz::demand(reader.ok());
  BlockWriter writer;
  while (const auto entry = reader.value().next()) writer.add(*entry);
  if (writer.empty()) return 0;

  const std::string again = file_with(writer.take(0));
  auto first = RecordingReader::open(bytes);
  auto second = RecordingReader::open(again);
  while (const auto entry = first.value().next()) {
    const auto other = second.value().next();
    fuzz::demand(other && other->kind == entry->kind && other->actor == entry->actor &&
                 other->at == entry->at && other->place == entry->place &&
                 other->number == entry->number && same(other->text, entry->text) &&
                 same(other->body, entry->body));
  }
  return 0;
}
