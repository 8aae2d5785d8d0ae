// What a proxy does to other people's connections: a file of its own, with the faults of a
// scenario.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "scenarios/model/fault.hpp"
#include "scenarios/parse/parse.hpp"
#include "scenarios/terms/diagnostic.hpp"

namespace gauntlet::scenarios {

struct ProxyFaults {
  std::uint64_t seed{1};
  std::vector<Fault> faults;
};

/// `content` is set exactly when there are no problems.
struct ParsedProxyFaults {
  std::optional<ProxyFaults> content;
  Diagnostics problems;
};

/// Reads `seed` and `faults`: those of the network, to everyone, to a share of all connections or
/// to one of them (`agent-3`, from 0, in the order in which they come). Reports every mistake.
ParsedProxyFaults parse_proxy_faults(std::string_view text, const ParseOptions& options);

}  // namespace gauntlet::scenarios
