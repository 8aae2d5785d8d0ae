#include "sim/orchestrator/embedded_servers.hpp"

#include <fmt/format.h>

#include <utility>

namespace gauntlet::sim {

std::optional<Obstacle> EmbeddedServers::put_up(const scenarios::Scenario& scenario,
                                                std::int64_t epoch_unix_ms, const MakeTarget& make,
                                                Whereabouts& where) {
  const TlsClientOptions clients = scenario.targets.tls.value_or(TlsClientOptions{});
  for (const Embedded& server : make_embedded(scenario, epoch_unix_ms))
    if (auto obstacle = put_up(server, clients, make, where)) return obstacle;
  return std::nullopt;
}

std::optional<Obstacle> EmbeddedServers::put_up(const Embedded& server,
                                                const TlsClientOptions& clients,
                                                const MakeTarget& make, Whereabouts& where) {
  auto tls = tls_of(server, clients);
  if (!tls) return Obstacle{Obstacle::Whose::user, tls.error()};
  workers_.push_back(std::make_unique<Worker>(clock_, log_));
  workers_.back()->add_host(
      server.name, make(server), server.rules, [&](Host& host, SocketLinks& links) {
        const auto put = [&](Endpoint endpoint, std::uint16_t port) {
          const auto index = static_cast<std::size_t>(endpoint);
          const auto here = boost::asio::ip::address_v4::loopback();
          where.destinations[index] = {{here, port}, tls.value().client, kEmbeddedHost};
          where.places[index] = {fmt::format("{}:{}", kEmbeddedHost, port), path_of(endpoint)};
        };
        const Tcp::endpoint anywhere{boost::asio::ip::address_v4::loopback(), 0};
        const auto listen = [&](std::uint8_t port) {
          return links.listen(anywhere, host, port, tls.value().server);
        };
        const std::uint16_t main_port = listen(0);
        put(server.socket, main_port);
        put(server.http, server.two_ports ? listen(1) : main_port);
      });
  return std::nullopt;
}

void EmbeddedServers::start() {
  for (const auto& worker : workers_) worker->start();
}

void EmbeddedServers::stop() {
  for (const auto& worker : workers_) worker->stop();
}

}  // namespace gauntlet::sim
