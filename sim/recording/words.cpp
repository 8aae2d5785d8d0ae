#include "sim/recording/words.hpp"

#include <fmt/format.h>

#include "sim/recording/mask.hpp"

namespace gauntlet::sim::recording {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

std::string place_in_words(std::uint64_t place) {
  const char* side = is_socket(place) ? "socket" : "http";
  if (is_arena(place)) return fmt::format("arena {}", side);
  return relay_at(place) == 0 ? fmt::format("relay {}", side)
                              : fmt::format("relay {} {}", relay_at(place), side);
}

std::string number_in_words(const Entry& entry) {
  switch (entry.kind) {
    case Kind::asks:
      return entry.number == 0 ? "GET" : "POST";
    case Kind::connects:
      return entry.number == 0 ? "" : "with a token";
    case Kind::breaks_off:
      return entry.number == 0 ? "hangs up" : entry.number == 1 ? "resets" : "vanishes";
    case Kind::answers_pings:
      return entry.number == 0 ? "no more" : "again";
    default:
      return fmt::format("{}", entry.number);
  }
}

// UTF-8 stays as it is.
std::string printable(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n')
      out += "\\n";
    else if (byte < 0x20 || byte == 0x7F)
      out += fmt::format("\\u{:04x}", byte);
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string Words::line(const Entry& entry) {
  const unsigned fields = def(entry.kind).fields;
  if (entry.kind == Kind::starts)
    names_[entry.actor] = fmt::format("{} {}", with_names(entry.text), entry.number);
  const auto known = names_.find(entry.actor);
  const std::int64_t ns = entry.at.time_since_epoch().count();
  std::string line =
      fmt::format("{:>5}.{:09}  {}  {}", ns / kNsPerSecond, ns % kNsPerSecond,
                  known != names_.end() ? known->second : fmt::format("actor {}", entry.actor),
                  def(entry.kind).name);
  const auto add = [&](const std::string& part) {
    if (!part.empty()) line += "  " + part;
  };
  if (entry.kind == Kind::starts) return line;
  if ((fields & kPlace) != 0) add(place_in_words(entry.place));
  if ((fields & kNumber) != 0) add(number_in_words(entry));
  if ((fields & kText) != 0) add(printable(with_names(entry.text)));
  if ((fields & kBody) != 0) add(printable(with_names(entry.body)));
  return line;
}

}  // namespace gauntlet::sim::recording
