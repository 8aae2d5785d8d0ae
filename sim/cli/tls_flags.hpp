// The flags of every command that may speak TLS.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "scenarios/terms/tls.hpp"

namespace gauntlet::sim {

/// Of a client at the terminal: whom it believes, and who it is.
void add_tls_flags(CLI::App& command, TlsClientOptions& tls);

/// Of a scenario's clients. @param overrides  "key=value", of the scenario.
void add_ca_flag(CLI::App& command, std::vector<std::string>& overrides);

/// Of an embedded server. @param options  "key=value", as under `embedded:` in a scenario.
void add_certificate_flags(CLI::App& command, std::vector<std::string>& options);

}  // namespace gauntlet::sim
