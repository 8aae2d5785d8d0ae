// A server on links that the test plays: what its target is told, what its guests get to read, and
// how it gets rid of those who do not behave.
#include "sim/session/host.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "scenarios/terms/defect.hpp"
#include "scenarios/terms/match.hpp"
#include "tests/support/fake_links.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using wire::Opcode;
using wire::Role;

// Writes down what it is told. Accepts and answers at once, unless it is slow.
class PlayedTarget final : public Target {
 public:
  void handle(Instant, ConnectionId from, const TargetInput& input, TargetOutbox& out) override {
    std::visit(
        match{
            [&](const Asked& e) {
              heard.push_back(fmt::format("{} asks {} {}", from, e.method, e.path));
              if (slow) return;
              if (e.upgrade)
                out.push({from, Accept{}});
              else
                out.push({from, Respond{.status = 200, .body = out.keep(e.path)}});
            },
            [&](const Heard& e) { heard.push_back(fmt::format("{} says {}", from, e.text)); },
            [&](const PeerPinged&) { heard.push_back(fmt::format("{} pings", from)); },
            [&](const PeerPonged&) { heard.push_back(fmt::format("{} pongs", from)); },
            [&](const Gone& e) { heard.push_back(fmt::format("{} gone {}", from, e.code)); },
            [&](const TimeCame&) {
              if (act) std::exchange(act, nullptr)(out);
            },
        },
        input);
  }
  std::optional<Instant> next_deadline() const override {
    return act ? std::optional{Instant{}} : std::nullopt;
  }

  bool slow{false};
  std::function<void(TargetOutbox&)> act;
  std::vector<std::string> heard;
};

std::string get(std::string_view path, std::string_view more = "") {
  return fmt::format("GET {} HTTP/1.1\r\nHost: h\r\n{}\r\n", path, more);
}

std::string upgrade() {
  std::string bytes;
  wire::append_upgrade(bytes, {.method = "GET", .authority = "h", .path = "/ws"},
                       wire::websocket_nonce(1, 2));
  return bytes;
}

std::string frame(Opcode opcode, std::string_view payload) {
  std::string bytes;
  wire::append_frame(bytes, Role::client, opcode, payload, 0x01020304);
  return bytes;
}

std::string close_frame(std::uint16_t code) {
  std::string bytes;
  wire::append_close(bytes, Role::client, code, "", 0x01020304);
  return bytes;
}

class HostTest : public testing::Test {
 protected:
  LinkId guest() {
    const LinkId link = links.add(host);
    host.accepted(link, 0, "10.0.0.1", links.now);
    return link;
  }
  LinkId socket() {
    const LinkId link = guest();
    links.feed(link, upgrade());
    EXPECT_THAT(links.take(link), StartsWith("HTTP/1.1 101"));
    target.heard.clear();
    return link;
  }
  void act(std::function<void(TargetOutbox&)> what) {
    target.act = std::move(what);
    host.tick(links.now);
  }
  void let_pass(Duration time) {
    links.now += time;
    host.tick(links.now);
  }

  FakeLinks links;
  PlayedTarget target;
  Host host{target, links, {.message_bytes_max = 1024}};
};

TEST_F(HostTest, AnswersPipelinedRequestsInTheirOrder) {
  const LinkId link = guest();
  links.feed(link, get("/a") + get("/b") + get("/c", "Connection: close\r\n"));
  EXPECT_THAT(target.heard, ElementsAre("1 asks GET /a", "1 asks GET /b", "1 asks GET /c"));
  const std::string replies = links.take(link);
  EXPECT_LT(replies.find("/a"), replies.find("/b"));
  EXPECT_LT(replies.find("/b"), replies.find("/c"));
  EXPECT_EQ(links.line(link).ended, Ending::close);
  EXPECT_EQ(host.connections(), 0);
}

TEST_F(HostTest, DropsWhoeverDoesNotAsk) {
  const LinkId silent = guest();
  const LinkId slow = guest();
  links.feed(slow, get("/a").substr(0, 10));
  const LinkId talker = socket();
  const LinkId regular = guest();
  let_pass(Host::kPatience / 2);
  links.feed(regular, get("/b"));
  let_pass(Host::kPatience / 2);
  EXPECT_EQ(links.line(silent).ended, Ending::close);
  EXPECT_EQ(links.line(slow).ended, Ending::close);
  EXPECT_EQ(links.line(talker).ended, std::nullopt);
  EXPECT_EQ(links.line(regular).ended, std::nullopt) << "it has as long again";
  EXPECT_EQ(host.next_deadline(), links.now + Host::kPatience / 2);
  let_pass(Host::kPatience / 2);
  EXPECT_EQ(links.line(regular).ended, Ending::close);
  EXPECT_EQ(host.connections(), 1);
}

TEST_F(HostTest, TellsOfEverySignOfLife) {
  const LinkId link = socket();
  links.feed(link, frame(Opcode::ping, "p") + frame(Opcode::pong, ""));
  EXPECT_THAT(target.heard, ElementsAre("1 pings", "1 pongs"));
  EXPECT_THAT(links.take(link), HasSubstr("p")) << "a ping is answered all the same";
}

TEST_F(HostTest, KeepsWhatComesBehindARequestUntilThatIsAnswered) {
  target.slow = true;
  const LinkId link = guest();
  links.feed(link, get("/a") + get("/b").substr(0, 10));
  links.feed(link, get("/b").substr(10));
  EXPECT_THAT(target.heard, ElementsAre("1 asks GET /a"));
  act([&](TargetOutbox& out) { out.push({link, Respond{200, out.keep("{}")}}); });
  EXPECT_THAT(target.heard, ElementsAre("1 asks GET /a", "1 asks GET /b"));
}

TEST_F(HostTest, HearsFramesThatCameBeforeTheUpgradeWasAccepted) {
  target.slow = true;
  const LinkId link = guest();
  links.feed(link, upgrade() + frame(Opcode::text, "early"));
  links.feed(link, frame(Opcode::text, "bird"));
  act([&](TargetOutbox& out) { out.push({link, Accept{}}); });
  EXPECT_THAT(target.heard, ElementsAre("1 asks GET /ws", "1 says early", "1 says bird"));
}

TEST_F(HostTest, DropsAGuestThatSaysTooMuchBeforeItsAnswer) {
  target.slow = true;
  const LinkId link = guest();
  links.feed(link, get("/a") + std::string(3000, 'x'));
  EXPECT_THAT(target.heard, ElementsAre("1 asks GET /a", "1 gone 1006"));
  EXPECT_EQ(links.line(link).ended, Ending::reset);
}

TEST_F(HostTest, AnswersNonsenseWith400) {
  const LinkId link = guest();
  links.feed(link, "\x16\x03\x01 is how TLS begins\r\n\r\n");
  EXPECT_THAT(links.take(link), StartsWith("HTTP/1.1 400"));
  EXPECT_EQ(links.line(link).ended, Ending::close);
  EXPECT_THAT(target.heard, IsEmpty());
}

TEST_F(HostTest, TellsOfAGuestsEndOnce) {
  target.slow = true;
  const LinkId asker = guest();
  links.feed(asker, get("/a"));
  links.finish(asker, Outcome::reset);
  act([&](TargetOutbox& out) { out.push({asker, Respond{200, out.keep("too late")}}); });
  EXPECT_THAT(target.heard, ElementsAre("1 asks GET /a", "1 gone 1006"));

  target.slow = false;
  const LinkId talker = socket();
  links.feed(talker, close_frame(4000) + frame(Opcode::text, "after the end"));
  links.finish(talker, Outcome::closed_early);
  EXPECT_THAT(target.heard, ElementsAre("2 gone 4000"));
  EXPECT_EQ(links.line(talker).ended, Ending::close);
  EXPECT_EQ(host.connections(), 0);
}

TEST_F(HostTest, SaysNothingOfAGuestThatNeverAsked) {
  const LinkId link = guest();
  links.feed(link, "GET / HT");
  links.finish(link, Outcome::closed_early);
  EXPECT_THAT(target.heard, IsEmpty());
  EXPECT_EQ(host.connections(), 0);
}

TEST_F(HostTest, WaitsOnlySoLongForTheGoodbyeOfAGuestThatItHungUpOn) {
  const LinkId polite = socket();
  const LinkId silent = socket();
  target.heard.clear();
  act([&](TargetOutbox& out) {
    for (const LinkId link : {polite, silent}) out.push({link, HangUp{4001, out.keep("go")}});
  });
  links.feed(polite, close_frame(4001));
  EXPECT_THAT(target.heard, ElementsAre("1 gone 4001"));
  EXPECT_EQ(host.next_deadline(), links.now + Host::kFarewell);
  let_pass(Host::kFarewell - 1ns);
  EXPECT_EQ(host.connections(), 1);
  let_pass(1ns);
  EXPECT_THAT(target.heard, ElementsAre("1 gone 4001", "2 gone 1006"));
  EXPECT_EQ(links.line(silent).ended, Ending::reset);
  EXPECT_EQ(host.connections(), 0);
  let_pass(Host::kPatience);
  EXPECT_EQ(host.next_deadline(), std::nullopt);
}

TEST_F(HostTest, WaitsNoLongerForOneGuestsGoodbyeBecauseOfAStreamThatItLeavesOpen) {
  Host careless{
      target, links, {.message_bytes_max = 1024, .defects = Defects{Defect::leave_stream_open}}};
  const auto come = [&] {
    const LinkId link = links.add(careless);
    careless.accepted(link, 0, "10.0.0.1", links.now);
    links.feed(link, upgrade());
    return link;
  };
  const auto let_pass_there = [&](Duration time) {
    links.now += time;
    careless.tick(links.now);
  };
  const LinkId leaver = come();
  const LinkId silent = come();
  links.feed(leaver, close_frame(1000));
  target.act = [&](TargetOutbox& out) { out.push({silent, HangUp{4001, out.keep("go")}}); };
  careless.tick(links.now);
  EXPECT_EQ(careless.next_deadline(), links.now + Host::kFarewell);
  let_pass_there(Host::kFarewell);
  EXPECT_EQ(links.line(silent).ended, Ending::reset);
  EXPECT_EQ(links.line(leaver).ended, std::nullopt) << "its stream is left open";
  let_pass_there(Host::kFarewell);
  EXPECT_EQ(links.line(leaver).ended, Ending::reset);
}

TEST_F(HostTest, NeitherReadsNorAnswersWhileItIsHalted) {
  const LinkId link = socket();
  target.heard.clear();
  act([](TargetOutbox& out) { out.push({0, Halt{}}); });
  EXPECT_FALSE(links.line(link).reading);
  EXPECT_FALSE(links.line(guest()).reading) << "the kernel lets it in, and nobody looks";
  links.take(link);
  links.feed(link, frame(Opcode::ping, "?") + frame(Opcode::text, "read just before"));
  EXPECT_THAT(target.heard, IsEmpty());
  EXPECT_THAT(links.take(link), IsEmpty());
  act([](TargetOutbox& out) { out.push({0, Resume{}}); });
  EXPECT_TRUE(links.line(link).reading);
  EXPECT_THAT(target.heard, ElementsAre("1 pings", "1 says read just before"));
  EXPECT_THAT(links.take(link), testing::Not(IsEmpty())) << "a pong";
}

TEST_F(HostTest, BreaksEveryConnectionInACrashAndLetsNobodyIn) {
  const LinkId asker = guest();
  const LinkId talker = socket();
  target.heard.clear();
  act([](TargetOutbox& out) { out.push({0, Crash{}}); });
  for (const LinkId link : {asker, talker}) EXPECT_EQ(links.line(link).ended, Ending::reset);
  EXPECT_FALSE(links.accepting);
  EXPECT_EQ(host.connections(), 0);
  EXPECT_THAT(target.heard, IsEmpty()) << "the dead are told nothing";
  act([](TargetOutbox& out) { out.push({0, Resume{}}); });
  EXPECT_TRUE(links.accepting);
}

TEST_F(HostTest, SendsNoFrameAfterItsCloseFrame) {
  const LinkId link = socket();
  act([&](TargetOutbox& out) {
    out.push({link, HangUp{1000}});
    out.push({link, Say{out.keep("not any more")}});
    out.push({link, Probe{}});
  });
  const std::string goodbye = links.take(link);
  EXPECT_EQ(goodbye.size(), 4) << "a close frame with a code";
  links.feed(link, frame(Opcode::ping, "still there?"));
  EXPECT_THAT(links.take(link), IsEmpty());
}

TEST_F(HostTest, DropsWhoeverDoesNotReadAndTellsTheTarget) {
  const LinkId slow = socket();
  const LinkId quick = socket();
  links.line(slow).unread = Host::kBacklogMax + 1;
  act([&](TargetOutbox& out) {
    const Slice text = out.keep("news");
    for (const LinkId link : {slow, slow, quick}) out.push({link, Say{text}});
  });
  EXPECT_THAT(target.heard, ElementsAre("1 gone 1006"));
  EXPECT_EQ(links.line(slow).ended, Ending::reset);
  EXPECT_THAT(links.take(quick), HasSubstr("news"));
}

TEST_F(HostTest, DoesNotHoardAnswersForAGuestThatOnlyAsks) {
  const LinkId pinger = socket();
  links.line(pinger).unread = Host::kBacklogMax + 1;
  links.feed(pinger, frame(Opcode::ping, "and again"));
  EXPECT_THAT(links.take(pinger), IsEmpty());

  const LinkId asker = guest();
  links.line(asker).unread = Host::kBacklogMax + 1;
  links.feed(asker, get("/a") + get("/b"));
  EXPECT_THAT(target.heard, ElementsAre("1 pings", "2 asks GET /a")) << "it is gone by then";
  EXPECT_EQ(links.line(asker).ended, Ending::reset);
}

// A whole conversation from the client's side, cut after every byte: whoever asked or talked is
// gone exactly once or was answered, and nobody stays.
TEST_F(HostTest, HearsOneEndForOneFailureAtEachByte) {
  const std::string bytes = get("/a") + get("/b") + upgrade() + frame(Opcode::text, "one") +
                            frame(Opcode::ping, "p") + frame(Opcode::text, std::string(300, 'x')) +
                            close_frame(1000);
  const std::size_t talking_from = get("/a").size() + get("/b").size() + upgrade().size();
  for (const auto how : {Outcome::closed_early, Outcome::reset}) {
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      target.heard.clear();
      const LinkId link = guest();
      links.feed(link, bytes.substr(0, cut));
      links.finish(link, how);
      const auto gone = std::ranges::count_if(
          target.heard, [](const std::string& words) { return words.find("gone") != words.npos; });
      EXPECT_EQ(gone, cut >= talking_from ? 1 : 0) << "cut at " << cut;
      EXPECT_EQ(host.connections(), 0) << "cut at " << cut;
      EXPECT_FALSE(links.any_alive()) << "cut at " << cut;
    }
  }
}

}  // namespace
}  // namespace gauntlet::sim
