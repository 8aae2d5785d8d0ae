// One client over links that the test plays: what its machine hears for which bytes, and what is
// left on the links.
#include <gtest/gtest.h>

#include "sim/wire/websocket.hpp"
#include "tests/support/played_client.hpp"

namespace gauntlet::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using wire::Opcode;
using wire::Role;

std::string frame(Opcode opcode, std::string_view payload, Role role = Role::server) {
  std::string bytes;
  wire::append_frame(bytes, role, opcode, payload, 0x01020304);
  return bytes;
}

std::string close_frame(std::uint16_t code) {
  std::string bytes;
  wire::append_close(bytes, Role::server, code, "");
  return bytes;
}

// What a client has written, as a server reads it.
std::vector<std::string> frames_in(std::string bytes) {
  wire::FrameDecoder decoder{Role::server, 1024};
  std::span<char> rest{bytes};
  std::vector<std::string> seen;
  while (const auto event = decoder.next(rest))
    seen.push_back(
        fmt::format("{}: {} {}", static_cast<int>(event->kind), event->payload, event->code));
  return seen;
}

void connect_at_start(const Input& input, Outbox& out) {
  if (std::holds_alternative<Start>(input)) out.push(Connect{.to = Endpoint::relay_socket});
}

void ask_at_start(const Input& input, Outbox& out) {
  if (std::holds_alternative<Start>(input))
    out.push(Request{.method = Method::post,
                     .to = Endpoint::relay_http,
                     .path = out.keep("/register"),
                     .body = out.keep("{}")});
}

TEST(ClientSocket, OpensAndHearsHoweverTheBytesAreCut) {
  for (std::size_t cut = 0;; ++cut) {
    PlayedClient client{connect_at_start};
    client.links.open(1);
    const std::string bytes = client.accept() + frame(Opcode::text, "hello");
    if (cut > bytes.size()) break;
    client.links.feed(1, bytes.substr(0, cut));
    client.links.feed(1, bytes.substr(cut));
    EXPECT_THAT(client.heard, ElementsAre("connected", "text: hello")) << "cut at " << cut;
    EXPECT_TRUE(client.links.alive(1));
  }
}

TEST(ClientSocket, SaysWhyAnUpgradeFailed) {
  const std::string head = "HTTP/1.1 ";
  struct Row {
    std::string reply;
    std::optional<Outcome> end;
    std::string heard;
  };
  const Row rows[] = {
      {head + "401 Unauthorized\r\nContent-Length: 3\r\n\r\nbad", {}, "no socket: rejected 401"},
      {head + "429 Slow Down\r\nContent-Length: 0\r\n\r\n", {}, "no socket: rejected 429"},
      {head + "401 Unauthorized\r\n\r\nuntil the end", Outcome::closed_early,
       "no socket: rejected 401"},
      {head + "101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
       {},
       "no socket: bad_reply 101"},
      {"SSH-2.0-OpenSSH_9.2\r\n", {}, "no socket: bad_reply 0"},
      {head + "101 Switch", Outcome::closed_early, "no socket: closed_early 0"},
      {head + "101 Switch", Outcome::reset, "no socket: reset 0"},
      {"", Outcome::closed_early, "no socket: closed_early 0"},
  };
  for (const Row& row : rows) {
    PlayedClient client{connect_at_start};
    client.links.open(1);
    client.links.feed(1, row.reply);
    if (row.end) client.links.finish(1, *row.end);
    EXPECT_THAT(client.heard, ElementsAre(row.heard)) << row.reply;
    EXPECT_FALSE(client.links.any_alive());
  }
}

TEST(ClientSocket, SaysWhyADialFailed) {
  PlayedClient client{connect_at_start};
  client.links.refuse(1, Outcome::refused);
  EXPECT_THAT(client.heard, ElementsAre("no socket: refused 0"));
}

TEST(ClientSocket, AnswersPingsUntilItSaysGoodbye) {
  PlayedClient client{connect_at_start};
  const LinkId link = client.connect();
  client.links.feed(link, frame(Opcode::ping, "one"));
  client.act([](Outbox& out) { out.push(Close{1000}); });
  client.links.feed(link, frame(Opcode::ping, "two") + frame(Opcode::text, "too late"));
  EXPECT_THAT(frames_in(client.links.take(link)), ElementsAre("3: one 0", "4:  1000"));
  client.links.feed(link, close_frame(1000));
  EXPECT_THAT(client.heard, ElementsAre("closed: 1000 closed_by_peer"));
  EXPECT_EQ(client.links.line(link).ended, Ending::close);
}

TEST(ClientSocket, AnswersACloseAndIsOver) {
  PlayedClient client{connect_at_start};
  const LinkId link = client.connect();
  client.links.feed(link, close_frame(4001) + frame(Opcode::text, "after the end"));
  EXPECT_THAT(client.heard, ElementsAre("closed: 4001 closed_by_peer"));
  EXPECT_THAT(frames_in(client.links.take(link)), ElementsAre("4:  4001"));
  EXPECT_EQ(client.links.line(link).ended, Ending::close);
}

TEST(ClientSocket, EndsWithItsOwnOutcomeWhenThePeerBreaksTheRules) {
  const std::pair<std::string, std::string> rows[] = {
      {frame(Opcode::text, "masked", Role::client), "closed: 1006 protocol_error"},
      {frame(Opcode::text, "\xC3("), "closed: 1006 protocol_error"},
      {std::string{"\x81\x7F\0\0\0\0\0\x10\0\x01", 10}, "closed: 1006 too_big"},  // 1 MiB + 1
  };
  for (const auto& [bytes, heard] : rows) {
    PlayedClient client{connect_at_start};
    const LinkId link = client.connect();
    client.links.feed(link, bytes);
    EXPECT_THAT(client.heard, ElementsAre(heard));
    EXPECT_EQ(frames_in(client.links.take(link)).size(), 1) << "a close frame that says why";
    EXPECT_FALSE(client.links.any_alive());
  }
}

TEST(ClientSocket, HearsOfAnEndInTheMiddleOfAFrame) {
  for (const auto how : {Outcome::reset, Outcome::closed_early}) {
    PlayedClient client{connect_at_start};
    const LinkId link = client.connect();
    client.links.feed(link, frame(Opcode::text, "hello").substr(0, 4));
    client.links.finish(link, how);
    EXPECT_THAT(client.heard, ElementsAre(fmt::format("closed: 1006 {}", name(how))));
  }
}

TEST(ClientSocket, GivesUpAPeerThatDoesNotRead) {
  PlayedClient client{connect_at_start};
  const LinkId link = client.connect();
  client.links.line(link).unread = ClientSocket::kBacklogMax + 1;
  client.links.feed(link, frame(Opcode::ping, "more"));
  EXPECT_THAT(client.links.take(link), IsEmpty()) << "no pong on top of it";
  client.act([](Outbox& out) { out.push(Send{out.keep("one too many")}); });
  EXPECT_THAT(client.heard, ElementsAre("closed: 1006 blocked"));
  EXPECT_EQ(client.links.line(link).ended, Ending::reset);
}

// The machine may have moved on by the time that it would be told.
TEST(ActorSession, DoesNotBlameANewSocketForTheOldOnesBacklog) {
  PlayedClient client{connect_at_start};
  const LinkId link = client.connect();
  client.links.line(link).unread = ClientSocket::kBacklogMax + 1;
  client.act([](Outbox& out) {
    out.push(Send{out.keep("one too many")});
    out.push(Abort{Abort::How::vanish});
    out.push(Connect{.to = Endpoint::relay_socket});
  });
  EXPECT_THAT(client.heard, IsEmpty());
  EXPECT_EQ(client.links.line(link).ended, Ending::vanish);
  EXPECT_TRUE(client.links.alive(link + 1));
}

TEST(ActorSession, StampsOnlyWhatLeaves) {
  PlayedClient client{connect_at_start};
  const auto send = [](Outbox& out) { out.push(Send{out.keep("x"), at(Duration{5})}); };
  client.act(send);
  EXPECT_THAT(client.links.line(1).stamps, IsEmpty()) << "not connected yet";
  client.connect();
  client.act(send);
  EXPECT_THAT(client.links.line(1).stamps, ElementsAre(at(Duration{5})));
  client.act([](Outbox& out) { out.push(Close{1000}); });
  client.act(send);
  EXPECT_EQ(client.links.line(1).stamps.size(), 1) << "nothing follows a close frame";
}

TEST(ActorSession, LetsAMachineDropOrReplaceItsSocketWhileItHearsFromIt) {
  for (const bool again : {false, true}) {
    PlayedClient client{[&](const Input& input, Outbox& out) {
      connect_at_start(input, out);
      if (!std::holds_alternative<Received>(input)) return;
      out.push(Abort{Abort::How::reset});
      if (again) out.push(Connect{.to = Endpoint::relay_socket});
    }};
    const LinkId link = client.connect();
    client.links.feed(link, frame(Opcode::text, "one") + frame(Opcode::text, "two"));
    EXPECT_THAT(client.heard, ElementsAre("text: one"));
    EXPECT_EQ(client.links.line(link).ended, Ending::reset);
    EXPECT_EQ(client.links.any_alive(), again);
    if (!again) continue;
    client.connect();
    client.links.feed(client.links.last(), frame(Opcode::text, "three"));
    EXPECT_THAT(client.heard, ElementsAre("text: three"));
  }
}

TEST(ActorSession, LeavesNothingBehindWhenItsMachineIsDone) {
  PlayedClient client{[](const Input& input, Outbox& out) {
    connect_at_start(input, out);
    ask_at_start(input, out);
  }};
  EXPECT_TRUE(client.links.alive(1) && client.links.alive(2));
  client.retire();
  EXPECT_FALSE(client.links.any_alive());
}

TEST(Exchange, TakesAReplyHoweverItIsCut) {
  const std::string reply =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  for (std::size_t cut = 0; cut <= reply.size(); ++cut) {
    PlayedClient client{ask_at_start};
    client.links.open(1);
    EXPECT_THAT(client.links.take(1), testing::StartsWith("POST /register HTTP/1.1\r\n"));
    client.links.feed(1, reply.substr(0, cut));
    client.links.feed(1, reply.substr(cut));
    client.links.finish(1, Outcome::closed_early);
    EXPECT_THAT(client.heard, ElementsAre("reply: 200 hello")) << "cut at " << cut;
    EXPECT_FALSE(client.links.any_alive());
  }
}

TEST(Exchange, TakesAnEndOfTheStreamForWhatItIs) {
  const std::string open_ended = "HTTP/1.1 200 OK\r\n\r\nhel";
  const std::string promised = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel";
  struct Row {
    std::string bytes;
    Outcome end;
    std::string heard;
  };
  const Row rows[] = {
      {open_ended, Outcome::closed_early, "reply: 200 hel"},
      {open_ended, Outcome::reset, "no reply: reset"},
      {promised, Outcome::closed_early, "no reply: closed_early"},
      {"", Outcome::closed_early, "no reply: closed_early"},
      {"what?\r\n", Outcome::closed_early, "no reply: bad_reply"},
  };
  for (const Row& row : rows) {
    PlayedClient client{ask_at_start};
    client.links.open(1);
    client.links.feed(1, row.bytes);
    client.links.finish(1, row.end);
    EXPECT_THAT(client.heard, ElementsAre(row.heard)) << row.bytes;
    EXPECT_FALSE(client.links.any_alive());
  }
}

// So that the server keeps the connection in its TIME_WAIT, not we: but not for ever.
TEST(Exchange, LeavesItToTheServerToCloseFirst) {
  PlayedClient client{ask_at_start};
  client.links.open(1);
  client.links.feed(1, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_THAT(client.heard, ElementsAre("reply: 200 "));
  EXPECT_EQ(client.next_deadline(), client.links.now + ActorSession::kServersClose);
  client.links.feed(1, "HTTP/1.1 500 Not asked for\r\n\r\n");
  EXPECT_TRUE(client.links.alive(1));
  client.let_pass(ActorSession::kServersClose);
  EXPECT_EQ(client.links.line(1).ended, Ending::close);
  EXPECT_EQ(client.next_deadline(), std::nullopt);
  EXPECT_EQ(client.heard.size(), 1);
}

TEST(Exchange, IsForgottenWhenCancelledMidway) {
  PlayedClient client{ask_at_start};
  client.links.open(1);
  client.links.feed(1, "HTTP/1.1 200 OK\r\nContent-Le");
  client.act([](Outbox& out) { out.push(CancelRequest{}); });
  client.links.feed(1, "ngth: 0\r\n\r\n");
  EXPECT_THAT(client.heard, IsEmpty());
  EXPECT_FALSE(client.links.any_alive());
}

TEST(Exchange, MayBeFollowedByAnotherFromWithinItsReply) {
  PlayedClient client{[](const Input& input, Outbox& out) {
    ask_at_start(input, out);
    if (std::holds_alternative<HttpReply>(input)) ask_at_start(Start{}, out);
  }};
  client.links.open(1);
  client.links.feed(1, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
  EXPECT_THAT(client.heard, ElementsAre("reply: 503 "));
  EXPECT_FALSE(client.links.alive(1));
  EXPECT_TRUE(client.links.alive(2));
}

// ---- One failure at each byte

// A whole conversation from the server's side, cut after every byte by an end of the stream or a
// reset: the machine hears exactly one end, and no link stays open.
TEST(OneFailureAtEachByte, IsHeardOnceByAClient) {
  for (const auto how : {Outcome::closed_early, Outcome::reset}) {
    for (std::size_t cut = 0;; ++cut) {
      PlayedClient client{connect_at_start};
      client.links.open(1);
      std::string bytes = client.accept() + frame(Opcode::text, "one") + frame(Opcode::ping, "p") +
                          frame(Opcode::text, std::string(300, 'x'));
      wire::append_frame(bytes, Role::server, Opcode::text, "a ", 0, false);
      bytes += frame(Opcode::pong, "") + frame(Opcode::continuation, "b") + close_frame(1001);
      if (cut > bytes.size()) break;
      client.links.feed(1, bytes.substr(0, cut));
      client.links.finish(1, how);
      const auto ends = std::ranges::count_if(client.heard, [](const std::string& words) {
        return words.starts_with("closed") || words.starts_with("no socket");
      });
      EXPECT_EQ(ends, 1) << "cut at " << cut;
      EXPECT_FALSE(client.links.any_alive()) << "cut at " << cut;
    }
  }
}

}  // namespace
}  // namespace gauntlet::sim
