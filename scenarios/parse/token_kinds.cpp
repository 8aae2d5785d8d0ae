#include "scenarios/parse/token_kinds.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "scenarios/parse/scalar_kinds.hpp"

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
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (words_of(line).empty() || words_of(line).front().starts_with('#')) continue;
    const SourcePos place{into.file, number, 1};
    auto agent = agent_in(line);
    if (!agent) {
      reader.complain(place, "this line is no token of an agent",
                      R"(write `ID TOKEN`, `TOKEN` or `{"agent_id": "ID", "token": "TOKEN"}`)");
      continue;
    }
    const auto same = [&](const Enrolled& other) { return other.token == agent->token; };
    if (std::ranges::any_of(into.agents, same))
      reader.complain(place, "this token was given before: two agents cannot share one",
                      "remove the line");
    else
      into.agents.push_back(std::move(*agent));
  }
}

}  // namespace

const Kind<Tokens>& tokens() {
  static const Kind<Tokens> kKind = [] {
    const Kind<std::string> name = text("tokens.jsonl");
    Kind<Tokens> kind;
    kind.words = "the name of a file";
    kind.label = name.label;
    kind.example = name.example;
    kind.schema = name.schema;
    kind.scalar = name.scalar;
    kind.claims = name.claims;
    kind.read = [name](const Value& value, Reader& reader, Tokens& into) {
      read_as(name, value, reader, into.file);
      if (into.file.empty()) return;
      const auto& read_file = reader.options().read_file;
      const auto content =
          read_file
              ? read_file(into.file)
              : Result<std::string, std::string>{fail(into.file + " cannot be read from here")};
      if (content)
        read_lines(content.value(), reader, into);
      else
        reader.complain(value.place, reader.path() + ": " + content.error(), kHowToCollect);
    };
    kind.write = [name](const Tokens& tokens) { return name.write(tokens.file); };
    return kind;
  }();
  return kKind;
}

}  // namespace gauntlet::scenarios
