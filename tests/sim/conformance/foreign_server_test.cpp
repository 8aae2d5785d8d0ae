// Servers that say the same in other words, or less: what the suite may not hold against them, and
// what must not bring it down.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/arena.hpp"
#include "sim/conformance/cases/catalogue.hpp"
#include "tests/sim/conformance/virtual_suite.hpp"

namespace gauntlet::sim::conformance {
namespace {

std::string with_all_replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string replaced{text};
  for (auto at = replaced.find(what); at != std::string::npos;
       at = replaced.find(what, at + by.size()))
    replaced.replace(at, what.size(), by);
  return replaced;
}

/// An embedded server whose texts, and bodies of HTTP, are put into other words.
class Paraphrased final : public Target {
 public:
  using Words = std::function<std::string(std::string_view)>;
  Paraphrased(std::unique_ptr<Target> server, Words words)
      : server_{std::move(server)}, words_{std::move(words)} {}

  void handle(Instant now, ConnectionId from, const TargetInput& input,
              TargetOutbox& out) override {
    TargetOutbox said;
    server_->handle(now, from, input, said);
    for (const Addressed& each : said.effects()) {
      if (const auto* say = std::get_if<Say>(&each.effect))
        out.push({each.to, Say{out.keep(words_(said.text(say->text)))}});
      else if (const auto* respond = std::get_if<Respond>(&each.effect))
        out.push({each.to, Respond{respond->status, out.keep(words_(said.text(respond->body))),
                                   respond->type}});
      else if (const auto* hang_up = std::get_if<HangUp>(&each.effect))
        out.push({each.to, HangUp{hang_up->code, out.keep(said.text(hang_up->reason))}});
      else
        out.push({each.to, each.effect});
    }
  }
  std::optional<Instant> next_deadline() const override { return server_->next_deadline(); }

 private:
  std::unique_ptr<Target> server_;
  Words words_;
};

/// An arena that begins no round while another is on, and ends one only when it is told to: the
/// documents do not say that it may not.
class OneRoundAtATime final : public Target {
 public:
  void handle(Instant now, ConnectionId from, const TargetInput& input,
              TargetOutbox& out) override {
    const auto* asked = std::get_if<Asked>(&input);
    if (asked == nullptr || asked->method != "POST") return arena_->handle(now, from, input, out);
    const bool starts = asked->path == "/rounds/start";
    const Json body = Json::parse(asked->body, nullptr, false);
    const std::string round = text_of(body, "roundId");
    if (starts && !on_.empty() && on_ != round) {
      ++refusals_;
      out.push({from, Respond{409, out.keep(R"({"error":"a round is on"})")}});
      return;
    }
    const std::string path{asked->path};
    arena_->handle(now, from, input, out);
    const auto* answer = std::get_if<Respond>(&out.effects().back().effect);
    if (answer == nullptr || answer->status != 200) return;
    if (starts) on_ = round;
    if (path == "/session" || (path == "/rounds/stop" && on_ == round)) on_.clear();
  }
  std::optional<Instant> next_deadline() const override { return arena_->next_deadline(); }
  int refusals() const { return refusals_; }

 private:
  std::unique_ptr<Target> arena_{make_arena({}, 1, kEpochUnixMs)};
  std::string on_;
  int refusals_{0};
};

std::vector<const Case*> of_area(std::vector<const Case*> cases, std::string_view area) {
  std::erase_if(cases, [&](const Case* row) { return !row->id.starts_with(area); });
  return cases;
}

std::string pin_of_a_new_session(Target& arena) {
  TargetOutbox out;
  arena.handle(Instant{}, 0,
               Asked{.port = 0,
                     .upgrade = false,
                     .method = "POST",
                     .path = "/session",
                     .query = {},
                     .bearer = {},
                     .peer = {},
                     .body = "{}"},
               out);
  const auto& answer = std::get<Respond>(out.effects().front().effect);
  return Json::parse(out.text(answer.body)).at("pin").get<std::string>();
}

using Verdicts = std::map<std::string_view, Verdict>;

Verdicts verdicts(const std::vector<CaseResult>& results) {
  Verdicts all;
  for (const CaseResult& result : results) all.emplace(result.row->id, result.ruling.verdict);
  return all;
}

Verdicts played_with_relay(Target& relay, std::string_view area) {
  VirtualServer server{
      relay, {.message_bytes_max = 1024 * 1024}, Endpoint::relay_http, Endpoint::relay_socket};
  ArcBystanders bystanders;
  return verdicts(
      server.run(of_area(relay_cases(), area), bystanders, {.door = Endpoint::relay_socket}));
}

TEST(ForeignRelay, MayPutBlanksAroundItsColons) {
  Paraphrased relay{make_relay({}, 1, kEpochUnixMs),
                    [](std::string_view text) { return with_all_replaced(text, "\":", "\" : "); }};
  for (const auto& [id, verdict] : played_with_relay(relay, "ARC-IDENT-"))
    EXPECT_EQ(verdict, Verdict::pass) << id;
}

Verdicts played_with_arena(Target& arena, bool own_session) {
  VirtualServer server{
      arena, {.message_bytes_max = 1024 * 1024}, Endpoint::arena_http, Endpoint::arena_socket};
  ArenaBystanders bystanders;
  Premises premises{.control = true, .own_session = own_session};
  if (!own_session) premises.pin = pin_of_a_new_session(arena);
  return verdicts(server.run(arena_cases(), bystanders,
                             {.premises = std::move(premises), .door = Endpoint::arena_socket}));
}

TEST(ForeignArena, MayPlayOneRoundAtATime) {
  for (const bool own_session : {true, false}) {
    OneRoundAtATime strict;
    const auto lenient = make_arena({}, 1, kEpochUnixMs);
    EXPECT_EQ(played_with_arena(strict, own_session), played_with_arena(*lenient, own_session));
    EXPECT_GT(strict.refusals(), 0);
  }
}

TEST(ForeignArena, WhoseRoundsHaveNoIndexCannotBeTold) {
  Paraphrased arena{make_arena({}, 1, kEpochUnixMs), [](std::string_view text) {
                      return with_all_replaced(text, R"("index":)", R"("number":)");
                    }};
  VirtualServer server{
      arena, {.message_bytes_max = 1024 * 1024}, Endpoint::arena_http, Endpoint::arena_socket};
  ArenaBystanders bystanders;
  const Verdicts all = verdicts(server.run(
      of_area(arena_cases(), "ARENA-ROUND-"), bystanders,
      {.premises = {.control = true, .own_session = true}, .door = Endpoint::arena_socket}));
  EXPECT_EQ(all.at("ARENA-ROUND-01"), Verdict::fail);
  EXPECT_EQ(all.at("ARENA-ROUND-34"), Verdict::inconclusive);
}

}  // namespace
}  // namespace gauntlet::sim::conformance
