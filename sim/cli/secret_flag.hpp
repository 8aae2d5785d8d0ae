// A flag whose value is a secret.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "scenarios/terms/secret.hpp"
#include "sim/cli/read_app.hpp"

namespace gauntlet::sim {

inline CLI::Option* add_secret(CLI::App& command, const std::string& flag, Secret& secret,
                               const std::string& what) {
  return command
      .add_option_function<std::string>(
          flag, [&secret](const std::string& text) { secret = Secret{text}; }, what)
      ->type_name(kSecret);
}

}  // namespace gauntlet::sim
