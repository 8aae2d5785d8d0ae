// `gauntlet proxy`: the faults of the network in front of somebody else's clients.
#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <sstream>

#include "scenarios/parse/proxy_faults.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/sentences.hpp"
#include "sim/fault/faulty_links.hpp"
#include "sim/fault/proxy.hpp"
#include "sim/live/resolve.hpp"
#include "sim/live/worker.hpp"

namespace gauntlet::sim {
namespace {

namespace asio = boost::asio;

constexpr Duration kAnswerTime = std::chrono::seconds{5};

/// Where to listen, or nothing: "127.0.0.1:9000", "[::1]:9000", "9000".
std::optional<Tcp::endpoint> place_to_listen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const std::string digits = colon == std::string::npos ? text : text.substr(colon + 1);
  std::string host = colon == std::string::npos ? "127.0.0.1" : text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error || wrong != std::errc{} || digits.empty() || end != digits.data() + digits.size())
    return std::nullopt;
  return Tcp::endpoint{address, port};
}

std::string in_words(const Tcp::endpoint& place) {
  std::ostringstream text;
  text << place;
  return text.str();
}

void print_tally(const ProxyTally& tally) {
  fmt::print("{}, {} not taken by the target; {} bytes to it, {} bytes back\n",
             counted(tally.connections, "connection"), tally.unreachable, tally.bytes_to_target,
             tally.bytes_from_target);
  for (const FaultDef& fault : kFaults)
    if (const auto times = tally.faults[static_cast<std::size_t>(fault.kind)]; times > 0)
      fmt::print("  {:<18} {}\n", fault.name, counted(times, "time"));
}

void stay_until_told(std::optional<Duration> at_most) {
  asio::io_context control;
  asio::signal_set signals{control, SIGINT, SIGTERM};
  asio::steady_timer timer{control};
  signals.async_wait([&](const auto&, int) { control.stop(); });
  if (at_most) {
    timer.expires_after(*at_most);
    timer.async_wait([&](const auto&) { control.stop(); });
  }
  control.run();
}

}  // namespace

ExitCode proxy_command(const ProxyFlags& flags) {
  const auto faults = load_proxy_faults(flags.faults, flags.seed);
  if (!faults) return ExitCode::usage;
  const auto listen = place_to_listen(flags.listen);
  if (!listen) {
    fmt::print(stderr,
               "gauntlet: --listen {}: not an address with a port, such as 127.0.0.1:9000\n",
               flags.listen);
    return ExitCode::usage;
  }
  const auto target = parse_url("http://" + flags.to);
  if (!target) {
    fmt::print(stderr, "gauntlet: --to {}: {}; write HOST:PORT\n", flags.to, target.error());
    return ExitCode::usage;
  }
  const auto found = find_listener(target.value(), {}, kAnswerTime);
  if (!found)
    return refuse(
        {Obstacle::Whose::target, fmt::format("the target at {} cannot be reached: {}",
                                              target.value().authority(), found.error())});

  const scenarios::Scenario scenario = scenario_of_connections(faults->seed, faults->faults);
  const auto recording = std::make_shared<metrics::Recorder>();
  const Clock clock;
  Worker worker{clock, no_log(), recording};
  Destinations destinations;
  destinations[static_cast<std::size_t>(Endpoint::relay_socket)] = found.value();
  worker.links().set_destinations(destinations);
  auto between = std::make_unique<FaultyLinks>(worker.links(), scenario, *recording,
                                               FaultyLinks::Blame::hidden);
  Proxy proxy{worker.links(), *between, scenario,
              flags.duration ? at(*flags.duration) : Instant::max()};
  worker.look_after(proxy);
  worker.put_between(std::move(between));
  try {
    const std::uint16_t port = worker.links().listen(*listen, proxy, 0);
    fmt::print("proxy on {}, to {}\n", in_words({listen->address(), port}),
               target.value().authority());
    std::fflush(stdout);
  } catch (const boost::system::system_error& problem) {
    fmt::print(stderr, "gauntlet: {}\n", cannot_listen(in_words(*listen), problem.code()));
    return ExitCode::usage;
  }
  worker.start();
  stay_until_told(flags.duration);
  worker.stop();
  print_tally(proxy.tally());
  return ExitCode::met;
}

}  // namespace gauntlet::sim
