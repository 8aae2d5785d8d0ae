#include "sim/cli/man_page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <vector>

namespace gauntlet::sim {
namespace {

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

// A hyphen would be typeset as a dash, a quote as a curly one; neither could be copied to a shell.
std::string_view roff_character(char character) {
  switch (character) {
    case '\\':
      return "\\e";
    case '-':
      return "\\-";
    case '\'':
      return "\\(aq";
    case '"':
      return "\\(dq";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    default:
      return {};
  }
}

std::string section(std::string_view name, const std::string& body) {
  return body.empty() ? "" : fmt::format(".SH {}\n{}", name, body);
}

std::string item(const std::string& term, const std::string& body) {
  return fmt::format(".TP\n{}\n{}\n", term, body);
}

std::string sentence(std::string_view text) {
  if (text.empty()) return {};
  const bool ends = text.ends_with('.') || text.ends_with('\n');
  return roff(text) + (ends ? "" : ".");
}

// What is typed for the value: one of the choices, or what the name stands for.
std::string value_of(const Option& option) {
  if (option.choices.empty()) return italic(option.value);
  std::vector<std::string> choices;
  std::ranges::transform(option.choices, std::back_inserter(choices), bold);
  return fmt::format("{}", fmt::join(choices, "|"));
}

bool is_positional(const Option& option) { return !option.names.front().starts_with('-'); }

std::string term_of(const Option& option) {
  std::vector<std::string> names;
  std::ranges::transform(option.names, std::back_inserter(names),
                         is_positional(option) ? italic : bold);
  std::string term = fmt::format("{}", fmt::join(names, ", "));
  if (!option.value.empty() && (!is_positional(option) || !option.choices.empty()))
    term += " " + value_of(option);
  return option.repeatable ? term + " ..." : term;
}

std::string requirement(const Option& option) {
  if (!option.required || is_positional(option)) return {};
  return option.environment.empty() ? " Required."
                                    : " Required, unless " + bold(option.environment) + " is set.";
}

std::string option_item(const Option& option) {
  std::string body = sentence(option.about) + requirement(option);
  if (!option.required && !option.environment.empty())
    body += " Environment: " + bold(option.environment) + ".";
  for (const std::string& needed : option.needs) body += " Only with " + bold(needed) + ".";
  if (!option.fallback.empty()) body += " Default: " + bold(option.fallback) + ".";
  return item(term_of(option), body);
}

std::string items(const std::vector<Option>& options) {
  std::string all;
  for (const Option& option : options) all += option_item(option);
  return all;
}

// What every command has is told once, with the program's own options.
std::vector<Option> own_options(const Command& command, const Command& root) {
  std::vector<Option> own;
  std::ranges::copy_if(command.options, std::back_inserter(own), [&](const Option& option) {
    return std::ranges::find(root.options, option) == root.options.end();
  });
  return own;
}

std::string usage(const PlacedCommand& placed, const Command& root) {
  const std::vector<Option> own = own_options(*placed.command, root);
  std::string line = bold(placed.path);
  for (const Option& option : own)
    if (option.required) line += " " + term_of(option);
  if (!std::ranges::all_of(own, &Option::required)) line += " [" + italic("OPTION") + "]...";
  for (const Option& positional : placed.command->positionals) {
    const std::string name = italic(positional.names.front());
    line += " " + (positional.required ? name : "[" + name + "]");
    if (positional.repeatable) line += "...";
  }
  return line + "\n";
}

std::string synopsis(const Command& root) {
  std::string lines;
  for (const PlacedCommand& placed : all_commands(root))
    if (placed.command->commands.empty())
      lines += (lines.empty() ? "" : ".br\n") + usage(placed, root);
  return lines;
}

std::string_view without_first_line(std::string_view text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto rest = text.find_first_not_of('\n', end);
  return rest == std::string_view::npos ? "" : text.substr(rest);
}

std::string description(const Command& root) {
  const std::string_view text = without_first_line(root.about);
  return text.empty() ? "" : roff(text) + "\n";
}

std::string commands(const Command& root) {
  std::string all;
  for (const PlacedCommand& placed : all_commands(root)) {
    if (placed.command == &root) continue;
    all += ".SS " + roff(placed.path) + "\n" + sentence(placed.command->about) + "\n";
    all += items(placed.command->positionals) + items(own_options(*placed.command, root));
  }
  return all;
}

std::string environment(const Command& root) {
  std::map<std::string, const Option*> by_variable;
  for (const PlacedCommand& placed : all_commands(root))
    for (const Option& option : placed.command->options)
      if (!option.environment.empty()) by_variable.emplace(option.environment, &option);
  std::string all;
  for (const auto& [variable, option] : by_variable)
    all += item(bold(variable), "What " + bold(option->names.front()) +
                                    " is when it is not given: " + sentence(option->about));
  return all;
}

std::string exit_status(std::span<const ExitSentence> exit_codes) {
  std::string all;
  for (const ExitSentence& row : exit_codes)
    all += item(bold(std::to_string(static_cast<int>(row.code))), roff(row.sentence));
  return all;
}

std::string in_capitals(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(letter));
  return text;
}

}  // namespace

std::string roff(std::string_view text) {
  std::string escaped;
  bool code = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins_line = at == 0 || text[at - 1] == '\n';
    if (begins_line && text[at] == '.') escaped += "\\&";
    if (text[at] == '`')
      escaped += (code = !code) ? "\\fB" : "\\fR";
    else if (const auto special = roff_character(text[at]); !special.empty())
      escaped += special;
    else
      escaped += text[at];
  }
  return escaped;
}

std::string man_page(const Command& root, std::span<const ExitSentence> exit_codes,
                     std::string_view version) {
  const std::string name_line = root.about.substr(0, root.about.find('\n'));
  return fmt::format(".TH {} 1 \"\" \"{} {}\" \"User Commands\"\n.ad l\n.nh\n",
                     roff(in_capitals(root.name)), roff(root.name), roff(version)) +
         section("NAME", roff(root.name) + " \\- " + roff(name_line) + "\n") +
         section("SYNOPSIS", synopsis(root)) + section("DESCRIPTION", description(root)) +
         section("OPTIONS", items(root.options)) + section("COMMANDS", commands(root)) +
         section("ENVIRONMENT", environment(root)) +
         section("EXIT STATUS", exit_status(exit_codes));
}

}  // namespace gauntlet::sim
