#include "sim/conformance/beside_load.hpp"

namespace gauntlet::sim::conformance {

std::optional<std::string_view> why_not_beside_load(const Case& row) {
  if (row.manner == Manner::hostile) return "it attacks the server, and so the load";
  if (row.need == Need::own_session && row.manner == Manner::beside)
    return "it needs an arena that has no session yet";
  if (row.need == Need::own_session) return "it ends the session that the load is in";
  if (row.need == Need::control) return "it plays rounds, and so does the load";
  if (row.manner == Manner::alone) return "it needs the server to itself";
  if (row.slow) return "it takes minutes";
  return std::nullopt;
}

}  // namespace gauntlet::sim::conformance
