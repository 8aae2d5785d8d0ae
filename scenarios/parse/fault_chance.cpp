#include "scenarios/parse/fault_chance.hpp"

namespace gauntlet::scenarios {

std::optional<Futility> futility_of(const Fault& fault, const std::string& path) {
  const std::string name{def(fault.action.kind).name};
  if (fault.probability <= 0)
    return Futility{path + ".probability",
                    path + ".probability is 0%, so " + name + " never happens",
                    "write more than 0%, or remove the fault"};
  if (fault.action.share <= 0)
    return Futility{path + ".do." + name + ".share",
                    path + ".do." + name + ".share is 0%, so it befalls no message",
                    "write more than 0%, or remove the fault"};
  return std::nullopt;
}

}  // namespace gauntlet::scenarios
