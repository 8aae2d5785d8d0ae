#include "sim/recording/recording_reader.hpp"

#include <zlib.h>

#include "sim/recording/block_writer.hpp"
#include "sim/recording/bytes.hpp"

namespace gauntlet::sim::recording {
namespace {

constexpr std::string_view kAnyVersion = "gauntlet recording ";
constexpr const char* kRecordAgain = "record the run again: `gauntlet run FILE --record`";

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

// What it is instead. Of our first line, some may be missing.
Unreadable no_recording(std::string_view bytes) {
  if (bytes.empty()) return {"is empty", kRecordAgain};
  if (kMagic.starts_with(bytes))
    return {"is a recording that ends in its first line: none of it can be read", kRecordAgain};
  const bool ours = bytes.starts_with(kAnyVersion);
  const std::string_view rest = bytes.substr(ours ? kAnyVersion.size() : 0);
  const std::string_view version = rest.substr(0, rest.find_first_not_of("0123456789"));
  if (!ours || version.empty())
    return {"is no recording of gauntlet's",
            "give the recording.gauntlet that `gauntlet run FILE --record` has written"};
  return {"is a recording of version " + std::string{version.substr(0, 8)} +
              ", and this gauntlet reads version 1",
          "replay it with the gauntlet that wrote it, or record the run again with this one"};
}

}  // namespace

std::string Ending::in_words() const {
  const std::string where = std::to_string(bytes);
  switch (how) {
    case How::whole:
      return {};
    case How::unended:
      return "the recording has no end: the run that wrote it was cut off, or is still on";
    case How::cut_off:
      return "the recording ends in the middle of a block: the first " + where +
             " bytes can be read, and what they hold is whole";
    case How::broken:
      return "the block at byte " + where +
             " is not what was written (its checksum differs): what stands before it can be read, "
             "and nothing behind it";
  }
  return {};
}

Result<RecordingReader, Unreadable> RecordingReader::open(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return fail(no_recording(bytes));
  RecordingReader reader{bytes};
  reader.block_end_ = kMagic.size();
  const auto first = reader.next_block();
  if (!first || !first->starts_with(static_cast<char>(BlockKind::head)))
    return fail(
        Unreadable{"is a recording whose beginning is lost: none of it can be read", kRecordAgain});
  auto head = head_of(first->substr(1));
  if (!head) return fail(Unreadable{"is a recording whose head makes no sense", kRecordAgain});
  reader.head_ = *std::move(head);
  return reader;
}

// The payload of the next block that is whole; nothing when there is none.
std::optional<std::string_view> RecordingReader::next_block() {
  block_begin_ = block_end_;
  if (block_begin_ == bytes_.size()) {
    stop(ended_ >= head_.writers ? Ending::How::whole : Ending::How::unended);
    return std::nullopt;
  }
  Cursor frame{bytes_, block_begin_};
  const std::uint32_t size = frame.fixed();
  const std::uint32_t sum = frame.fixed();
  const std::string_view payload = frame.take(size);
  if (frame.bad()) {
    stop(Ending::How::cut_off);
    return std::nullopt;
  }
  if (checksum(payload) != sum || payload.empty()) {
    stop(Ending::How::broken);
    return std::nullopt;
  }
  block_end_ = frame.at();
  return payload;
}

// A kind of block that is not known is passed over.
bool RecordingReader::open_block(std::string_view payload) {
  Cursor inside{bytes_.substr(0, block_end_), block_end_ - payload.size()};
  const auto kind = static_cast<BlockKind>(inside.byte());
  if (kind == BlockKind::end) {
    ++ended_;
    lost_ += inside.number();
  }
  if (kind != BlockKind::entries) return true;
  lost_ += inside.number();
  const Instant base{Duration{unzigzag(inside.number())}};
  if (inside.bad()) return false;
  entries_.emplace(bytes_.substr(0, block_end_), inside.at(), base);
  return true;
}

std::optional<Entry> RecordingReader::next() {
  for (;;) {
    if (entries_) {
      position_ = entries_->at();
      if (auto entry = entries_->next()) return entry;
      if (entries_->bad()) {
        stop(Ending::How::broken);
        return std::nullopt;
      }
      entries_.reset();
    }
    const auto payload = next_block();
    if (!payload) return std::nullopt;
    if (open_block(*payload)) continue;
    stop(Ending::How::broken);
    return std::nullopt;
  }
}

}  // namespace gauntlet::sim::recording
