// Boost.Beast's WebSocket as the oracle: it must hear what we say, we must hear what it says, and
// both must refuse the same streams.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/beast/_experimental/test/stream.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "sim/wire/http.hpp"
#include "tests/sim/wire/conversation.hpp"
#include "tests/sim/wire/frames.hpp"
#include "tests/sim/wire/violations.hpp"

namespace gauntlet::sim::wire {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::asio::buffer;

/// A Beast WebSocket in one role, after a handshake with ours over a pipe in memory.
class Oracle {
 public:
  explicit Oracle(Role role) : role_{role}, pipe_{context_}, socket_{context_} {
    beast::test::connect(socket_.next_layer(), pipe_);
    socket_.control_callback([this](websocket::frame_type type, beast::string_view body) {
      if (type == websocket::frame_type::ping) heard_.push_back(ping(view(body)));
      if (type == websocket::frame_type::pong) heard_.push_back(pong(view(body)));
    });
    shake_hands();
  }

  websocket::stream<beast::test::stream>& socket() { return socket_; }

  void say(std::string_view bytes) {
    pipe_.write_some(buffer(bytes.data(), bytes.size()));
    run();
  }

  /// Everything that Beast wrote since the last call.
  std::string said() {
    run();
    const std::string bytes{view(pipe_.str())};
    pipe_.clear();
    return bytes;
  }

  /// Reads messages until Beast wants more, or the connection is over.
  const Events& listen() {
    socket_.async_read(buffer_, [this](beast::error_code error, std::size_t) {
      if (error == websocket::error::closed) {
        heard_.push_back(close(socket_.reason().code, view(socket_.reason().reason)));
      } else if (error) {
        heard_.push_back(violation(0));  // its code is in the close frame that Beast sends
      } else {
        const std::string body = beast::buffers_to_string(buffer_.data());
        heard_.push_back(socket_.got_text() ? text(body) : binary(body));
        buffer_.clear();
        listen();
      }
    });
    run();
    return heard_;
  }

  void run() {
    context_.restart();
    context_.poll();
  }

 private:
  static std::string_view view(const auto& text) { return {text.data(), text.size()}; }

  void shake_hands() {
    const std::string nonce = websocket_nonce(1, 2);
    beast::error_code result = beast::error::timeout;
    if (role_ == Role::server) {
      std::string request;
      append_upgrade(request, {.method = "GET", .authority = "h:1", .path = "/ws"}, nonce);
      say(request);
      socket_.async_accept([&](beast::error_code error) { result = error; });
      std::string reply = said();
      std::span<char> bytes{reply};
      ReplyReader reader;
      EXPECT_EQ(reader.feed(bytes), Progress::done);
      EXPECT_TRUE(reader.accepts(nonce));
    } else {
      socket_.async_handshake("h:1", "/ws", [&](beast::error_code error) { result = error; });
      std::string request = said();
      std::span<char> bytes{request};
      RequestReader reader;
      EXPECT_EQ(reader.feed(bytes), Progress::done);
      EXPECT_EQ(reader.path(), "/ws");
      std::string reply;
      append_accept(reply, reader.upgrade_nonce());
      say(reply);
    }
    EXPECT_FALSE(result) << result.message();
  }

  Role role_;
  boost::asio::io_context context_;
  beast::test::stream pipe_;
  websocket::stream<beast::test::stream> socket_;
  beast::flat_buffer buffer_;
  Events heard_;
};

class Beast : public testing::TestWithParam<Role> {};

TEST_P(Beast, HearsWhatWeSay) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Stream random{seed};
    const Conversation conversation =
        random_conversation(random, peer_of(GetParam()), 8, seed % 10 == 0 ? 70'000 : 200);
    Oracle oracle{GetParam()};
    oracle.say(conversation.stream);
    ASSERT_EQ(oracle.listen(), conversation.events) << "seed " << seed;
  }
}

TEST_P(Beast, IsHeardByUs) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Stream random{seed};
    Oracle oracle{GetParam()};
    auto& socket = oracle.socket();
    socket.write_buffer_bytes(64);
    Events want;
    for (int i = 0; i < 10; ++i) {
      const bool is_text = random.chance(0.5);
      const std::uint64_t size = random.below(seed % 10 == 0 ? 70'000 : 300);
      const std::string body = is_text ? random_text(random, size) : random_bytes(random, size);
      socket.text(is_text);
      socket.auto_fragment(random.chance(0.5));
      std::string_view left = body;
      for (auto more = random.below(4); more > 0; --more) {
        const std::string_view piece = take_piece(random, left);
        socket.write_some(false, buffer(piece.data(), piece.size()));
        if (random.chance(0.3)) {
          socket.ping("between");
          want.push_back(ping("between"));
        }
      }
      socket.write_some(true, buffer(left.data(), left.size()));
      want.push_back(is_text ? text(body) : binary(body));
    }
    socket.async_close({websocket::close_code::going_away, "bye"}, [](beast::error_code) {});
    want.push_back(close(1001, "bye"));
    const std::string stream = oracle.said();
    ASSERT_EQ(hear_whole(peer_of(GetParam()), stream), want) << "seed " << seed;
    ASSERT_EQ(hear_in_pieces(peer_of(GetParam()), stream, 1 + random.below(30)), want)
        << "seed " << seed;
  }
}

/// The code of the close frame that ends what Beast said in answer to a violation.
std::uint16_t refusal_code(Oracle& oracle, Role role) {
  const Events said = hear_whole(peer_of(role), oracle.said());
  return !said.empty() && said.back().kind == WsEvent::Kind::close ? said.back().code
                                                                   : std::uint16_t{0};
}

TEST_P(Beast, ClosesWithTheCodesThatWeSend) {
  for (const int known : {1000, 1001, 1002, 1007, 1009, 1013, 3000, 4001, 4029, 4999}) {
    const auto code = static_cast<std::uint16_t>(known);
    std::string frame;
    append_close(frame, peer_of(GetParam()), code, "raz\xC3\xA3o", 77);
    Oracle oracle{GetParam()};
    oracle.say(frame);
    EXPECT_THAT(oracle.listen(), testing::ElementsAre(close(code, "raz\xC3\xA3o")));
    EXPECT_EQ(refusal_code(oracle, GetParam()), code);  // echoed
  }
}

// What Beast judges otherwise: it does not know 1014, takes codes from 5000 on, which nobody may
// send, and differs in the three rows of violations() that say so.
bool judged_alike(const Event& ours, const Event& beasts) {
  if (ours == beasts) return true;
  if (beasts.kind == WsEvent::Kind::close) return ours == violation(1002) && beasts.code >= 5000;
  if (beasts == violation(1002)) return ours == violation(1007) || ours.code == 1014;
  return beasts == violation(1009) && ours == violation(1002);
}

// Beast takes a text that ends within a character when its last frame is empty.
bool missed_by_beast(const Event& ours, const Event& beasts) {
  Utf8Checker checker;
  return ours == violation(1007) && beasts.kind == WsEvent::Kind::text &&
         checker.feed(beasts.payload) && !checker.complete();
}

TEST_P(Beast, RefusesDamagedStreamsAsWeDo) {
  int refused = 0;
  for (std::uint64_t seed = 1'000; seed < 3'000; ++seed) {
    Stream random{seed};
    Conversation made = random_conversation(random, peer_of(GetParam()), 3, 100);
    made.stream[random.below(made.stream.size())] = static_cast<char>(random.below(256));
    const Events want = hear_whole(GetParam(), made.stream, 200);

    Oracle oracle{GetParam()};
    oracle.socket().read_message_max(200);
    oracle.say(made.stream);
    Events heard = oracle.listen();
    if (!heard.empty() && heard.back() == violation(0))
      heard.back().code = refusal_code(oracle, GetParam());
    const auto [mine, its] = std::ranges::mismatch(want, heard, judged_alike);
    const bool alike = mine == want.end() && its == heard.end();
    ASSERT_TRUE(alike || (mine != want.end() && its != heard.end() && missed_by_beast(*mine, *its)))
        << "seed " << seed << "\nours:  " << testing::PrintToString(want)
        << "\nBeast: " << testing::PrintToString(heard);
    refused += !want.empty() && want.back().kind == WsEvent::Kind::violation ? 1 : 0;
  }
  EXPECT_GT(refused, 200);
}

INSTANTIATE_TEST_SUITE_P(, Beast, testing::Values(Role::client, Role::server), [](const auto& row) {
  return row.param == Role::client ? "AsAClient" : "AsAServer";
});

class BeastViolation : public testing::TestWithParam<Wrong> {};

TEST_P(BeastViolation, IsRefusedByBeastToo) {
  const auto& [name, ours, bytes, want, beast_code] = GetParam();
  Oracle oracle{ours};
  oracle.socket().read_message_max(1'000);
  oracle.say(bytes + std::string(20, 'x'));  // Beast may want to see more of it
  const Events& heard = oracle.listen();
  ASSERT_THAT(heard, testing::Not(testing::IsEmpty()));
  EXPECT_EQ(heard.back(), violation(0));
  EXPECT_EQ(refusal_code(oracle, ours), beast_code);
}

INSTANTIATE_TEST_SUITE_P(, BeastViolation, testing::ValuesIn(violations()),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace gauntlet::sim::wire
