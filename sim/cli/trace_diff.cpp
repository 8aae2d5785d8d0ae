#include "sim/cli/trace_diff.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "metrics/summary/words.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::size_t kLinesBefore = 3;
constexpr std::size_t kLinesAfter = 5;

std::vector<std::string> with_next(std::optional<std::string> line, std::istream& in) {
  std::vector<std::string> lines;
  while (line && lines.size() < kLinesAfter) {
    lines.push_back(std::move(*line));
    line.emplace();
    if (!std::getline(in, *line)) line.reset();
  }
  return lines;
}

std::optional<std::string> next_line(std::istream& in) {
  std::string line;
  return std::getline(in, line) ? std::optional{std::move(line)} : std::nullopt;
}

void append_lines(std::string& text, const auto& lines) {
  for (const std::string& line : lines) text += "  " + line + '\n';
}

void append_run(std::string& text, const std::string& name, const std::vector<std::string>& lines) {
  text += lines.empty() ? name + " ends here\n" : name + " goes on\n";
  append_lines(text, lines);
}

}  // namespace

bool is_event(std::string_view line) {
  if (line.starts_with(R"({"at_s":)")) return true;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::size_t seconds = std::min(line.find_first_not_of("0123456789."), line.size());
  return seconds > 0 && line.substr(seconds).starts_with("s ");
}

std::optional<Parting> where_they_part(std::istream& first, std::istream& second) {
  Parting parting;
  for (;;) {
    auto a = next_line(first);
    auto b = next_line(second);
    if (!a && !b) return std::nullopt;
    if (a != b) {
      parting.first = with_next(std::move(a), first);
      parting.second = with_next(std::move(b), second);
      return parting;
    }
    ++parting.same;
    parting.before.push_back(std::move(*a));
    if (parting.before.size() > kLinesBefore) parting.before.pop_front();
  }
}

std::string in_words(const Parting& parting, const std::string& first_name,
                     const std::string& second_name) {
  std::string text =
      parting.same == 0
          ? "The two differ from their first event on.\n"
          : fmt::format("The two are the same for {} {}, of which the last are\n",
                        metrics::in_words(parting.same), parting.same == 1 ? "event" : "events");
  append_lines(text, parting.before);
  append_run(text, first_name, parting.first);
  append_run(text, second_name, parting.second);
  return text;
}

}  // namespace gauntlet::sim
