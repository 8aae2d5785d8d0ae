#include "sim/recording/head.hpp"

#include <charconv>

namespace gauntlet::sim::recording {
namespace {

// A name may hold any character; a line must not.
std::string in_one_line(std::string_view text) {
  std::string line{text};
  for (char& c : line)
    if (c == '\n' || c == '\r') c = ' ';
  return line;
}

template <class Number>
bool read_number(std::string_view text, Number& into) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, into);
  return error == std::errc{} && rest == end;
}

}  // namespace

std::string to_text(const Head& head) {
  return "scenario: " + in_one_line(head.scenario) + "\nseed: " + std::to_string(head.seed) +
         "\ndriver: " + head.driver + "\ntarget: " + in_one_line(head.target) +
         "\nversion: " + head.version + "\nwriters: " + std::to_string(head.writers) + "\n";
}

std::optional<Head> head_of(std::string_view text) {
  Head head;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, colon);
    const std::string_view value = line.substr(colon + 2);
    if (key == "scenario") head.scenario = value;
    if (key == "driver") head.driver = value;
    if (key == "target") head.target = value;
    if (key == "version") head.version = value;
    if (key == "seed" && !read_number(value, head.seed)) return std::nullopt;
    if (key == "writers" && !read_number(value, head.writers)) return std::nullopt;
  }
  return head;
}

}  // namespace gauntlet::sim::recording
