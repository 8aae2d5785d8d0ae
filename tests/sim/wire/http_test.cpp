#include "sim/wire/http.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <vector>

#include "scenarios/terms/random.hpp"

namespace gauntlet::sim::wire {
namespace {

// RFC 6455 §1.3
constexpr std::string_view kNonce = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

template <class Reader>
Progress feed(Reader& reader, std::string& text) {
  std::span<char> bytes{text};
  const Progress progress = reader.feed(bytes);
  text = std::string{bytes.begin(), bytes.end()};
  return progress;
}

/// Feeds `text` in two pieces; what stays untaken of both ends up in `text`.
template <class Reader>
Progress feed_cut(Reader& reader, std::string& text, std::size_t cut) {
  std::string first = text.substr(0, cut);
  std::string second = text.substr(cut);
  const Progress progress = feed(reader, first);
  if (progress != Progress::more) {
    text = first + second;
    return progress;
  }
  EXPECT_EQ(first, "");
  const Progress last = feed(reader, second);
  text = second;
  return last;
}

TEST(Handshake, IsTheOneOfTheRfc) {
  EXPECT_EQ(websocket_accept(kNonce), kAccept);
  // "the sample nonce" as two numbers
  EXPECT_EQ(websocket_nonce(0x7468652073616D70, 0x6C65206E6F6E6365), kNonce);
}

TEST(Request, IsWrittenAsTheReferenceClientWould) {
  std::string out;
  append_request(
      out, {.method = "POST", .authority = "127.0.0.1:8080", .path = "/register", .bearer = "t"},
      R"({"agent_id":"a"})");
  EXPECT_EQ(out,
            "POST /register HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: gauntlet\r\n"
            "Authorization: Bearer t\r\nAccept: */*\r\nConnection: close\r\n"
            "Content-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"agent_id\":\"a\"}");
  out.clear();
  append_request(out, {.method = "GET", .authority = "h", .path = "/stats?x=1"}, "");
  EXPECT_EQ(out,
            "GET /stats?x=1 HTTP/1.1\r\nHost: h\r\nUser-Agent: gauntlet\r\nAccept: */*\r\n"
            "Connection: close\r\n\r\n");
}

TEST(Request, IsNotBrokenByAControlCharacterInAToken) {
  std::string out;
  append_request(out, {.method = "GET", .authority = "h", .path = "/", .bearer = "a\r\nX: b"}, "");
  EXPECT_NE(out.find("Authorization: Bearer aX: b\r\n"), std::string::npos);
}

TEST(RequestReader, ReadsWhatWeWriteWhereverItIsCut) {
  std::string out;
  append_request(out, {.method = "POST", .authority = "h", .path = "/a/b?c=d&e", .bearer = "tok_1"},
                 R"({"x":1})");
  const std::string following = "GET / HTTP/1.1\r\n";
  for (std::size_t cut = 0; cut < out.size(); ++cut) {
    RequestReader reader;
    std::string text = out + following;
    ASSERT_EQ(feed_cut(reader, text, cut), Progress::done) << cut;
    EXPECT_EQ(text, following);
    EXPECT_EQ(reader.method(), "POST");
    EXPECT_EQ(reader.path(), "/a/b");
    EXPECT_EQ(reader.query(), "c=d&e");
    EXPECT_EQ(reader.bearer(), "tok_1");
    EXPECT_EQ(reader.body(), R"({"x":1})");
    EXPECT_FALSE(reader.keep_alive());
    EXPECT_EQ(reader.upgrade_nonce(), "");
  }
}

TEST(RequestReader, ReadsPipelinedRequestsOneByOne) {
  std::string text =
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n"
      "GET http://h:1/3?q HTTP/1.0\r\nauthorization: bearer   tok\r\n\r\n";
  RequestReader reader;
  ASSERT_EQ(feed(reader, text), Progress::done);
  EXPECT_EQ(reader.path(), "/1");
  EXPECT_TRUE(reader.keep_alive());
  std::string unread = text;
  ASSERT_EQ(feed(reader, unread), Progress::done) << "until the reset, it stays with this request";
  EXPECT_EQ(unread, text);
  reader.reset();
  ASSERT_EQ(feed(reader, text), Progress::done);
  EXPECT_EQ(reader.body(), "abcde");
  reader.reset();
  ASSERT_EQ(feed(reader, text), Progress::done);
  EXPECT_EQ(reader.path(), "/3");
  EXPECT_EQ(reader.query(), "q");
  EXPECT_EQ(reader.bearer(), "tok");
  EXPECT_FALSE(reader.keep_alive());
  EXPECT_EQ(text, "");
}

TEST(RequestReader, KnowsAWellFormedUpgradeFromOneThatIsNot) {
  std::string good;
  append_upgrade(good, {.method = "GET", .authority = "h", .path = "/arc"}, kNonce);
  const auto nonce_of = [](std::string text) {
    RequestReader reader;
    EXPECT_EQ(feed(reader, text), Progress::done);
    return std::string{reader.upgrade_nonce()};
  };
  EXPECT_EQ(nonce_of(good), kNonce);
  const std::vector<std::pair<std::string, std::string>> edits{
      {"GET", "POST"},
      {"HTTP/1.1", "HTTP/1.0"},
      {"Version: 13", "Version: 8"},
      {"Upgrade: websocket", "Upgrade: h2c"},
      {"Connection: Upgrade", "Connection: close"},
      {"Host: h\r\n", ""},
      {std::string{kNonce}, "c2hvcnQ="}};
  for (const auto& [from, to] : edits) {
    std::string edited = good;
    const std::size_t at = edited.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    edited.replace(at, from.size(), to);
    EXPECT_EQ(nonce_of(edited), "") << to;
  }
}

TEST(ReplyReader, LeavesTheFirstFramesAfterAnUpgrade) {
  std::string reply;
  append_accept(reply, kNonce);
  const std::string frames = "\x81\x05Hello";
  for (std::size_t cut = 0; cut < reply.size(); ++cut) {
    ReplyReader reader;
    std::string text = reply + frames;
    ASSERT_EQ(feed_cut(reader, text, cut), Progress::done) << cut;
    EXPECT_EQ(text, frames);
    EXPECT_EQ(reader.status(), 101);
    EXPECT_TRUE(reader.accepts(kNonce));
    EXPECT_FALSE(reader.accepts("AAAAAAAAAAAAAAAAAAAAAA=="));
  }
}

TEST(ReplyReader, DoesNotAcceptAnExtensionThatNobodyAskedFor) {
  std::string text =
      "HTTP/1.1 101 Yes\r\nUpgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
  std::string plain = text + "\r\n";
  std::string extended = text + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
  ReplyReader reader;
  ASSERT_EQ(feed(reader, plain), Progress::done);
  EXPECT_TRUE(reader.accepts(kNonce));
  reader = {};
  ASSERT_EQ(feed(reader, extended), Progress::done);
  EXPECT_FALSE(reader.accepts(kNonce));
}

TEST(ReplyReader, ReadsEveryWayToEndABodyByteByByte) {
  std::string written;
  append_response(written, 409, "application/json", "body", false);
  EXPECT_EQ(written,
            "HTTP/1.1 409 Conflict\r\nServer: gauntlet\r\nContent-Type: application/json\r\n"
            "Connection: close\r\nContent-Length: 4\r\n\r\nbody");
  const std::vector<std::string> replies{
      written, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + written,
      "HTTP/1.1 409 x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\nT: x\r\n\r\n",
      "HTTP/1.0 409 No\r\n\r\nbody"};
  for (const std::string& reply : replies) {
    ReplyReader reader;
    Progress progress = Progress::more;
    for (std::size_t i = 0; i < reply.size(); ++i) {
      ASSERT_EQ(progress, Progress::more) << i << " of " << reply;
      std::string byte = reply.substr(i, 1);
      progress = feed(reader, byte);
    }
    if (progress == Progress::more) progress = reader.finish();
    ASSERT_EQ(progress, Progress::done) << reply;
    EXPECT_EQ(reader.status(), 409);
    EXPECT_EQ(reader.body(), "body");
  }
}

TEST(ReplyReader, ReadsAnEmptyChunkedBodyByteByByte) {
  const std::string reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  ReplyReader reader;
  for (std::size_t i = 0; i < reply.size(); ++i) {
    std::string byte = reply.substr(i, 1);
    EXPECT_EQ(feed(reader, byte), i + 1 < reply.size() ? Progress::more : Progress::done) << i;
  }
  EXPECT_EQ(reader.body(), "");
}

struct ChunkedReply {
  std::string text{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"};
  std::vector<std::size_t> ends{};  // in `text`, of each byte of the body

  void add(std::string_view chunk, std::string_view extension = "") {
    text += fmt::format("{:x}{}\r\n", chunk.size(), extension);
    for (std::size_t i = 1; i <= chunk.size(); ++i) ends.push_back(text.size() + i);
    text += chunk;
    text += "\r\n";
  }
  // How much of the body is in the first bytes of the reply.
  std::size_t body_in(std::size_t size) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(ends, size) - ends.begin());
  }
};

// Whether all of the body that came is there after each of the pieces.
void expect_no_byte_held_back(const ChunkedReply& reply, std::vector<std::size_t> cuts) {
  cuts.push_back(reply.text.size());
  ReplyReader reader;
  std::size_t from = 0;
  for (const std::size_t to : cuts) {
    std::string piece = reply.text.substr(from, to - from);
    from = to;
    ASSERT_EQ(feed(reader, piece), to < reply.text.size() ? Progress::more : Progress::done) << to;
    if (reply.body_in(to) > 0) {
      ASSERT_EQ(reader.body().size(), reply.body_in(to)) << to << " of " << reply.text;
    }
  }
}

// A token of a model is a chunk of a few bytes, and whoever waits for it measures its time.
TEST(ReplyReader, GivesEachByteOfAChunkAsSoonAsItIsIn) {
  for (const std::string_view first : {"a", "0", "0\r\n", "0\r\n\r\n", "\r\n0\r\n\r\n", "token"}) {
    ChunkedReply reply;
    reply.add(first);
    reply.add("b", ";x=0");
    reply.add("\r\n0");
    reply.text += "0\r\nT: x\r\n\r\n";
    const std::size_t head = reply.text.find("\r\n\r\n");
    for (std::size_t one = head; one < reply.text.size(); ++one) {
      expect_no_byte_held_back(reply, {one});
      for (std::size_t two = one + 1; two < reply.text.size(); ++two)
        expect_no_byte_held_back(reply, {one, two});
    }
    std::vector<std::size_t> each(reply.text.size() - 1);
    std::iota(each.begin(), each.end(), std::size_t{1});
    expect_no_byte_held_back(reply, each);
  }
}

// What is said of one, and not how: a broken line may be refused before or after it is whole.
TEST(ReplyReader, ReadsTheSameOfAnyChunksHoweverTheyAreCut) {
  constexpr std::string_view kPieces[] = {
      "0",     "00",        "1",        "\r\n",           "\r",      "\n", "a",
      ";x=\"", "\r\n0\r\n", "\r\n\r\n", "5\r\nabcde\r\n", "T: x\r\n"};
  Stream random{20'261'128};
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::uint64_t i = random.below(9); i > 0; --i)
      text += kPieces[random.below(std::size(kPieces))];
    if (random.chance(0.5)) text += "0\r\n\r\n";
    ReplyReader whole;
    std::string bytes = text;
    const bool done = feed(whole, bytes) == Progress::done;
    ReplyReader cut;
    Progress progress = Progress::more;
    for (std::size_t from = 0; from < text.size() && progress == Progress::more;) {
      const std::size_t size = std::min<std::size_t>(1 + random.below(6), text.size() - from);
      std::string piece = text.substr(from, size);
      progress = feed(cut, piece);
      from += size;
    }
    ASSERT_EQ(progress == Progress::done, done) << text;
    if (done) {
      ASSERT_EQ(cut.body(), whole.body()) << text;
    }
  }
}

TEST(ReplyReader, TellsAnEndThatCutsTheReplyInHalf) {
  const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    ReplyReader reader;
    std::string text = whole.substr(0, length);
    ASSERT_EQ(feed(reader, text), Progress::more);
    EXPECT_EQ(reader.finish(), Progress::bad) << length;
  }
}

TEST(ReplyReader, KnowsAStrangerByTheFirstByte) {
  ReplyReader reply;
  std::string frame = "\x81\x05";
  EXPECT_EQ(feed(reply, frame), Progress::bad);
  RequestReader request;
  std::string tls_hello = "\x16\x03\x01";
  EXPECT_EQ(feed(request, tls_hello), Progress::bad);
}

// When a broken header is refused must not depend on the network.
TEST(ReplyReader, RefusesABrokenHeaderAtItsEndHoweverItIsCut) {
  const std::string broken = "HTTP/1.1 200 OK\r\nno colon\n\r\nX: y\r\n\r\n";
  for (std::size_t cut = 0; cut < broken.size(); ++cut) {
    ReplyReader reader;
    std::string text = broken.substr(0, cut);
    ASSERT_EQ(feed(reader, text), Progress::more) << cut;
    text = broken.substr(cut);
    ASSERT_EQ(feed(reader, text), Progress::bad) << cut;
  }
}

TEST(ReplyReader, RefusesWhatIsNotHttpAndWhatIsTooBig) {
  const std::vector<std::string> bad{
      "\x81\x05Hello, I am no web server at all\r\n\r\n",
      "SSH-2.0-OpenSSH_9.2\r\n\r\n",
      "HTTP/1.1 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nNo colon here\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: minus one\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nzz\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n" +
          std::string(1'048'577, 'x'),
      "HTTP/1.1 200 OK\r\n\r\n" + std::string(1'048'577, 'x'),
      "HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x'),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(20'000, 'x')};
  for (const std::string& text : bad) {
    ReplyReader reader;
    std::string bytes = text;
    EXPECT_EQ(feed(reader, bytes), Progress::bad) << text.substr(0, 80);
  }
}

}  // namespace
}  // namespace gauntlet::sim::wire
