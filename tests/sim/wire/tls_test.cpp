// Both ends of a TLS connection in one thread, with certificates made here.
#include "sim/wire/tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>

#include "tests/support/certificates.hpp"

namespace gauntlet::sim::wire {
namespace {

using State = TlsStream::State;
using namespace std::chrono_literals;
using testing::HasSubstr;

TlsContext client_of(const TlsClientOptions& options) {
  return TlsContext::client(options).value();
}
TlsContext server_of(const TlsServerOptions& options) {
  return TlsContext::server(options).value();
}

// What one end says is heard by the other in pieces, each of which is gone when it has been heard.
std::string carry(TlsStream& from, TlsStream& to, std::size_t piece) {
  const std::string sealed = std::exchange(from.sealed(), {});
  std::string heard;
  for (std::size_t at = 0; at < sealed.size(); at += piece) {
    const std::string part = sealed.substr(at, piece);
    std::array<char, 100> plain{};
    to.feed(part);
    while (const std::size_t size = to.read(plain)) heard.append(plain.data(), size);
  }
  return heard;
}

class Tls : public testing::Test {
 protected:
  Authority authority;
  Authority stranger;
  TlsContext server{server_of({.certificate = authority.sign({})})};
  TlsContext client{client_of({.ca = authority.file()})};
};

TEST_F(Tls, CarriesEveryByteHoweverTheStreamIsCut) {
  for (const std::size_t piece : {1UL, 2UL, 7UL, 100'000UL}) {
    TlsStream caller{client, "localhost"};
    TlsStream answerer{server};
    caller.start();
    while (caller.state() != State::open || answerer.state() != State::open) {
      carry(caller, answerer, piece);
      carry(answerer, caller, piece);
      ASSERT_NE(caller.state(), State::failed) << caller.why();
    }
    const std::string question(20'000, 'q');  // more than one record
    caller.write(question);
    EXPECT_EQ(carry(caller, answerer, piece), question);
    answerer.write("and ");
    answerer.write("answer");
    answerer.close();
    EXPECT_EQ(carry(answerer, caller, piece), "and answer");
    EXPECT_EQ(caller.state(), State::ended);
  }
}

TEST_F(Tls, KeepsNoBufferOfItsOwnForWhatIsFed) {
  TlsStream answerer{server};
  answerer.feed("\x16\x03\x01");
  std::array<char, 10> plain{};
  EXPECT_EQ(answerer.read(plain), 0);
  EXPECT_EQ(answerer.state(), State::shaking_hands);
}

struct Distrust {
  const char* name;
  Certificate shown;
  std::string host;
  std::string why;
};

class TlsDistrust : public Tls, public testing::WithParamInterface<Distrust> {};

TEST_P(TlsDistrust, IsSaidInWords) {
  const TlsContext shown = server_of({.certificate = authority.sign(GetParam().shown)});
  EXPECT_THAT(why_not(client, GetParam().host, shown).value_or("nothing"),
              HasSubstr(GetParam().why));
  EXPECT_EQ(why_not(client_of({.insecure = true}), GetParam().host, shown), std::nullopt)
      << "unless anybody is believed";
}

INSTANTIATE_TEST_SUITE_P(
    Certificates, TlsDistrust,
    testing::Values(
        Distrust{"Expired", {.from = -48h, .until = -24h}, "localhost", "expired on 20"},
        Distrust{"NotYetValid", {.from = 24h, .until = 48h}, "localhost", "is not valid before 20"},
        Distrust{"OtherHost",
                 {.names = "DNS:relay.example,IP:10.0.0.1,IP:::1"},
                 "localhost",
                 "is for relay.example, 10.0.0.1, ::1, and not for this"},
        Distrust{"OtherAddress",
                 {.names = "IP:127.0.0.2"},
                 "127.0.0.1",
                 "is for 127.0.0.2, and not for this address"},
        Distrust{"NoQuiteAddress",
                 {.names = "DNS:evil.example"},
                 "127.1",
                 "is for evil.example, and not for this"},
        Distrust{"NameForAnAddress", {.names = "DNS:localhost"}, "127.0.0.1", "is for localhost"}),
    [](const auto& row) { return row.param.name; });

TEST_F(Tls, DistrustsAnUnknownAuthority) {
  const TlsContext shown = server_of({.certificate = stranger.sign({})});
  EXPECT_THAT(*why_not(client, "localhost", shown), HasSubstr("authority that is not trusted"));
  EXPECT_THAT(*why_not(client_of({}), "localhost", server), HasSubstr("not trusted"))
      << "the system's authorities are others";
}

TEST_F(Tls, LetsInClientsByTheirCertificate) {
  const TlsContext strict =
      server_of({.certificate = authority.sign({}), .client_ca = authority.file()});
  const auto known = authority.sign({.names = "DNS:client"});
  const auto unknown = stranger.sign({.names = "DNS:client"});
  const auto with = [&](std::optional<std::string> certificate) {
    return why_not(client_of({.ca = authority.file(), .certificate = std::move(certificate)}),
                   "localhost", strict);
  };
  EXPECT_EQ(with(known), std::nullopt);
  EXPECT_THAT(with({}).value_or(""), HasSubstr("a client certificate is needed"));
  EXPECT_THAT(with(unknown).value_or(""), HasSubstr("does not trust our certificate"));
}

TEST_F(Tls, TellsWhenTheOtherEndSpeaksSomethingElse) {
  TlsStream caller{client, "localhost"};
  caller.start();
  std::array<char, 10> plain{};
  caller.feed("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(caller.read(plain), 0);
  EXPECT_EQ(caller.state(), State::failed);
  EXPECT_EQ(caller.why(), "it does not speak TLS");
}

TEST_F(Tls, NamesTheFileThatCannotBeUsed) {
  EXPECT_THAT(TlsContext::client({.ca = "/nowhere.pem"}).error(),
              testing::AllOf(HasSubstr("/nowhere.pem"), HasSubstr("No such file")));
  const auto mine = authority.sign({});
  EXPECT_THAT(TlsContext::server({.certificate = mine, .key = authority.sign({})}).error(),
              HasSubstr("mismatch"));
  const std::string text = mine + ".txt";
  std::ofstream{text} << "not a certificate\n";
  EXPECT_THAT(TlsContext::server({.certificate = text}).error(), HasSubstr("no start line"));
}

}  // namespace
}  // namespace gauntlet::sim::wire
