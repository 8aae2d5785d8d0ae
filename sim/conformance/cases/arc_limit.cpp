// ARC-LIMIT: how much a relay takes, and what it does with more.
#include <fmt/format.h>

#include <set>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr std::size_t kRecommendedBytes = 64 * 1024;
constexpr int kTooBig = 1009;
constexpr int kTooManyMessages = 4029;
constexpr int kTooManyRequests = 429;

// A message of exactly so many bytes.
std::string message_of(Json message, std::size_t bytes) {
  message["payload"] = std::string(bytes - message.dump().size(), 'x');
  return message.dump();
}
std::string message_of(const Agent& to, std::size_t bytes) {
  return message_of(direct(to, ""), bytes);
}

Steps takes_the_recommended_size(Stage& stage, bool to_all) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Json empty = to_all ? broadcast("") : direct(bob, "");
  const std::string message = message_of(empty, kRecommendedBytes);
  alice.says(message);
  const Pattern either = from(alice);
  const std::optional<Message> got = co_await bob.may_hear(either, stage.waits().answer);
  if (!got) {
    stage.fail(fmt::format("a message of {} bytes arrives", kRecommendedBytes), alice.what_came());
    co_return;
  }
  stage.expect(got->text.size() >= message.size(), "the whole of it",
               fmt::format("{} bytes", got->text.size()));
}

Steps takes_the_recommended_size(Stage& stage) {
  co_await takes_the_recommended_size(stage, false);
}
Steps takes_the_recommended_size_in_a_broadcast(Stage& stage) {
  co_await takes_the_recommended_size(stage, true);
}

// A frame tells its length in eight bytes from here on. What the relay adds to a message is seen
// from the one before; its id may be longer by a digit.
Steps delivers_64_kib_to_the_byte(Stage& stage) {
  constexpr std::int64_t kWanted = 65536;
  constexpr int kTries = 8;
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  std::int64_t letters = 65000;
  for (int i = 0; i < kTries; ++i) {
    const std::string message =
        direct(bob, std::string(static_cast<std::size_t>(letters), 'x')).dump();
    if (message.size() > kRecommendedBytes) break;
    alice.says(message);
    const std::optional<Message> got = co_await bob.may_hear(from(alice), stage.waits().answer);
    if (!got) {
      if (alice.open() && alice.heard(an_error()).empty())
        stage.fail("a message of about 64 KiB, as bob is to get it", bob.what_came());
      else
        stage.skip("the relay takes no message of that size: " + alice.what_came());
      co_await stage.over();
    }
    const auto size = static_cast<std::int64_t>(got->text.size());
    if (size == kWanted) co_return;
    letters += kWanted - size;
  }
  stage.note("no message has come to exactly 65,536 bytes");
}

// Taken, refused by an error, or closed with 1009: the documents recommend a limit, no more.
Steps decides_about(Stage& stage, std::size_t bytes) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(message_of(bob, bytes));
  co_await stage.until(
      [&] {
        return !alice.open() || !alice.heard(an_error()).empty() || !bob.heard(from(alice)).empty();
      },
      stage.waits().answer);
  const bool taken = !bob.heard(from(alice)).empty();
  const bool refused = !alice.heard(an_error()).empty();
  const std::optional<Ended> ended = co_await alice.may_be_closed(Duration{});
  stage.note(taken ? "it is taken" : refused ? "it is refused by an error" : said(ended));
  if (taken || refused) co_return;
  stage.expect(ended.has_value(), "the message, an error, or a close with 1009", alice.what_came());
  if (ended && ended->code != kTooBig) stage.deviates("closed, but not with 1009: " + said(ended));
}

Steps decides_about_twice_the_size(Stage& stage) {
  co_await decides_about(stage, 2 * kRecommendedBytes);
}
Steps decides_about_2_MiB(Stage& stage) {
  co_await decides_about(stage, std::size_t{2} * 1024 * 1024);
}

Steps serves_others_while_one_is_too_big(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  alice.says(message_of(bob, 2 * kRecommendedBytes));
  carol.says(direct(bob, "small"));
  co_await bob.hears("carol's message", from(carol));
}

Steps takes_ninety_a_minute(Stage& stage) {
  constexpr int kCount = 90;
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  for (int i = 0; i < kCount; ++i) alice.says(direct(bob, i));
  for (int i = 0; i < kCount; ++i)
    co_await bob.hears(fmt::format("message {} of {}", i + 1, kCount),
                       from(alice) && with("payload", i));
}

// Above the limit, a relay may take them, say errors, close with 4029, or slow down; what it must
// not do is to lose messages without a word.
Steps loses_nothing_silently(Stage& stage) {
  constexpr std::size_t kCount = 150;
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  for (std::size_t i = 0; i < kCount; ++i) alice.says(direct(bob, i));
  co_await stage.until(
      [&] {
        return bob.heard(from(alice)).size() >= kCount || !alice.heard(an_error()).empty() ||
               !alice.open();
      },
      stage.waits().answer);
  const std::size_t arrived = bob.heard(from(alice)).size();
  const std::optional<Ended> ended = co_await alice.may_be_closed(Duration{});
  const bool told = !alice.heard(an_error()).empty() || ended.has_value();
  stage.note(fmt::format("{} of {} arrived", arrived, kCount));
  if (arrived == kCount) co_return;
  if (!told) stage.deviates("messages above a rate are lost, or slowed down, without a word");
  if (ended && ended->code != kTooManyMessages)
    stage.deviates("closed, but not with 4029: " + said(ended));
}

Steps limits_one_agent_and_not_others(Stage& stage) {
  constexpr int kMany = 150;
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  for (int i = 0; i < kMany; ++i) alice.says(direct(bob, i));
  carol.says(direct(bob, "one"));
  co_await bob.hears("carol's only message", from(carol));
}

Steps takes_many_registrations(Stage& stage) {
  constexpr int kCount = 30;
  for (int i = 0; i < kCount; ++i) {
    const std::string body = Json{{"agent_id", stage.name(fmt::format("crowd-{}", i))}}.dump();
    std::string request;
    wire::append_request(request,
                         {.method = "POST",
                          .authority = stage.place(Endpoint::relay_http).authority,
                          .path = "/register"},
                         body);
    const std::string words = "POST /register " + body;
    const Reply reply = co_await stage.sends_raw(Endpoint::relay_http, request, words);
    stage.transcript().hide(text_of(reply.json, "token"));
    if (reply.status == kTooManyRequests) {
      stage.note(fmt::format("429 at registration {}", i + 1));
      co_return;
    }
    stage.expect(reply.ok(), "HTTP 200 or 429", said(reply));
  }
}

constexpr std::string_view kSize = "ARC, Send: 64 KiB per message is the recommended limit";
constexpr std::string_view kRate =
    "ARC, Limits: 100 messages a minute per agent are recommended; above: 4029, an error, or "
    "slower";

constexpr std::array kRows{
    Case{"ARC-LIMIT-01", "takes a message of 64 KiB", kSize, takes_the_recommended_size,
         Level::should},
    Case{"ARC-LIMIT-02", "decides about a message of 128 KiB", kSize, decides_about_twice_the_size,
         Level::may},
    Case{"ARC-LIMIT-03", "decides about a message of 2 MiB", kSize, decides_about_2_MiB, Level::may,
         Manner::hostile},
    Case{"ARC-LIMIT-04", "serves others while one sends too much", kSize,
         serves_others_while_one_is_too_big},
    Case{"ARC-LIMIT-05", "takes 90 messages in a minute", kRate, takes_ninety_a_minute,
         Level::should},
    Case{"ARC-LIMIT-06", "loses nothing silently above 100 a minute", kRate, loses_nothing_silently,
         Level::may, Manner::alone},
    Case{"ARC-LIMIT-07", "limits one agent, and not the others", kRate,
         limits_one_agent_and_not_others, Level::should, Manner::alone},
    Case{"ARC-LIMIT-08", "takes thirty registrations, or says 429",
         "ARC, Connect: rate limiting with 429", takes_many_registrations, Level::should,
         Manner::alone},
    Case{"ARC-LIMIT-09", "takes a broadcast of 64 KiB", kSize,
         takes_the_recommended_size_in_a_broadcast, Level::should},
    Case{"ARC-LIMIT-10", "delivers a message that comes to 65,536 bytes",
         "RFC 6455 §5.2: a length above 65,535 is told in eight bytes",
         delivers_64_kib_to_the_byte},
};

}  // namespace

Cases arc_limit_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
