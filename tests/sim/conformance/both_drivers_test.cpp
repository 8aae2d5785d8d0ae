// The same cases over sockets and in virtual time: the same verdicts.
#include <gtest/gtest.h>

#include <map>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"
#include "sim/live/solo.hpp"
#include "sim/live/worker.hpp"
#include "tests/sim/conformance/virtual_suite.hpp"

namespace gauntlet::sim::conformance {
namespace {

using namespace std::chrono_literals;
using Verdicts = std::map<std::string_view, std::string_view>;

Verdicts verdicts_of(const std::vector<CaseResult>& results) {
  Verdicts all;
  for (const CaseResult& result : results) all[result.row->id] = to_string(result.ruling.verdict);
  return all;
}

Suite::Options options_for(Endpoint door) {
  return {.waits = {.answer = 20s, .quiet = 300ms, .whole = 90s},
          .run_name = "00c0ffee",
          .premises = {.control = true, .own_session = true, .began_unix_ms = kEpochUnixMs},
          .door = door};
}

/// An embedded server on a thread of its own, and a suite on this one.
std::vector<CaseResult> over_sockets(std::unique_ptr<Target> target, const Subject& subject,
                                     Endpoint http) {
  const Clock clock;
  Worker worker{clock};
  Destinations destinations;
  Places places;
  worker.add_host("server", std::move(target), HostRules{.message_bytes_max = 1024 * 1024},
                  [&](Host& host, SocketLinks& links) {
                    const Tcp::endpoint anywhere{boost::asio::ip::address_v4::loopback(), 0};
                    const Tcp::endpoint here{anywhere.address(), links.listen(anywhere, host, 0)};
                    for (const Endpoint at : {http, subject.door}) {
                      destinations[static_cast<std::size_t>(at)] = {.address = here};
                      places[static_cast<std::size_t>(at)] = {
                          "127.0.0.1:" + std::to_string(here.port()), path_of(at)};
                    }
                  });
  worker.start();
  Solo driver;
  driver.links().set_destinations(destinations);
  Suite suite{subject.cases, *subject.bystanders, driver.links(), places,
              options_for(subject.door)};
  driver.run(suite);
  worker.stop();
  return suite.results();
}

TEST(BothDrivers, SayTheSameOfTheRelay) {
  const Subject subject = relay_subject();
  const auto relay = make_relay({}, 1, kEpochUnixMs);
  VirtualServer server{
      *relay, {.message_bytes_max = 1024 * 1024}, Endpoint::relay_http, Endpoint::relay_socket};
  ArcBystanders bystanders;
  const auto in_virtual_time = server.run(subject.cases, bystanders, options_for(subject.door));
  const auto live = over_sockets(make_relay({}, 1, kEpochUnixMs), subject, Endpoint::relay_http);
  EXPECT_EQ(verdicts_of(live), verdicts_of(in_virtual_time));
}

TEST(BothDrivers, SayTheSameOfTheArena) {
  const Subject subject = arena_subject();
  const auto arena = make_arena({}, 1, kEpochUnixMs);
  VirtualServer server{
      *arena, {.message_bytes_max = 1024 * 1024}, Endpoint::arena_http, Endpoint::arena_socket};
  ArenaBystanders bystanders;
  const auto in_virtual_time = server.run(subject.cases, bystanders, options_for(subject.door));
  const auto live = over_sockets(make_arena({}, 1, kEpochUnixMs), subject, Endpoint::arena_http);
  EXPECT_EQ(verdicts_of(live), verdicts_of(in_virtual_time));
}

}  // namespace
}  // namespace gauntlet::sim::conformance
