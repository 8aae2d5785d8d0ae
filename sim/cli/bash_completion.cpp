#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/cli/completion.hpp"
#include "sim/cli/shell_words.hpp"

namespace gauntlet::sim {
namespace {

// What the tables are looked up by. NAME is the program's.
constexpr std::string_view kLogic = R"(
_NAME_words() {
  mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "$1" -- "$word")
}

_NAME_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -P "$prefix" -f -- "$word")
}

_NAME_folders() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -P "$prefix" -d -- "$word")
}

# Folders lead to files, so they are offered as well.
_NAME_scenarios() {
  _NAME_folders
  local ending files
  for ending in yaml yml; do
    mapfile -t files < <(compgen -P "$prefix" -f -X "!*.$ending" -- "$word")
    COMPREPLY+=("${files[@]}")
  done
}

# Takes note of a piece of the line before the cursor. Readline breaks words at = and :, so
# --flag=value and http://host come in pieces.
_NAME_pass() {
  if [[ $1 == [=:]* ]]; then
    [[ $expects ]] || glued=yes
  elif [[ $glued ]]; then
    glued=
  elif [[ $expects ]]; then
    expects=
  elif [[ " ${valued[*]} " == *" $1 "* ]]; then
    expects=$1
  elif [[ $1 == -* ]]; then
    :
  elif [[ " ${commands[*]} " == *" $1 "* ]]; then
    path+=" $1"
    _NAME_command "$path"
  elif [[ ${positionals[0]} != *... ]]; then
    positionals=("${positionals[@]:1}")
  fi
}

_NAME() {
  local word=$2 prefix= path=NAME expects= glued= piece
  local -a commands options valued positionals
  COMPREPLY=()
  _NAME_command "$path"
  for piece in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do _NAME_pass "$piece"; done
  piece=${COMP_WORDS[COMP_CWORD]}
  [[ $piece != [=:]* ]] || _NAME_pass "$piece"

  if [[ $glued ]]; then
    :  # within a word, such as key=value
  elif [[ $expects ]]; then
    _NAME_value "$path $expects"
  elif [[ $word == --*=* ]]; then  # where COMP_WORDBREAKS has no =
    prefix=${word%%=*}=
    word=${word#*=}
    _NAME_value "$path ${prefix%=}"
  elif [[ $word == -* ]]; then
    _NAME_words "${options[*]}"
  elif ((${#commands[@]})); then
    _NAME_words "${commands[*]}"
  elif ((${#positionals[@]})); then
    _NAME_value "$path ${positionals[0]%...}"
  else
    _NAME_words "${options[*]}"
  fi
}

complete -F _NAME NAME
)";

std::string positional_names(const Command& command) {
  std::string names;
  for (const Option& positional : command.positionals)
    names += (names.empty() ? "" : " ") + positional.names.front() +
             (positional.repeatable ? "..." : "");
  return names;
}

std::string command_row(const PlacedCommand& placed) {
  const Command& command = *placed.command;
  return fmt::format(
      "    '{}')\n"
      "      commands=({})\n"
      "      options=({})\n"
      "      valued=({})\n"
      "      positionals=({}) ;;\n",
      placed.path, fmt::join(names_of(command.commands), " "),
      fmt::join(names_of(command.options), " "), fmt::join(names_with_value(command.options), " "),
      positional_names(command));
}

std::string action(const std::string& program, const Option& option) {
  if (!option.choices.empty())
    return fmt::format("_{}_words {}", program,
                       single_quoted(fmt::format("{}", fmt::join(option.choices, " "))));
  if (option.paths == Paths::files) return fmt::format("_{}_files", program);
  if (option.paths == Paths::scenarios) return fmt::format("_{}_scenarios", program);
  if (option.paths == Paths::folders) return fmt::format("_{}_folders", program);
  return {};
}

std::string value_rows(const std::string& program, const PlacedCommand& placed) {
  std::string rows;
  for (const auto* options : {&placed.command->options, &placed.command->positionals})
    for (const Option& option : *options)
      for (const std::string& name : option.names)
        if (const std::string does = action(program, option); !does.empty())
          rows += fmt::format("    '{} {}') {} ;;\n", placed.path, name, does);
  return rows;
}

}  // namespace

std::string bash_completion(const Command& root) {
  std::string commands;
  std::string values;
  for (const PlacedCommand& placed : all_commands(root)) {
    commands += command_row(placed);
    values += value_rows(root.name, placed);
  }
  return fmt::format(
             "# Completion of {0} for bash, made by `{0} completion bash`.\n\n"
             "# What a command has; `valued` are the options that take a value.\n"
             "_{0}_command() {{\n  case $1 in\n{1}  esac\n}}\n\n"
             "# Completes the value of an option or positional of a command.\n"
             "_{0}_value() {{\n  case $1 in\n{2}  esac\n}}\n",
             root.name, commands, values) +
         with_all_replaced(std::string{kLogic}, "NAME", root.name);
}

}  // namespace gauntlet::sim
