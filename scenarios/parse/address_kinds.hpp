// The kinds of addresses of real servers. They are checked and made whole here, so that nobody
// after the parser has to.
#pragma once

#include <string>

#include "scenarios/model/targets.hpp"
#include "scenarios/parse/kind.hpp"

namespace gauntlet::scenarios {

/// One address for both: http://host:port registers, ws://host:port/arc connects; from either.
const Kind<RelayAddress>& relay_address();
/// One IPv4 address, or several in a row: 127.0.0.1 to 127.0.0.20.
const Kind<Ipv4Range>& ipv4_range();
/// One address for both: http://host:port controls, ws://host:port/ws is the socket; a ws address
/// leaves the control to others.
const Kind<ArenaAddress>& arena_address();

/// http://host:port
const Kind<std::string>& http_origin();
/// ws://host:port/path, the path as given or else the default one.
Kind<std::string> socket_url(std::string path);

}  // namespace gauntlet::scenarios
