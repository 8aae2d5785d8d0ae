// The test call to a model server, before anybody asks it for tokens.
#pragma once

#include <optional>
#include <string>

#include "sim/machine/machine.hpp"
#include "sim/orchestrator/whereabouts.hpp"

namespace gauntlet::sim {

struct ServerTest {
  Endpoint at;
  std::string path;  // what to GET
  Secret bearer;     // an API key; empty: none
};

/// Asks once, and waits for the reply.
/// @return What is wrong, as a clause for the user ("it answered 404 to GET /api/tags"); nothing
///         when the answer was a success.
std::optional<std::string> test_server(const ServerTest& test, const Whereabouts& where);

}  // namespace gauntlet::sim
