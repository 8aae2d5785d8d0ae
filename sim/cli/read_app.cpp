#include "sim/cli/read_app.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace gauntlet::sim {
namespace {

Paths paths_of(const std::string& value) {
  if (value == kFile) return Paths::files;
  if (value == kScenarioFile) return Paths::scenarios;
  return value == kFolder ? Paths::folders : Paths::none;
}

// A validator shows in the type's name alone: "TEXT:{ollama,mock}", "FLOAT:FLOAT in [0 - 2]".
void read_type(const std::string& type, Option& into) {
  const auto colon = type.find(':');
  const std::string last = colon == std::string::npos ? type : type.substr(colon + 1);
  if (last.starts_with('{') && last.ends_with('}')) {
    into.value = type.substr(0, colon);
    into.choices = CLI::detail::split(last.substr(1, last.size() - 2), ',');
  } else {
    into.value = last;
  }
  into.paths = paths_of(into.value);
}

std::vector<std::string> names_of(const CLI::Option& option) {
  if (option.get_positional()) return {option.get_name(true)};
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

// In an order of our own: CLI11's is that of addresses.
std::vector<std::string> needs_of(const CLI::Option& option) {
  std::vector<std::string> needs;
  for (const CLI::Option* needed : option.get_needs()) needs.push_back(names_of(*needed).back());
  std::ranges::sort(needs);
  return needs;
}

}  // namespace

Option read_option(const CLI::Option& option) {
  Option read{.names = names_of(option), .about = option.get_description()};
  read_type(option.get_type_name(), read);
  read.fallback = option.get_default_str();
  read.environment = option.get_envname();
  read.needs = needs_of(option);
  read.required = option.get_required();
  read.repeatable = option.get_expected_max() == CLI::detail::expected_max_vector_size;
  return read;
}

Command read_app(const CLI::App& app) {
  Command command{.name = app.get_name(), .about = app.get_description()};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // how CLI11 hides one from --help
    auto& kind = option->get_positional() ? command.positionals : command.options;
    kind.push_back(read_option(*option));
  }
  for (const CLI::App* below : app.get_subcommands([](const CLI::App*) { return true; }))
    command.commands.push_back(read_app(*below));
  return command;
}

}  // namespace gauntlet::sim
