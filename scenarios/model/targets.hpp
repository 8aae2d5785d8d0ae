// What is tested: embedded servers with their options, or the addresses of real ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/terms/defects.hpp"
#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/secret.hpp"
#include "scenarios/terms/time.hpp"
#include "scenarios/terms/tls.hpp"

namespace gauntlet::scenarios {

/// Every period, starting one period in, a server does nothing for a while: a fault whose effect on
/// latency is known by calculation.
struct Stall {
  Duration every;
  Duration lasting;
  bool operator==(const Stall&) const = default;
};

/// Options of the embedded relay. The defaults follow the ARC documents.
struct RelayOptions {
  bool register_port_apart{false};  // HTTP on the WebSocket's port + 1
  bool welcome{true};
  enum class BadToken : std::uint8_t { refuse_401, close_4001 };
  BadToken bad_token{BadToken::refuse_401};
  Duration token_lifetime{};    // from the registration on; 0: for ever. Then: a close with 4001
  bool double_delivery{false};  // a subscriber gets a broadcast twice, with the same id
  std::uint32_t message_bytes_max{64 * 1024};
  std::uint32_t messages_per_minute{0};  // per agent; 0: no limit. Above: `rate_limit`
  enum class RateLimit : std::uint8_t { close_4029, error };
  RateLimit rate_limit{RateLimit::close_4029};
  std::uint32_t registrations_per_minute{0};        // all together; 0: no limit. Above: HTTP 429
  Distribution service_time{Constant{Duration{}}};  // per message, one after another
  std::uint32_t queue_max{0};  // messages waiting for service; 0: no limit. Above: an error
  std::optional<Stall> stall;
  std::optional<TlsServerOptions> tls;
  Duration heartbeat{std::chrono::seconds{30}};  // silence after which an agent is pinged; 0: never
  Duration silence_max{std::chrono::seconds{60}};  // and after which it is dropped; 0: never
  /// Deliberate flaws, counted over deliveries: every nth is dropped, sent twice, or held back
  /// until after the next one to the same receiver. 0: never. They prove that we notice.
  std::uint32_t drop_every{0};
  std::uint32_t duplicate_every{0};
  std::uint32_t reorder_every{0};
  Defects defects;
  bool operator==(const RelayOptions&) const = default;
};

/// Options of the embedded arena.
struct ArenaOptions {
  std::uint32_t pin_length{6};
  std::uint32_t pin_hash_rounds{1000};  // PBKDF2-HMAC-SHA256 iterations
  std::uint32_t message_bytes_max{1024 * 1024};
  Duration heartbeat{std::chrono::seconds{30}};
  Duration silence_max{std::chrono::seconds{90}};  // then a client that answers no ping is dropped
  std::uint32_t requests_per_minute{0};            // HTTP; 0: no limit. Above: 429
  Distribution service_time{Constant{Duration{}}};
  std::optional<Stall> stall;
  std::optional<TlsServerOptions> tls;
  std::uint32_t drop_token_every{0};  // a deliberate flaw: every nth token is not taken
  Defects defects;
  bool operator==(const ArenaOptions&) const = default;
};

/// Real servers. URLs are checked by the parser: scheme, host, port, path.
struct RelayAddress {
  std::string register_url;  // http://host:port, or https
  std::string connect_url;   // ws://host:port/arc, or wss
  bool operator==(const RelayAddress&) const = default;
};

struct ArenaAddress {
  std::string socket_url;                  // ws://host:port/ws
  std::optional<std::string> control_url;  // http://host:port
  std::optional<Secret> pin;
  bool operator==(const ArenaAddress&) const = default;
};

/// Agents are spread over several relays by number: see Plan::relay_of().
using RelayAddresses = std::vector<RelayAddress>;
/// As many as there are endpoints for.
inline constexpr std::size_t kRelaysMax = 32;

struct Targets {
  std::optional<TlsClientOptions> tls;  // how clients meet those that speak TLS
  std::optional<std::variant<RelayOptions, RelayAddresses>> relay;
  std::optional<std::variant<ArenaOptions, ArenaAddress>> arena;
  bool operator==(const Targets&) const = default;
};

/// The addresses of real relays; empty without any.
inline RelayAddresses relay_addresses(const Targets& targets) {
  const auto* given = targets.relay ? std::get_if<RelayAddresses>(&*targets.relay) : nullptr;
  return given == nullptr ? RelayAddresses{} : *given;
}

}  // namespace gauntlet::scenarios
