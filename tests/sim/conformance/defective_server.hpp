// The whole suite against an embedded server with one defect, in virtual time.
#pragma once

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "scenarios/terms/defect_table.hpp"
#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"
#include "tests/sim/conformance/virtual_suite.hpp"

namespace gauntlet::sim::conformance {

/// Cases that did not pass, and how, by id.
using Broken = std::map<std::string_view, Verdict>;

/// What the suite finds in one server, from its start to its end.
inline Broken broken_of(const std::vector<const Case*>& cases, DefectOf server, Defects defects,
                        bool slow) {
  const bool relay = server == DefectOf::relay;
  std::uint32_t lives = 0;
  const auto make = [&] {
    const std::uint32_t life = lives++;
    return relay ? make_relay({.token_lifetime = kTokenLifetime, .defects = defects}, 1,
                              kEpochUnixMs, life)
                 : make_arena({.defects = defects}, 1, kEpochUnixMs, life);
  };
  Restartable target{make(), make};
  const std::string expired = relay ? early_token_of(target) : std::string{};
  VirtualServer virtual_server{target,
                               {.message_bytes_max = 1024 * 1024, .defects = defects},
                               relay ? Endpoint::relay_http : Endpoint::arena_http,
                               relay ? Endpoint::relay_socket : Endpoint::arena_socket};
  if (relay) virtual_server.pass(kTokenLifetime);
  ArcBystanders agents;
  ArenaBystanders participants;
  Bystanders& bystanders = relay ? static_cast<Bystanders&>(agents) : participants;
  Broken broken;
  for (const CaseResult& result : virtual_server.run(
           cases, bystanders,
           {.slow = slow,
           .restart = [&] { target.restart(); },
           .premises = {.control = !relay, .own_session = !relay, .expired_token = expired},
           .door = relay ? Endpoint::relay_socket : Endpoint::arena_socket}))
    if (result.ruling.verdict != Verdict::pass && result.ruling.verdict != Verdict::skipped)
      broken.emplace(result.row->id, result.ruling.verdict);
  return broken;
}

/// What it finds in a server with this defect. Slow cases are played apart, against another such
/// server: bystanders that are dropped meanwhile are missed by nobody.
/// @param defect  of the WebSocket: looked for in a relay.
inline Broken broken_by(const DefectDef& defect) {
  const DefectOf server = defect.of == DefectOf::arena ? DefectOf::arena : DefectOf::relay;
  Broken broken;
  for (const bool slow : {false, true}) {
    std::vector<const Case*> cases = server == DefectOf::relay ? relay_cases() : arena_cases();
    std::erase_if(cases, [&](const Case* row) { return row->slow != slow; });
    broken.merge(broken_of(cases, server, {defect.id}, slow));
  }
  return broken;
}

}  // namespace gauntlet::sim::conformance
