#include "sim/orchestrator/whereabouts.hpp"

#include <fmt/format.h>

#include <utility>

#include "scenarios/terms/url.hpp"
#include "sim/live/resolve.hpp"

namespace gauntlet::sim {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{5};

}  // namespace

std::optional<Obstacle> Whereabouts::find(Endpoint at, std::string_view whose,
                                          const std::string& text, const TlsClientOptions& tls,
                                          const Path& path) {
  using Whose = Obstacle::Whose;
  const auto url = parse_url(text);
  if (!url)
    return Obstacle{Whose::user,
                    fmt::format("the {}'s URL `{}` is wrong: {}", whose, text, url.error())};
  auto context = tls_for(url.value(), tls);
  if (!context)
    return Obstacle{Whose::user, fmt::format("TLS to the {}: {}", whose, context.error())};
  auto found = find_listener(url.value(), std::move(context).value(), kTimeout);
  if (!found)
    return Obstacle{Whose::target, fmt::format("the {} at {} cannot be reached: {}", whose,
                                               url.value().authority(), found.error())};
  const auto index = static_cast<std::size_t>(at);
  const std::string& given = url.value().path;
  destinations[index] = std::move(found).value();
  places[index] = {url.value().authority(), path ? path(given) : given};
  return std::nullopt;
}

}  // namespace gauntlet::sim
