#include "sim/terminal/typed_line.hpp"

#include <algorithm>

namespace gauntlet::sim {
namespace {

constexpr std::string_view kHelp =
    "type words for everybody, `@id words` for one agent, `/answer words` to the last question, "
    "`/subscribe id` or `/quit`";

/// What stands before the first of these characters; `text` keeps what stands behind those of them
/// that follow.
std::string_view take_until(std::string_view& text, std::string_view separators) {
  const std::string_view front = text.substr(0, text.find_first_of(separators));
  text.remove_prefix(front.size());
  text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
  return front;
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (!text.empty())
    if (const auto part = take_until(text, separators); !part.empty()) parts.emplace_back(part);
  return parts;
}

}  // namespace

Typed read_typed(std::string_view line) {
  if (line.starts_with('@')) {
    line.remove_prefix(1);
    Utterance say{.to = split(take_until(line, " \t"), ","), .words = std::string{line}};
    if (say.to.empty() || say.words.empty()) return NotUnderstood{std::string{kHelp}};
    return say;
  }
  if (!line.starts_with('/')) return Utterance{.to = {}, .words = std::string{line}};
  const auto command = take_until(line, " \t");
  if (command == "/quit") return Quit{};
  if (command == "/answer" && !line.empty()) return Reply{std::string{line}};
  Follow follow{split(line, " \t,@")};
  if (command != "/subscribe" || follow.whom.empty()) return NotUnderstood{std::string{kHelp}};
  return follow;
}

}  // namespace gauntlet::sim
