// Scenario -> the embedded servers it asks for, and where each endpoint of theirs is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/model/scenario.hpp"
#include "scenarios/terms/result.hpp"
#include "scenarios/terms/tls.hpp"
#include "sim/machine/machine.hpp"
#include "sim/machine/target.hpp"
#include "sim/wire/tls.hpp"

namespace gauntlet::sim {

struct Embedded {
  std::unique_ptr<Target> target;
  std::size_t message_bytes_max{0};
  bool two_ports{false};  // the second one for HTTP
  Endpoint http{};
  Endpoint socket{};
  std::string_view name;  // "relay"
  std::optional<TlsServerOptions> tls;
};

/// Where clients of the same process find an embedded server.
inline constexpr const char* kEmbeddedHost = "127.0.0.1";

/// Both ends of the connections to an embedded server; empty without TLS.
struct EmbeddedTls {
  std::optional<wire::TlsContext> server;
  std::optional<wire::TlsContext> client;
};

/// @error A file that cannot be used; or why its clients would not get in with these options.
Result<EmbeddedTls, std::string> tls_of(const Embedded& server, const TlsClientOptions& clients);

std::unique_ptr<Target> make_relay(const scenarios::RelayOptions& options, std::uint64_t seed,
                                   std::int64_t epoch_unix_ms);
std::unique_ptr<Target> make_arena(const scenarios::ArenaOptions& options, std::uint64_t seed,
                                   std::int64_t epoch_unix_ms);

/// The servers that the scenario wants embedded; none when it names real ones.
/// @param epoch_unix_ms  the wall-clock time of the run's start, for the timestamps they give.
std::vector<Embedded> make_embedded(const scenarios::Scenario& scenario,
                                    std::int64_t epoch_unix_ms);

/// The path of an endpoint of an embedded server.
constexpr const char* path_of(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::relay_socket:
      return "/arc";
    case Endpoint::arena_socket:
      return "/ws";
    case Endpoint::relay_http:
    case Endpoint::arena_http:
    case Endpoint::model_servers:
    case Endpoint::more_relays:
      break;
  }
  return "/";
}

}  // namespace gauntlet::sim
