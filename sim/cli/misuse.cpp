#include "sim/cli/misuse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "scenarios/terms/nearest.hpp"
#include "sim/cli/sentences.hpp"

namespace gauntlet::sim {
namespace {

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// With a dash ahead; but a number below zero is none.
bool looks_like_flag(const std::string& word) {
  return word.size() > 1 && word[0] == '-' && (word[1] < '0' || word[1] > '9');
}

struct Misuse {
  std::string what;
  std::string fix;
};

Misuse unknown_flag(const CLI::App& command, const std::string& word) {
  const std::string meant = nearest(word.substr(0, word.find('=')), flags_of(command));
  return {fmt::format("there is no option `{}`", word),
          meant.empty() ? "" : fmt::format("did you mean `{}`?", meant)};
}

Misuse misuse_of(const CLI::App& command, const std::vector<std::string>& left_over,
                 const CLI::ParseError& error) {
  if (const auto flag = std::ranges::find_if(left_over, looks_like_flag); flag != left_over.end())
    return unknown_flag(command, *flag);
  if (!left_over.empty())
    return {fmt::format("`{}` is one word more than can be used", left_over.front()), ""};
  if (const auto below = commands_of(command); !below.empty())
    return {"a command is missing", "one of " + any_of(below)};
  return {error.what(), ""};
}

}  // namespace

std::optional<std::string> misspelt_command(const CLI::App& app,
                                            std::span<const char* const> words) {
  const std::vector<std::string> known = commands_of(app);
  if (known.empty() || words.empty() || words.front()[0] == '-') return std::nullopt;
  const std::string word = words.front();
  if (std::ranges::find(known, word) == known.end()) return unknown_command(word, known);
  return misspelt_command(*app.get_subcommand(word), words.subspan(1));
}

std::string misuse(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = &app;
  std::string path = app.get_name();
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    path += ' ' + command->get_name();
  }
  const Misuse wrong = misuse_of(*command, app.remaining(true), error);
  return fmt::format("{}: {}\n  fix: {}", path, wrong.what,
                     wrong.fix.empty() ? fmt::format("see `{} --help`", path) : wrong.fix);
}

}  // namespace gauntlet::sim
