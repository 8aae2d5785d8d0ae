// From a URL to an address that answers, before the run begins.
#pragma once

#include <string>

#include "scenarios/terms/result.hpp"
#include "scenarios/terms/time.hpp"
#include "scenarios/terms/url.hpp"
#include "sim/live/socket_links.hpp"

namespace gauntlet::sim {

/// Looks the host up and connects once, to see that somebody listens.
/// @error One clause for the user: the cause, without the address ("connection refused").
Result<Tcp::endpoint, std::string> find_listener(const Url& url, Duration timeout);

}  // namespace gauntlet::sim
