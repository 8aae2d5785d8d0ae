// A flag whose value is a duration, spelt as in a scenario.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "scenarios/parse/quantity.hpp"
#include "sim/cli/read_app.hpp"

namespace gauntlet::sim {

/// @param take  told a duration above 0.
inline CLI::Option* add_duration(CLI::App& command, const std::string& flag,
                                 const std::function<void(Duration)>& take,
                                 const std::string& what) {
  const CLI::Validator above_zero{[](std::string& text) -> std::string {
                                    const auto duration = scenarios::parse_duration(text);
                                    if (duration && duration.value() > Duration::zero()) return {};
                                    return "`" + text + "` is not a duration above 0, such as 30s";
                                  },
                                  ""};
  return command
      .add_option_function<std::string>(
          flag, [take](const std::string& text) { take(scenarios::parse_duration(text).value()); },
          what)
      ->type_name(kDuration)
      ->check(above_zero);
}

}  // namespace gauntlet::sim
