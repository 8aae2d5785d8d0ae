// Links over real sockets, one thread: what Links promises, where TCP makes that hard.
#include "sim/live/socket_links.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "sim/session/host.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/toys.hpp"

namespace gauntlet::sim {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class SocketLinksTest : public testing::Test {
 protected:
  SocketLinksTest() {
    const Tcp::endpoint anywhere{asio::ip::address_v4::loopback(), 0};
    destinations[static_cast<std::size_t>(Endpoint::relay_http)].address = {
        anywhere.address(), links.listen(anywhere, host, 0)};
    acceptor.open(anywhere.protocol());
    acceptor.bind(anywhere);
    acceptor.listen();
    destinations[static_cast<std::size_t>(Endpoint::arena_http)].address =
        acceptor.local_endpoint();
    links.set_destinations(destinations);
  }

  // Runs the loop until `done`, or for much longer than that can take.
  bool until(const std::function<bool()>& done) {
    for (const Instant patience = clock.now() + 10s; !done() && clock.now() < patience;)
      io.run_one_for(10ms);
    return done();
  }
  // Long enough for whatever is on its way on loopback.
  void let_pass() {
    io.restart();
    io.run_for(30ms);
  }
  // A link to the host, open.
  LinkId dial(ProbeUser& probe) {
    const LinkId link = links.dial(Endpoint::relay_http, 0, probe);
    const std::size_t before = host.connections();
    EXPECT_TRUE(until([&] { return probe.open && host.connections() > before; }));
    return link;
  }
  // A link to a bare socket, which the test holds.
  std::pair<LinkId, Tcp::socket> dial_bare(ProbeUser& probe) {
    const LinkId link = links.dial(Endpoint::arena_http, 0, probe);
    Tcp::socket peer = acceptor.accept();
    EXPECT_TRUE(until([&] { return probe.open; }));
    return {link, std::move(peer)};
  }
  // From now on, the host is found where it speaks TLS, by clients that trust an authority.
  void serve_tls(const Authority& trusted, const std::string& certificate) {
    const Tcp::endpoint anywhere{asio::ip::address_v4::loopback(), 0};
    const auto port = links.listen(anywhere, host, 0,
                                   wire::TlsContext::server({.certificate = certificate}).value());
    destinations[static_cast<std::size_t>(Endpoint::relay_http)] = {
        {anywhere.address(), port},
        wire::TlsContext::client({.ca = trusted.file()}).value(),
        "localhost"};
    links.set_destinations(destinations);
  }
  // The host echoes the body.
  void ask(LinkId link, std::string_view body) {
    links.output(link) += fmt::format("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{}",
                                      body.size(), body);
  }

  asio::io_context io{1};
  Clock clock;
  metrics::Recorder recorder;
  EchoTarget::Seen seen;
  EchoTarget target{seen};
  SocketLinks links{io, clock, recorder};
  Host host{target, links, {.message_bytes_max = 1024 * 1024}};
  Tcp::acceptor acceptor{io};
  Destinations destinations{};
};

// The same promises, bare and with TLS.
class EitherLinksTest : public SocketLinksTest, public testing::WithParamInterface<bool> {
 protected:
  EitherLinksTest() {
    if (GetParam()) serve_tls(authority, authority.sign({}));
  }

  Authority authority;
};

INSTANTIATE_TEST_SUITE_P(, EitherLinksTest, testing::Bool(),
                         [](const auto& row) { return row.param ? "Tls" : "Bare"; });

TEST_P(EitherLinksTest, TellThePeerOfAReset) {
  ProbeUser probe;
  const LinkId link = dial(probe);
  ask(link, "never sent");
  links.end(link, Ending::reset);
  EXPECT_TRUE(until([&] { return host.connections() == 0; }));
  EXPECT_EQ(seen.requests, 0);
  EXPECT_EQ(probe.end, std::nullopt);
}

TEST_P(EitherLinksTest, VanishWithoutATrace) {
  ProbeUser probe;
  const LinkId link = dial(probe);
  ask(link, "never sent");
  links.end(link, Ending::vanish);
  let_pass();
  EXPECT_EQ(host.connections(), 1) << "the host still waits for it";
  EXPECT_EQ(seen.requests, 0);
}

TEST_F(SocketLinksTest, VanishWhileBytesWaitForThePeer) {
  ProbeUser probe;
  auto [link, peer] = dial_bare(probe);
  links.output(link).assign(8 * 1024 * 1024, 'x');
  let_pass();
  ASSERT_GT(links.backlog(link), 0);
  links.end(link, Ending::vanish);
  std::vector<char> taken(1024 * 1024);
  boost::system::error_code error;
  peer.non_blocking(true);
  for (Instant patience = clock.now() + 5s; !error && clock.now() < patience;) {
    peer.read_some(asio::buffer(taken), error);
    if (!error) let_pass();
  }
  EXPECT_EQ(error, asio::error::would_block) << "no end, only silence";
}

// The lateness of a send is that of its handing over: what a full socket then does is another
// matter.
TEST_F(SocketLinksTest, HoldAWaitAgainstTheTargetThatDoesNotRead) {
  ProbeUser probe;
  auto [link, peer] = dial_bare(probe);
  links.output(link).assign(8 * 1024 * 1024, 'x');
  let_pass();
  ASSERT_GT(links.backlog(link), 0);
  links.output(link) += "late";
  links.stamp(link, clock.now(), metrics::Window::measured);
  const auto* slip = recorder.histogram(metrics::Series::generator_slip, metrics::Window::measured);
  ASSERT_NE(slip, nullptr);
  EXPECT_EQ(slip->count(), 1U);
  const auto* waited =
      recorder.histogram(metrics::Series::generator_blocked_target, metrics::Window::measured);
  EXPECT_EQ(waited, nullptr) << "it waits still";

  std::vector<char> taken(1024 * 1024);
  boost::system::error_code error;
  peer.non_blocking(true);
  EXPECT_TRUE(until([&] {
    peer.read_some(asio::buffer(taken), error);
    return links.backlog(link) == 0;
  }));
  waited = recorder.histogram(metrics::Series::generator_blocked_target, metrics::Window::measured);
  ASSERT_NE(waited, nullptr);
  EXPECT_EQ(waited->count(), 1U);
  EXPECT_GT(waited->max(), Duration::zero()) << "for as long as nothing was read";
  EXPECT_EQ(recorder.histogram(metrics::Series::generator_blocked_own, metrics::Window::measured),
            nullptr);
}

TEST_F(SocketLinksTest, VanishBeforeTheyAreOpen) {
  ProbeUser probe;
  const LinkId link = links.dial(Endpoint::relay_http, 0, probe);
  links.end(link, Ending::vanish);
  EXPECT_TRUE(until([&] { return host.connections() == 1; }));
  let_pass();
  EXPECT_FALSE(probe.open);
}

TEST_P(EitherLinksTest, HoldBackWhatIsNotRead) {
  ProbeUser probe;
  const LinkId link = dial(probe);
  links.read(link, false);
  ask(link, "first");
  ASSERT_TRUE(until([&] { return seen.requests == 1; }));
  ask(link, "second");
  let_pass();
  EXPECT_EQ(probe.heard, "");
  links.read(link, true);
  EXPECT_TRUE(until([&] { return probe.heard.ends_with("second"); }));
  EXPECT_NE(probe.heard.find("first"), std::string::npos);
}

// The peer says why, and breaks the connection off while we write to it: the write fails first.
TEST_F(SocketLinksTest, HearThePeersLastWordsThoughAWriteFails) {
  ProbeUser probe;
  auto [link, peer] = dial_bare(probe);
  asio::write(peer, asio::buffer("last words", 10));
  peer.set_option(asio::socket_base::linger(true, 0));
  peer.close();
  links.output(link) += "are you there?";
  ASSERT_TRUE(until([&] { return probe.end.has_value(); }));
  EXPECT_EQ(probe.heard, "last words");
  EXPECT_EQ(probe.end, Outcome::reset);
}

// Both lie there at the first look, which finds fewer bytes than it has room for.
TEST_F(SocketLinksTest, HearAnEndThatCameWithTheLastBytes) {
  ProbeUser probe;
  auto [link, peer] = dial_bare(probe);
  asio::write(peer, asio::buffer("last words", 10));
  peer.close();
  ASSERT_TRUE(until([&] { return probe.end.has_value(); }));
  EXPECT_EQ(probe.heard, "last words");
  EXPECT_EQ(probe.end, Outcome::closed_early);
}

// It came while nobody wanted to read, so no event tells of it afterwards.
TEST_F(SocketLinksTest, HearAnEndThatCameWhileTheyDidNotRead) {
  ProbeUser probe;
  auto [link, peer] = dial_bare(probe);
  links.read(link, false);
  asio::write(peer, asio::buffer("last words", 10));
  peer.close();
  let_pass();
  links.read(link, true);
  ASSERT_TRUE(until([&] { return probe.end.has_value(); }));
  EXPECT_EQ(probe.heard, "last words");
}

TEST_F(SocketLinksTest, SendEverythingBeforeTheyClose) {
  ProbeUser probe;
  auto [link, peer] = dial_bare(probe);
  const std::string much(8 * 1024 * 1024, 'x');
  links.output(link) = much;
  let_pass();
  ASSERT_GT(links.backlog(link), 0) << "more than the sockets hold";
  links.end(link, Ending::close);
  std::string taken;
  boost::system::error_code error;
  peer.non_blocking(true);
  std::vector<char> buffer(1024 * 1024);
  until([&] {
    const std::size_t size = peer.read_some(asio::buffer(buffer), error);
    taken.append(buffer.data(), size);
    return error == asio::error::eof;
  });
  EXPECT_EQ(error, asio::error::eof);
  EXPECT_EQ(taken.size(), much.size());
  EXPECT_EQ(probe.end, std::nullopt);
}

TEST_F(SocketLinksTest, NameThoseWhoAreConnected) {
  ProbeUser held;
  ProbeUser given_up;
  ProbeUser strange;
  links.dial(Endpoint::relay_http, 4, held);
  const LinkId link = links.dial(Endpoint::arena_http, 2, given_up);
  const Tcp::socket peer = acceptor.accept();  // does not read
  links.dial(Endpoint::relay_http, kStrangersFrom, strange);
  ASSERT_TRUE(until([&] { return held.open && given_up.open && strange.open; }));
  EXPECT_EQ(links.connected(), (std::vector<ActorId>{2, 4}));

  links.output(link).assign(8 * 1024 * 1024, 'x');
  let_pass();
  links.end(link, Ending::close);
  ASSERT_GT(links.backlog(link), 0) << "it waits for a slow peer to take it";
  EXPECT_EQ(links.connected(), std::vector<ActorId>{4});
}

TEST_F(SocketLinksTest, NameARefusal) {
  acceptor.close();
  ProbeUser probe;
  links.dial(Endpoint::arena_http, 0, probe);
  EXPECT_EQ(probe.end, std::nullopt) << "never from within the call";
  EXPECT_TRUE(until([&] { return probe.end.has_value(); }));
  EXPECT_EQ(probe.end, Outcome::refused);
}

TEST_F(SocketLinksTest, ConnectFromTheAddressesThatWereGiven) {
  auto& destination = destinations[static_cast<std::size_t>(Endpoint::arena_http)];
  destination.sources = {kLoopback + 7};
  links.set_destinations(destinations);
  ProbeUser probe;
  const auto [link, peer] = dial_bare(probe);
  EXPECT_EQ(peer.remote_endpoint().address().to_string(), "127.0.0.8");
}

TEST_F(SocketLinksTest, WaitWhileTooManyHaveHadNoAnswer) {
  links.set_unanswered_max(1);
  ProbeUser first;
  auto [link, peer] = dial_bare(first);
  ProbeUser second;
  ProbeUser third;
  const LinkId given_up = links.dial(Endpoint::arena_http, 0, second);
  links.dial(Endpoint::arena_http, 0, third);
  links.end(given_up, Ending::reset);
  let_pass();
  EXPECT_FALSE(third.open);
  asio::write(peer, asio::buffer("x", 1));
  EXPECT_TRUE(until([&] { return third.open; }));
  EXPECT_FALSE(second.open);
}

TEST_F(SocketLinksTest, DoNotWaitForThoseWhoOweNoWord) {
  links.set_unanswered_max(1);
  ProbeUser silent;
  const auto [link, peer] = dial_bare(silent);
  ProbeUser next;
  links.dial(Endpoint::arena_http, 0, next);
  let_pass();
  ASSERT_FALSE(next.open);
  links.expect_nothing(link);
  EXPECT_TRUE(until([&] { return next.open; }));
}

TEST_P(EitherLinksTest, CarryMuchBothWays) {
  ProbeUser probe;
  const LinkId link = dial(probe);
  std::string body(900'000, ' ');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 26);
  for (int i = 0; i < 3; ++i) ask(link, body);
  EXPECT_TRUE(until([&] { return probe.heard.size() > 3 * body.size(); }));
  EXPECT_TRUE(probe.heard.ends_with(body));
}

TEST_P(EitherLinksTest, OpenManyAtOnce) {
  std::vector<std::unique_ptr<ProbeUser>> probes(300);
  for (auto& probe : probes) {
    probe = std::make_unique<ProbeUser>();
    const LinkId link = links.dial(Endpoint::relay_http, 0, *probe);
    probe->on_open = [this, link] { ask(link, "hello"); };
    probe->on_bytes = [this, link] { links.end(link, Ending::close); };
  }
  EXPECT_TRUE(until([&] { return seen.requests == 300 && host.connections() == 0; }));
  for (const auto& probe : probes) EXPECT_TRUE(probe->heard.ends_with("hello"));
}

TEST_F(SocketLinksTest, DoNotOpenToAStranger) {
  const Authority trusted;
  const Authority stranger;
  serve_tls(trusted, stranger.sign({}));
  ProbeUser probe;
  const LinkId link = links.dial(Endpoint::relay_http, 0, probe);
  ask(link, "a secret");
  EXPECT_TRUE(until([&] { return probe.end.has_value() && host.connections() == 0; }));
  EXPECT_EQ(probe.end, Outcome::tls_failed);
  EXPECT_FALSE(probe.open);
  EXPECT_EQ(seen.requests, 0);
}

TEST_F(SocketLinksTest, NameAnEndOfTheHandshake) {
  const Authority authority;
  serve_tls(authority, authority.sign({}));
  auto& destination = destinations[static_cast<std::size_t>(Endpoint::relay_http)];
  destination.address = acceptor.local_endpoint();
  links.set_destinations(destinations);
  ProbeUser probe;
  links.dial(Endpoint::relay_http, 0, probe);
  acceptor.accept().close();
  EXPECT_TRUE(until([&] { return probe.end.has_value(); }));
  EXPECT_EQ(probe.end, Outcome::tls_failed);
}

}  // namespace
}  // namespace gauntlet::sim
