// The kinds of what TLS needs: whom to trust, and who one is.
#pragma once

#include "scenarios/parse/kind.hpp"
#include "scenarios/terms/tls.hpp"

namespace gauntlet::scenarios {

Kind<TlsClientOptions> tls_client();
Kind<TlsServerOptions> tls_server();

}  // namespace gauntlet::scenarios
