#include "scenarios/parse/token_kinds.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "scenarios/parse/file_kind.hpp"

namespace gauntlet::scenarios {
namespace {

constexpr const char* kHowToCollect = "collect them: `gauntlet agent register --json >> FILE`";

std::string string_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r";
  std::vector<std::string_view> words;
  for (;;) {
    const std::size_t begin = line.find_first_not_of(kBlank);
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const std::size_t length = std::min(line.find_first_of(kBlank), line.size());
    words.push_back(line.substr(0, length));
    line.remove_prefix(length);
  }
}

/// Nothing when the line is none of the forms.
std::optional<Enrolled> agent_in(std::string_view line) {
  if (line.find('{') != std::string_view::npos) {
    const Json object = Json::parse(line, nullptr, false);
    if (!object.is_object()) return std::nullopt;
    Enrolled agent{string_at(object, "agent_id"), string_at(object, "token")};
    return agent.token.empty() ? std::nullopt : std::optional{std::move(agent)};
  }
  const auto words = words_of(line);
  if (words.size() == 1) return Enrolled{"", std::string{words[0]}};
  if (words.size() == 2) return Enrolled{std::string{words[0]}, std::string{words[1]}};
  return std::nullopt;
}

// What a line holds is a secret: complaints give its number alone.
void read_lines(std::string_view text, Reader& reader, Tokens& into) {
  for_each_line(text, into.file, [&](std::string_view line, const SourcePos& place) {
    auto agent = agent_in(line);
    if (!agent)
      return reader.complain(
          place, "this line is no token of an agent",
          R"(write `ID TOKEN`, `TOKEN` or `{"agent_id": "ID", "token": "TOKEN"}`)");
    const auto same = [&](const Enrolled& other) { return other.token == agent->token; };
    if (std::ranges::any_of(into.agents, same))
      reader.complain(place, "this token was given before: two agents cannot share one",
                      "remove the line");
    else
      into.agents.push_back(std::move(*agent));
  });
}

}  // namespace

const Kind<Tokens>& tokens() {
  static const Kind<Tokens> kKind = file_kind<Tokens>("tokens.jsonl", kHowToCollect, read_lines);
  return kKind;
}

}  // namespace gauntlet::scenarios
