#include "sim/orchestrator/embedded.hpp"

#include "sim/target/arena.hpp"
#include "sim/target/relay.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint32_t kRelayStream = 0;
constexpr std::uint32_t kArenaStream = 1;

// What an embedded relay still answers with an error message of its own; longer messages end the
// connection, as on any server.
constexpr std::size_t kRelayFrameBytesMax = 1024 * 1024;

}  // namespace

std::unique_ptr<Target> make_relay(const scenarios::RelayOptions& options, std::uint64_t seed,
                                   std::int64_t epoch_unix_ms) {
  return std::make_unique<EmbeddedRelay>(options, Stream{seed, 0, Purpose::target, kRelayStream},
                                         epoch_unix_ms);
}

std::unique_ptr<Target> make_arena(const scenarios::ArenaOptions& options, std::uint64_t seed,
                                   std::int64_t epoch_unix_ms) {
  return std::make_unique<EmbeddedArena>(options, Stream{seed, 0, Purpose::target, kArenaStream},
                                         epoch_unix_ms);
}

std::vector<Embedded> make_embedded(const scenarios::Scenario& scenario,
                                    std::int64_t epoch_unix_ms) {
  std::vector<Embedded> all;
  const scenarios::Targets& targets = scenario.targets;
  if (const auto* options =
          targets.relay ? std::get_if<scenarios::RelayOptions>(&*targets.relay) : nullptr)
    all.push_back({.target = make_relay(*options, scenario.seed, epoch_unix_ms),
                   .message_bytes_max = kRelayFrameBytesMax,
                   .two_ports = options->register_port_apart,
                   .http = Endpoint::relay_http,
                   .socket = Endpoint::relay_socket});
  if (const auto* options =
          targets.arena ? std::get_if<scenarios::ArenaOptions>(&*targets.arena) : nullptr)
    all.push_back({.target = make_arena(*options, scenario.seed, epoch_unix_ms),
                   .message_bytes_max = options->message_bytes_max,
                   .two_ports = false,
                   .http = Endpoint::arena_http,
                   .socket = Endpoint::arena_socket});
  return all;
}

}  // namespace gauntlet::sim
