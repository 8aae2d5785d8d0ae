#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "sim/cli/completion.hpp"
#include "sim/cli/shell_words.hpp"

namespace gauntlet::sim {
namespace {

// What the lines below it ask. NAME is the program's, PATHS are all commands.
constexpr std::string_view kLogic = R"fish(
# The command that the words before the cursor name.
function __NAME_path
    set -l words (commandline -opc)
    set -e words[1]
    set -l path NAME
    for word in $words
        contains -- "$path $word" PATHS
        or break
        set path "$path $word"
    end
    echo $path
end

function __NAME_at
    test "$(__NAME_path)" = "$argv"
end

# __NAME_awaits PATH COMPARISON NUMBER VALUED...: whether the cursor is behind that command, and the
# number of words between them, without options and the values of VALUED ones, compares so.
function __NAME_awaits
    __NAME_at $argv[1]
    or return 1
    set -l words (commandline -opc)
    set -e words[1..(count (string split ' ' $argv[1]))]
    set -l number 0
    set -l is_value no
    for word in $words
        if test $is_value = yes
            set is_value no
        else if contains -- $word $argv[4..]
            set is_value yes
        else if not string match -q -- '-*' $word
            set number (math $number + 1)
        end
    end
    test $number $argv[2] $argv[3]
end

# A command that does not exist is completed with files.
function __NAME_files
    complete -C "'' $(commandline -ct)"
end

# Folders lead to files, so they are offered as well.
function __NAME_scenarios
    __NAME_files | string match -r -- '^.*(?:/|\.ya?ml)(?:\t.*)?$'
end

complete -c NAME -f
)fish";

std::string quoted(std::string_view text) {
  std::string escaped = with_all_replaced(std::string{text}, "\\", "\\\\");
  return "'" + with_all_replaced(std::move(escaped), "'", "\\'") + "'";
}

std::string quoted_words(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + quoted(word);
  return line;
}

// The values of an option or positional, as an argument of -a; empty: none can be offered.
std::string values(const std::string& program, const Option& option) {
  if (!option.choices.empty()) return quoted(fmt::format("{}", fmt::join(option.choices, " ")));
  if (option.paths == Paths::files) return fmt::format("'(__{}_files)'", program);
  if (option.paths == Paths::scenarios) return fmt::format("'(__{}_scenarios)'", program);
  if (option.paths == Paths::folders) return "'(__fish_complete_directories)'";
  return {};
}

std::string option_names(const Option& option) {
  std::string names;
  for (const std::string& name : option.names)
    names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  return names;
}

std::string complete_line(const std::string& program, const std::string& condition,
                          const std::string& what, const std::string& about) {
  return fmt::format("complete -c {} -n {}{} -d {}\n", program, quoted(condition), what,
                     quoted(first_line(about)));
}

std::string option_line(const std::string& program, const std::string& path, const Option& option) {
  std::string what = option_names(option);
  if (!option.value.empty()) what += " -x";
  if (const std::string offers = values(program, option); !offers.empty()) what += " -a " + offers;
  return complete_line(program, fmt::format("__{}_at {}", program, path), what, option.about);
}

std::string positional_lines(const std::string& program, const PlacedCommand& placed) {
  const Command& command = *placed.command;
  std::string lines;
  for (std::size_t at = 0; at < command.positionals.size(); ++at) {
    const Option& positional = command.positionals[at];
    const std::string offers = values(program, positional);
    if (offers.empty()) continue;
    const auto condition = fmt::format("__{}_awaits {} {} {} {}", program, quoted(placed.path),
                                       positional.repeatable ? "-ge" : "-eq", at,
                                       fmt::join(names_with_value(command.options), " "));
    lines += complete_line(program, condition, " -a " + offers, positional.about);
  }
  return lines;
}

std::string lines_of(const std::string& program, const PlacedCommand& placed) {
  const Command& command = *placed.command;
  std::string lines;
  for (const Command& below : command.commands)
    lines += complete_line(program, fmt::format("__{}_at {}", program, placed.path),
                           " -a " + quoted(below.name), below.about);
  for (const Option& option : command.options) lines += option_line(program, placed.path, option);
  return lines + positional_lines(program, placed);
}

}  // namespace

std::string fish_completion(const Command& root) {
  std::vector<std::string> paths;
  std::string lines;
  for (const PlacedCommand& placed : all_commands(root)) {
    paths.push_back(placed.path);
    lines += lines_of(root.name, placed);
  }
  std::string logic = with_all_replaced(std::string{kLogic}, "NAME", root.name);
  logic = with_all_replaced(std::move(logic), "PATHS", quoted_words(paths));
  return fmt::format("# Completion of {0} for fish, made by `{0} completion fish`.\n", root.name) +
         logic + lines;
}

}  // namespace gauntlet::sim
