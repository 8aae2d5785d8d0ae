#include "sim/cli/command_tree.hpp"

namespace gauntlet::sim {
namespace {

void collect(const Command& command, const std::string& path, std::vector<PlacedCommand>& all) {
  all.push_back({path, &command});
  for (const Command& below : command.commands) collect(below, path + ' ' + below.name, all);
}

}  // namespace

std::vector<PlacedCommand> all_commands(const Command& root) {
  std::vector<PlacedCommand> all;
  collect(root, root.name, all);
  return all;
}

}  // namespace gauntlet::sim
