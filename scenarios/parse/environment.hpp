// Environment variables in a scenario: ${NAME}, ${NAME:-default}; $${ stands for a plain ${.
//
// They are put in after the YAML was read, scalar by scalar: whatever a variable holds, it can
// change one value and never the shape of the file.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/terms/result.hpp"

namespace gauntlet::scenarios {

using Environment = std::function<std::optional<std::string>(std::string_view)>;

struct Substitution {
  std::string text;
  bool substituted{false};  // a variable was in it
};

struct SubstitutionProblem {
  std::size_t offset;  // of the `$`
  std::string what;
  std::string fix;
};

Result<Substitution, SubstitutionProblem> substitute(std::string_view text,
                                                     const Environment& environment);

/// The text that substitute() turns into this one, whatever the environment.
std::string without_variables(std::string_view text);

/// Matches a text with a variable in it (ECMA 262).
inline constexpr std::string_view kVariablePattern =
    R"((^|[^$])\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\})";

}  // namespace gauntlet::scenarios
