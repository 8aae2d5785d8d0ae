// `gauntlet serve`: an embedded target alone, until it is interrupted.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <sstream>

#include "scenarios/terms/defect_table.hpp"
#include "scenarios/terms/nearest.hpp"
#include "scenarios/terms/url.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/sentences.hpp"
#include "sim/live/worker.hpp"
#include "sim/orchestrator/embedded.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint16_t kRelayPort = 8080;  // as in ARC's documents
constexpr std::uint16_t kArenaPort = 3000;  // as in the arena client's

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string in_words(const Tcp::endpoint& place) {
  std::ostringstream text;
  text << place;
  return text.str();
}

void print_places(const Embedded& server, const ServeFlags& flags, std::uint16_t main_port,
                  std::uint16_t second_port) {
  const auto place = [&](std::string scheme, std::uint16_t port, const char* path) {
    if (server.tls) scheme += 's';
    return to_string(Url{.scheme = scheme, .host = flags.bind, .port = port, .path = path});
  };
  fmt::print("{} on {}  {}\n", flags.arena ? "arena" : "relay",
             place("http", second_port, flags.arena ? "/" : "/register"),
             place("ws", main_port, path_of(server.socket)));
  std::fflush(stdout);
}

// By the flag that was given, rather than by the option that it stands for.
bool knows(const ServeFlags& flags, const std::string& defect) {
  std::vector<std::string> known;
  for (const DefectDef& each : kDefects)
    if (is_of(each, flags.arena ? DefectOf::arena : DefectOf::relay)) known.emplace_back(each.name);
  if (std::ranges::find(known, defect) != known.end()) return true;
  const std::string meant = nearest(defect, known);
  (void)refuse({Obstacle::Whose::user, "--defect " + defect + ": no defect of that name",
                meant.empty() ? "use one of those in docs/scenario.md, such as " + known.front()
                              : "write " + meant});
  return false;
}

}  // namespace

ExitCode serve_command(const ServeFlags& flags) {
  std::vector<std::string> options = flags.options;
  bool all_known = true;
  for (const std::string& defect : flags.defects) all_known &= knows(flags, defect);
  if (!all_known) return ExitCode::usage;
  if (!flags.defects.empty())
    options.push_back(fmt::format("defects=[{}]", fmt::join(flags.defects, ", ")));
  const auto scenario = load_server_options(flags.arena ? "arena" : "relay", options, flags.seed);
  if (!scenario) return ExitCode::usage;
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(flags.bind, error);
  if (error) {
    fmt::print(stderr, "gauntlet: --bind {}: not an IP address\n", flags.bind);
    return ExitCode::usage;
  }
  const std::uint16_t port = flags.port.value_or(flags.arena ? kArenaPort : kRelayPort);

  const auto log = open_log(flags.log, LogClock::wall);
  if (!log) return refuse({Obstacle::Whose::user, log.error()});
  Clock clock;
  Worker worker{clock, *log.value()};
  std::vector<Embedded> servers = make_embedded(*scenario, unix_ms());
  Embedded& server = servers.front();
  std::optional<wire::TlsContext> tls;
  if (server.tls) {
    auto made = wire::TlsContext::server(*server.tls);
    if (!made) return refuse({Obstacle::Whose::user, made.error()});
    tls = std::move(made).value();
  }
  Tcp::endpoint place{address, port};  // the one that is being opened
  try {
    worker.add_host(server.name, server.make(0), server.rules, [&](Host& host, SocketLinks& links) {
      const std::uint16_t main_port = links.listen(place, host, 0, tls);
      std::uint16_t second_port = main_port;
      if (server.two_ports) {
        place.port(static_cast<std::uint16_t>(port == 0 ? 0 : port + 1));
        second_port = links.listen(place, host, 1, tls);
      }
      print_places(server, flags, main_port, second_port);
    });
  } catch (const boost::system::system_error& problem) {
    fmt::print(stderr, "gauntlet: {}\n", cannot_listen(in_words(place), problem.code()));
    return ExitCode::usage;
  }

  boost::asio::io_context control;
  boost::asio::signal_set signals{control, SIGINT, SIGTERM};
  signals.async_wait([](const auto&, int) {});
  const auto note = [&](std::string_view what) {
    if (log.value()->wants(LogLevel::info))
      log.value()->write(LogLevel::info, clock.now(), {server.name}, what, {});
  };
  note("serves");
  worker.start();
  control.run();
  worker.stop();
  note("was told to stop");
  return ExitCode::met;
}

}  // namespace gauntlet::sim
