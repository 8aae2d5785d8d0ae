// Scenario -> the embedded servers it asks for, and where each endpoint of theirs is.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/model/scenario.hpp"
#include "scenarios/terms/result.hpp"
#include "scenarios/terms/tls.hpp"
#include "sim/machine/machine.hpp"
#include "sim/machine/target.hpp"
#include "sim/session/host.hpp"
#include "sim/wire/tls.hpp"

namespace gauntlet::sim {

struct Embedded {
  /// The server as it is when its process has just started, for the nth time, from 0.
  std::function<std::unique_ptr<Target>(std::uint32_t life)> make;
  scenarios::Selection::Among which{};  // for faults
  HostRules rules{};
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

/// @param life  how often it was started before: tokens, ids and PINs are others each time.
std::unique_ptr<Target> make_relay(const scenarios::RelayOptions& options, std::uint64_t seed,
                                   std::int64_t epoch_unix_ms, std::uint32_t life = 0);
std::unique_ptr<Target> make_arena(const scenarios::ArenaOptions& options, std::uint64_t seed,
                                   std::int64_t epoch_unix_ms, std::uint32_t life = 0);

/// The servers that the scenario wants embedded; none when it names real ones.
/// @param epoch_unix_ms  the wall-clock time of the run's start, for the timestamps they give.
std::vector<Embedded> make_embedded(const scenarios::Scenario& scenario,
                                    std::int64_t epoch_unix_ms);

/// How a server of a run is made of what the scenario asks for.
using MakeTarget = std::function<std::unique_ptr<Target>(const Embedded& server)>;
/// Without the faults of the scenario.
inline std::unique_ptr<Target> without_faults(const Embedded& server) { return server.make(0); }

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
