#include "scenarios/parse/environment.hpp"

#include <cctype>

namespace gauntlet::scenarios {
namespace {

bool is_name(std::string_view name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0) return false;
  for (const char c : name)
    if (c != '_' && std::isalnum(static_cast<unsigned char>(c)) == 0) return false;
  return true;
}

}  // namespace

Result<Substitution, SubstitutionProblem> substitute(std::string_view text,
                                                     const Environment& environment) {
  Substitution result;
  std::size_t done = 0;
  for (;;) {
    const std::size_t begin = text.find("${", done);
    result.text += text.substr(done, begin - done);
    if (begin == std::string_view::npos) return result;
    if (begin > done && text[begin - 1] == '$') {  // $${: the first $ is out already
      result.text += '{';
      done = begin + 2;
      continue;
    }
    const std::size_t end = text.find('}', begin);
    if (end == std::string_view::npos)
      return fail(SubstitutionProblem{begin, "`${` is never closed",
                                      "close it with `}`, or write `$${` for a plain `${`"});
    const std::string_view inside = text.substr(begin + 2, end - begin - 2);
    const std::size_t separator = inside.find(":-");
    const std::string name{inside.substr(0, separator)};
    if (!is_name(name))
      return fail(
          SubstitutionProblem{begin, "`" + name + "` is not the name of an environment variable",
                              "write `${NAME}` or `${NAME:-default}`, or `$${` for a plain `${`"});
    auto value = environment ? environment(name) : std::nullopt;
    if (separator != std::string_view::npos && (!value || value->empty()))
      value = std::string{inside.substr(separator + 2)};
    if (!value)
      return fail(SubstitutionProblem{begin, "the environment variable " + name + " is not set",
                                      "set it, or give a default: `${" + name + ":-...}`"});
    result.text += *value;
    result.substituted = true;
    done = end + 1;
  }
}

std::string without_variables(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "${") escaped += '$';
    escaped += text[i];
  }
  return escaped;
}

}  // namespace gauntlet::scenarios
