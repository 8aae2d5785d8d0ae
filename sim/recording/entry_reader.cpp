#include "sim/recording/entry_reader.hpp"

namespace gauntlet::sim::recording {
namespace {

using namespace text_tag;

// @return nothing when it is no text of its own.
std::optional<Text> read_text(Cursor& from, std::vector<Blank>& blanks) {
  const std::uint64_t first = from.number();
  const std::uint64_t tag = first & kMask;
  const std::uint64_t size = first >> kBits;
  blanks.clear();
  if (tag == kAgain || tag > kWithBlanks) return std::nullopt;
  if (tag == kWithBlanks) {
    for (std::uint64_t left = from.number(); left > 0 && !from.bad(); --left) {
      const std::uint64_t place = from.number();
      const std::uint8_t what = from.byte();
      const std::uint64_t least = blanks.empty() ? 0 : blanks.back().at;
      if (what >= kHiddenNames.size() || place > size || place < least) return std::nullopt;
      blanks.push_back({static_cast<std::uint32_t>(place), static_cast<Hidden>(what)});
    }
  }
  const std::string_view words = from.take(size);
  if (from.bad()) return std::nullopt;
  return Text{words, blanks};
}

}  // namespace

std::optional<Entry> EntryReader::next() {
  if (cursor_.over()) return std::nullopt;
  const std::uint8_t kind = cursor_.byte();
  if (kind == 0 || kind > kKinds.size()) {
    cursor_.fail();
    return std::nullopt;
  }
  Entry entry{.kind = static_cast<Kind>(kind),
              .actor = static_cast<ActorId>(cursor_.number()),
              .at = Instant{
                  Duration{sum_of(last_.time_since_epoch().count(), unzigzag(cursor_.number()))}}};
  const unsigned fields = def(entry.kind).fields;
  if ((fields & kPlace) != 0) entry.place = cursor_.number();
  if ((fields & kNumber) != 0) entry.number = cursor_.number();
  if ((fields & kText) != 0) entry.text = text(text_blanks_);
  if ((fields & kBody) != 0) entry.body = text(body_blanks_);
  if (entry.place >= kPlacesMax) cursor_.fail();
  if (cursor_.bad()) return std::nullopt;
  last_ = entry.at;
  return entry;
}

Text EntryReader::text(std::vector<Blank>& blanks) {
  const std::size_t begin = cursor_.at();
  Cursor ahead = cursor_;
  const std::uint64_t first = ahead.number();
  const bool again = (first & kMask) == kAgain;
  const std::uint64_t back = first >> kBits;
  if (again && (back == 0 || back > begin)) {
    cursor_.fail();
    return {};
  }
  Cursor source = again ? cursor_.elsewhere(begin - static_cast<std::size_t>(back)) : cursor_;
  const auto found = read_text(source, blanks);
  cursor_ = again ? ahead : source;
  if (!found) cursor_.fail();
  return found.value_or(Text{});
}

}  // namespace gauntlet::sim::recording
