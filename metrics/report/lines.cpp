#include "metrics/report/lines.hpp"

#include <algorithm>

namespace gauntlet::metrics {

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
    const std::string_view word = text.substr(0, text.find(' '));
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
