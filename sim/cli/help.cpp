#include "sim/cli/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <string_view>

#include "metrics/report/lines.hpp"
#include "sim/cli/read_app.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::size_t kTermColumns = 26;

std::string item(const std::string& term, const std::string& about) {
  const std::string indented = "  " + term;
  const bool fits = metrics::width_of(indented) < kTermColumns;
  metrics::Lines lines;
  if (!fits) lines.push_back(indented);
  metrics::append(lines,
                  metrics::wrapped(metrics::padded(fits ? indented : "", kTermColumns), about));
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

std::string term_of(const Option& option) {
  const bool positional = !option.names.front().starts_with('-');
  std::string term = fmt::format("{}", fmt::join(option.names, ", "));
  if (!option.choices.empty())
    term += fmt::format(" {}", fmt::join(option.choices, "|"));
  else if (!positional && !option.value.empty())
    term += " " + option.value;
  return option.repeatable ? term + " ..." : term;
}

}  // namespace

std::string help_of(const Option& option) {
  std::string about = option.about;
  if (!option.fallback.empty()) about += fmt::format(" ({})", option.fallback);
  if (!option.environment.empty()) about += fmt::format("; or ${}", option.environment);
  if (option.required) about += "; required";
  return item(term_of(option), about);
}

std::string help_of(const ExitSentence& row) {
  const std::string lead = fmt::format("  {:<4}", static_cast<int>(row.code));
  return fmt::format("{}\n", fmt::join(metrics::wrapped(lead, row.sentence), "\n"));
}

std::string help_of(const Command& command) { return item(command.name, command.about); }

std::string HelpFormatter::make_option(const CLI::Option* option, bool) const {
  return help_of(read_option(*option));
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  return help_of(Command{.name = command->get_name(), .about = command->get_description()});
}

}  // namespace gauntlet::sim
