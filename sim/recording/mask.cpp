#include "sim/recording/mask.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>

namespace gauntlet::sim::recording {
namespace {

// Nobody writes that many characters by chance.
constexpr std::size_t kUnmistakable = 12;
// A relay that is started again hands out others; the oldest are worth nothing any more.
constexpr std::size_t kKnownMax = 8;

bool of_a_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_whole_word(std::string_view text, std::size_t at, std::size_t size) {
  return (at == 0 || !of_a_word(text[at - 1])) &&
         (at + size == text.size() || !of_a_word(text[at + size]));
}

std::size_t find_in(std::string_view text, std::string_view what, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  const void* found = memmem(text.data() + from, text.size() - from, what.data(), what.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::string_view skip_space(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

// A string as it stands between its quotes, or the digits of a number.
std::string_view value_after_key(std::string_view text) {
  text = skip_space(text);
  if (!text.starts_with(':')) return {};
  text = skip_space(text.substr(1));
  std::size_t end = 0;
  if (!text.starts_with('"')) {
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
    return text.substr(0, end);
  }
  text.remove_prefix(1);
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return text.substr(0, end);
}

}  // namespace

void Mask::hide(Hidden what, SecretView secret) {
  if (secret.empty()) return;
  const auto same = [&](const Known& k) { return k.secret.reveal() == secret.reveal(); };
  if (std::ranges::any_of(known_, same)) return;
  if (known_.size() == kKnownMax) known_.erase(known_.begin());
  known_.push_back({what, Secret{secret.reveal()}});
}

void Mask::learn(std::string_view json) {
  constexpr std::array<std::string_view, 2> kKeys{"\"token\"", "\"pin\""};
  for (std::size_t what = 0; what < kKeys.size(); ++what)
    for (std::size_t at = find_in(json, kKeys[what], 0); at != std::string_view::npos;
         at = find_in(json, kKeys[what], at + 1))
      hide(static_cast<Hidden>(what), value_after_key(json.substr(at + kKeys[what].size())));
}

std::optional<Mask::Found> Mask::first_in(std::string_view text, std::size_t from) const {
  std::optional<Found> first;
  for (const Known& known : known_) {
    const std::string& secret = known.secret.reveal();
    for (std::size_t at = find_in(text, secret, from); at != std::string_view::npos;
         at = find_in(text, secret, at + 1)) {
      if (secret.size() < kUnmistakable && !is_whole_word(text, at, secret.size())) continue;
      if (!first || at < first->at) first = Found{at, &known};
      break;
    }
  }
  return first;
}

Text Mask::apply(std::string_view text, Room& room) const {
  auto found = first_in(text, 0);
  if (!found) return {text};
  room.words.clear();
  room.blanks.clear();
  std::size_t done = 0;
  for (; found; found = first_in(text, done)) {
    room.words += text.substr(done, found->at - done);
    room.blanks.push_back({static_cast<std::uint32_t>(room.words.size()), found->known->what});
    done = found->at + found->known->secret.reveal().size();
  }
  room.words += text.substr(done);
  return {room.words, room.blanks};
}

namespace {

template <class Name>
void fill_with(std::string& out, const Text& text, Name&& name) {
  std::size_t done = 0;
  for (const Blank& blank : text.blanks) {
    out += text.words.substr(done, blank.at - done);
    out += name(blank.what);
    done = blank.at;
  }
  out += text.words.substr(done);
}

}  // namespace

void fill(std::string& out, const Text& text, SecretView token, SecretView pin) {
  fill_with(out, text,
            [&](Hidden what) { return what == Hidden::token ? token.reveal() : pin.reveal(); });
}

std::string with_names(const Text& text) {
  std::string out;
  fill_with(out, text, [](Hidden what) { return kHiddenNames[static_cast<std::size_t>(what)]; });
  return out;
}

}  // namespace gauntlet::sim::recording
