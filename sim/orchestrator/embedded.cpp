#include "sim/orchestrator/embedded.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/target/arena.hpp"
#include "sim/target/relay.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint32_t kRelayStream = 0;
constexpr std::uint32_t kArenaStream = 1;
constexpr std::uint32_t kStreamsOfALife = 2;

// What an embedded relay still answers with an error message of its own; longer messages end the
// connection, as on any server.
constexpr std::size_t kRelayFrameBytesMax = 1024 * 1024;

}  // namespace

std::unique_ptr<Target> make_relay(const scenarios::RelayOptions& options, std::uint64_t seed,
                                   std::int64_t epoch_unix_ms, std::uint32_t life) {
  const Stream random{seed, 0, Purpose::target, kRelayStream + kStreamsOfALife * life};
  return std::make_unique<EmbeddedRelay>(options, random, epoch_unix_ms);
}

std::unique_ptr<Target> make_arena(const scenarios::ArenaOptions& options, std::uint64_t seed,
                                   std::int64_t epoch_unix_ms, std::uint32_t life) {
  const Stream random{seed, 0, Purpose::target, kArenaStream + kStreamsOfALife * life};
  return std::make_unique<EmbeddedArena>(options, random, epoch_unix_ms);
}

std::vector<Embedded> make_embedded(const scenarios::Scenario& scenario,
                                    std::int64_t epoch_unix_ms) {
  std::vector<Embedded> all;
  const scenarios::Targets& targets = scenario.targets;
  if (const auto* options =
          targets.relay ? std::get_if<scenarios::RelayOptions>(&*targets.relay) : nullptr) {
    Embedded& relay = all.emplace_back();
    relay.make = [options = *options, seed = scenario.seed, epoch_unix_ms](std::uint32_t life) {
      return make_relay(options, seed, epoch_unix_ms, life);
    };
    relay.which = scenarios::Selection::Among::relay;
    relay.rules = {kRelayFrameBytesMax, options->defects};
    relay.two_ports = options->register_port_apart;
    relay.http = Endpoint::relay_http;
    relay.socket = Endpoint::relay_socket;
    relay.name = "relay";
    relay.tls = options->tls;
  }
  if (const auto* options =
          targets.arena ? std::get_if<scenarios::ArenaOptions>(&*targets.arena) : nullptr) {
    Embedded& arena = all.emplace_back();
    arena.make = [options = *options, seed = scenario.seed, epoch_unix_ms](std::uint32_t life) {
      return make_arena(options, seed, epoch_unix_ms, life);
    };
    arena.which = scenarios::Selection::Among::arena;
    arena.rules = {options->message_bytes_max, options->defects};
    arena.http = Endpoint::arena_http;
    arena.socket = Endpoint::arena_socket;
    arena.name = "arena";
    arena.tls = options->tls;
  }
  return all;
}

Result<EmbeddedTls, std::string> tls_of(const Embedded& server, const TlsClientOptions& clients) {
  if (!server.tls) return EmbeddedTls{};
  auto shown = wire::TlsContext::server(*server.tls);
  if (!shown) return fail(fmt::format("TLS of the embedded {}: {}", server.name, shown.error()));
  auto expected = wire::TlsContext::client(clients);
  if (!expected)
    return fail(fmt::format("TLS to the embedded {}: {}", server.name, expected.error()));
  if (const auto why = wire::why_not(expected.value(), kEmbeddedHost, shown.value()))
    return fail(
        fmt::format("the embedded {} would let nobody in over TLS: {}\n  fix: it is reached at {}; "
                    "`targets.tls` says whom its clients trust and who they are",
                    server.name, *why, kEmbeddedHost));
  return EmbeddedTls{std::move(shown).value(), std::move(expected).value()};
}

}  // namespace gauntlet::sim
