#include "sim/recording/block_writer.hpp"

#include <zlib.h>

#include <utility>

#include "scenarios/terms/hash.hpp"
#include "sim/recording/bytes.hpp"

namespace gauntlet::sim::recording {
namespace {

using namespace text_tag;

// A shorter text costs no more than the words that point to an earlier one.
constexpr std::size_t kWorthPointing = 6;

std::uint64_t hash_of(std::string_view text) {
  Hash hash;
  hash.add(text);
  return hash.value();
}

}  // namespace

std::string framed(std::string_view payload) {
  std::string block;
  block.reserve(payload.size() + 8);
  append_fixed(block, static_cast<std::uint32_t>(payload.size()));
  const auto* bytes = reinterpret_cast<const Bytef*>(payload.data());
  append_fixed(block,
               static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(payload.size()))));
  block += payload;
  return block;
}

void BlockWriter::add(const Entry& entry) {
  if (entries_.empty()) base_ = last_ = entry.at;
  entries_ += static_cast<char>(entry.kind);
  append_number(entries_, entry.actor);
  append_number(entries_, zigzag(difference_of(entry.at.time_since_epoch().count(),
                                               last_.time_since_epoch().count())));
  last_ = entry.at;
  const unsigned fields = def(entry.kind).fields;
  if ((fields & kPlace) != 0) append_number(entries_, entry.place);
  if ((fields & kNumber) != 0) append_number(entries_, entry.number);
  if ((fields & kText) != 0) append(entry.text);
  if ((fields & kBody) != 0) append(entry.body);
}

void BlockWriter::append(const Text& text) {
  const std::size_t begin = entries_.size();
  append_number(entries_,
                text.words.size() << kBits | (text.blanks.empty() ? kPlain : kWithBlanks));
  if (!text.blanks.empty()) {
    append_number(entries_, text.blanks.size());
    for (const Blank& blank : text.blanks) {
      append_number(entries_, blank.at);
      entries_ += static_cast<char>(blank.what);
    }
  }
  entries_ += text.words;
  const std::size_t size = entries_.size() - begin;
  if (size < kWorthPointing) return;
  const auto written = std::string_view{entries_}.substr(begin);
  std::uint32_t& seen = seen_[hash_of(written) % kRemembered];
  const bool again = seen != 0 && std::string_view{entries_}.substr(seen - 1, size) == written;
  if (!again) {
    seen = static_cast<std::uint32_t>(begin + 1);
    return;
  }
  entries_.resize(begin);
  append_number(entries_, (begin - (seen - 1)) << kBits | kAgain);
}

std::string BlockWriter::take(std::uint64_t lost) {
  std::string payload{static_cast<char>(BlockKind::entries)};
  append_number(payload, lost);
  append_number(payload, zigzag(base_.time_since_epoch().count()));
  payload += entries_;
  entries_.clear();
  seen_.fill(0);
  return payload;
}

}  // namespace gauntlet::sim::recording
