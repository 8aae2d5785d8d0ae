#include "metrics/report/lines.hpp"

#include <algorithm>

namespace gauntlet::metrics {
namespace {

// The next word, but a number together with its unit, or what else is short behind it.
std::string_view first_piece(std::string_view text) {
  constexpr std::size_t kUnitBytesMax = 4;  // "µs,"
  const std::size_t end = std::min(text.find(' '), text.size());
  const bool number = end > 0 && text[end - 1] >= '0' && text[end - 1] <= '9';
  if (!number || end == text.size()) return text.substr(0, end);
  const std::size_t next = std::min(text.find(' ', end + 1), text.size());
  return text.substr(0, next - end - 1 <= kUnitBytesMax ? next : end);
}

}  // namespace

std::size_t width_of(std::string_view utf8) {
  // Every byte but the continuation bytes of UTF-8 begins a character.
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string text, std::size_t width) {
  text.append(width - std::min(width, width_of(text)), ' ');
  return text;
}

std::string padded_left(const std::string& text, std::size_t width) {
  return padded({}, width - std::min(width, width_of(text))) + text;
}

std::string Paint::with(std::string_view code, std::string_view text) const {
  if (!on_) return std::string{text};
  return std::string{"\033["}.append(code).append("m").append(text).append("\033[0m");
}

Lines wrapped(std::string_view lead, std::string_view text) {
  const std::string indent(width_of(lead), ' ');
  Lines lines{std::string{lead}};
  bool fresh = true;  // nothing but the indent is in the last line
  while (!text.empty()) {
    const std::string_view word = first_piece(text);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (!fresh && width_of(lines.back()) + 1 + width_of(word) > kColumns) {
      lines.push_back(indent);
      fresh = true;
    }
    if (!fresh) lines.back() += ' ';
    lines.back() += word;
    fresh = false;
  }
  return lines;
}

}  // namespace gauntlet::metrics
