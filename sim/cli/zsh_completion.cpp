#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/cli/completion.hpp"
#include "sim/cli/shell_words.hpp"

namespace gauntlet::sim {
namespace {

// "gauntlet serve relay" is completed by _gauntlet_serve_relay.
std::string function_of(const std::string& path) { return "_" + with_all_replaced(path, " ", "_"); }

// As a part of a specification for _arguments, whose parts end with a colon or a bracket.
std::string spec_part(std::string text) {
  for (const char* special : {"\\", ":", "[", "]"})
    text = with_all_replaced(std::move(text), special, std::string{"\\"} + special);
  return text;
}

// What _arguments does for a value. A space: it says what is expected, and offers nothing.
std::string action(const Option& option) {
  if (!option.choices.empty()) return fmt::format("({})", fmt::join(option.choices, " "));
  if (option.paths == Paths::files) return "_files";
  if (option.paths == Paths::scenarios) return "_files -g \"*.(yaml|yml)\"";
  if (option.paths == Paths::folders) return "_files -/";
  return " ";
}

std::string option_spec(const Option& option, const std::string& name) {
  std::string spec = option.repeatable ? "*" : fmt::format("({})", fmt::join(option.names, " "));
  spec += name;
  if (!option.value.empty()) spec += name.starts_with("--") ? "=" : "+";
  spec += fmt::format("[{}]", spec_part(first_line(option.about)));
  if (!option.value.empty()) spec += fmt::format(":{}:{}", spec_part(option.value), action(option));
  return spec;
}

std::string positional_spec(const Option& option) {
  const char* which = option.repeatable ? "*:" : option.required ? ":" : "::";
  return fmt::format("{}{}:{}", which, spec_part(first_line(option.about)), action(option));
}

std::string argument_lines(const Command& command) {
  std::vector<std::string> specs;
  for (const Option& option : command.options)
    for (const std::string& name : option.names) specs.push_back(option_spec(option, name));
  for (const Option& positional : command.positionals) specs.push_back(positional_spec(positional));
  if (!command.commands.empty()) {
    specs.emplace_back(": :->command");
    specs.emplace_back("*:: :->rest");
  }
  std::string lines;
  for (const std::string& spec : specs) lines += " \\\n    " + single_quoted(spec);
  return lines;
}

std::string command_lines(const Command& command) {
  std::string lines;
  for (const Command& below : command.commands)
    lines += fmt::format(
        "        {}\n",
        single_quoted(below.name + ":" + with_all_replaced(first_line(below.about), "\\", "\\\\")));
  return lines;
}

std::string leaf_function(const PlacedCommand& placed) {
  return fmt::format("{}() {{\n  _arguments -S{}\n}}\n\n", function_of(placed.path),
                     argument_lines(*placed.command));
}

std::string branch_function(const PlacedCommand& placed) {
  return fmt::format(
      R"({0}() {{
  local curcontext=$curcontext state line ret=1
  local -A opt_args
  _arguments -C{1} && ret=0
  case $state in
    command)
      local -a commands=(
{2}      )
      _describe command commands && ret=0
      ;;
    rest)
      (($+functions[{0}_$line[1]])) && {0}_$line[1] && ret=0
      ;;
  esac
  return ret
}}

)",
      function_of(placed.path), argument_lines(*placed.command), command_lines(*placed.command));
}

}  // namespace

std::string zsh_completion(const Command& root) {
  std::string script = fmt::format(
      "#compdef {0}\n# Completion of {0} for zsh, made by `{0} completion zsh`.\n\n", root.name);
  for (const PlacedCommand& placed : all_commands(root))
    script += placed.command->commands.empty() ? leaf_function(placed) : branch_function(placed);
  return script +
         fmt::format(R"(# As a file of $fpath, this is the body of the function's first call.
if [[ $funcstack[1] == _{0} ]]; then
  _{0} "$@"
else
  compdef _{0} {0}
fi
)",
                     root.name);
}

}  // namespace gauntlet::sim
