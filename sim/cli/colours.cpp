#include "sim/cli/colours.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace gauntlet::sim {
namespace {

std::string_view environment_says(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

}  // namespace

bool shows_colours() {
  return isatty(STDOUT_FILENO) != 0 && environment_says("NO_COLOR").empty() &&
         environment_says("TERM") != "dumb";
}

}  // namespace gauntlet::sim
