// From a URL to an address that answers, before the run begins.
#pragma once

#include <optional>
#include <string>

#include "scenarios/terms/result.hpp"
#include "scenarios/terms/time.hpp"
#include "scenarios/terms/tls.hpp"
#include "scenarios/terms/url.hpp"
#include "sim/live/socket_links.hpp"

namespace gauntlet::sim {

/// For a URL that asks for TLS; nothing for one that does not.
/// @error About one of the files, for the user.
Result<std::optional<wire::TlsContext>, std::string> tls_for(const Url& url,
                                                             const TlsClientOptions& options);

/// Looks the host up and connects once, to see that somebody listens and, with TLS, who.
/// @error One clause for the user: the cause, without the address ("connection refused").
Result<Destination, std::string> find_listener(const Url& url, std::optional<wire::TlsContext> tls,
                                               Duration timeout);

}  // namespace gauntlet::sim
