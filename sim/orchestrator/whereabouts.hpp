// Where the servers are that clients talk to.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/terms/tls.hpp"
#include "sim/live/socket_links.hpp"
#include "sim/orchestrator/obstacle.hpp"
#include "sim/session/context.hpp"

namespace gauntlet::sim {

struct Whereabouts {
  Destinations destinations{};
  Places places{};

  using Path = std::function<std::string(const std::string& given)>;

  /// Sees that somebody listens at a URL and, with TLS, that it is who it should be.
  /// @param whose  "arena", as a sentence is to call it.
  /// @param path   the endpoint's, by the URL's own; without: that.
  std::optional<Obstacle> find(Endpoint at, std::string_view whose, const std::string& text,
                               const TlsClientOptions& tls, const Path& path = {});
};

}  // namespace gauntlet::sim
