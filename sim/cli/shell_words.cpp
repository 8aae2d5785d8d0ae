#include "sim/cli/shell_words.hpp"

#include <algorithm>
#include <iterator>

namespace gauntlet::sim {

std::string with_all_replaced(std::string text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

std::string first_line(std::string_view text) {
  return std::string{text.substr(0, text.find('\n'))};
}

std::string single_quoted(std::string_view text) {
  return "'" + with_all_replaced(std::string{text}, "'", R"('\'')") + "'";
}

std::vector<std::string> names_of(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  std::ranges::transform(commands, std::back_inserter(names), &Command::name);
  return names;
}

std::vector<std::string> names_of(const std::vector<Option>& options) {
  std::vector<std::string> names;
  for (const Option& option : options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

std::vector<std::string> names_with_value(const std::vector<Option>& options) {
  std::vector<Option> valued;
  std::ranges::copy_if(options, std::back_inserter(valued),
                       [](const Option& option) { return !option.value.empty(); });
  return names_of(valued);
}

}  // namespace gauntlet::sim
