#include "sim/conformance/stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/conformance/socket.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr Duration kSlowCase = std::chrono::minutes{3};
constexpr Duration kRateLimitPause = std::chrono::seconds{2};
constexpr int kTooManyRequests = 429;

// A place's own path in front of a request's: "/api" + "/register".
std::string joined(std::string_view place, std::string_view path) {
  if (place.ends_with('/')) place.remove_suffix(1);
  return std::string{place} + std::string{path};
}

Reply reply_of(const Event& event) {
  return {.status = event.kind == Event::Kind::reply ? event.code : 0,
          .body = event.body,
          .json = event.json};
}

bool answered(const Connection& connection) {
  return std::ranges::any_of(connection.events(), [](const Event& event) {
    return event.kind == Event::Kind::reply || event.kind == Event::Kind::ended;
  });
}

const Event& answer_on(const Connection& connection) {
  return *std::ranges::find_if(connection.events(), [](const Event& event) {
    return event.kind == Event::Kind::reply || event.kind == Event::Kind::ended;
  });
}

}  // namespace

Stage::Stage(Setting setting, Instant now)
    : setting_{std::move(setting)}, began_{now}, now_{now}, ends_{now} {
  transcript_.hide(setting_.premises.pin);
  transcript_.hide(setting_.premises.expired_token);
}

// ---- Whom to talk to.

// Open, or over.
Task<Connection*> Stage::tries(Endpoint to, std::string who) {
  connections_.push_back(
      std::make_unique<Connection>(Connection::Setting{.links = setting_.links,
                                                       .listener = *this,
                                                       .transcript = transcript_,
                                                       .to = to,
                                                       .actor = setting_.actor,
                                                       .name = who,
                                                       .crowd = setting_.crowd,
                                                       .random = Stream{setting_.random.next()}}));
  Connection* connection = connections_.back().get();
  co_await until([connection] { return connection->opened() || connection->over(); },
                 waits().answer);
  if (!connection->opened()) connection->end(Ending::reset);
  co_return connection;
}

Task<Connection*> Stage::dials(Endpoint to, std::string who) {
  Connection* connection = co_await tries(to, who);
  if (!connection->opened()) {
    met_nobody_ = true;
    const auto& events = connection->events();
    cannot_tell(fmt::format("{} cannot connect: {}", who,
                            events.empty() ? "no answer" : events.back().body));
    co_await over();
  }
  co_return connection;
}

Task<bool> Stage::finds_somebody(Endpoint at) {
  const Connection* connection = co_await tries(at, "look");
  co_return connection->opened();
}

Task<Reply> Stage::asks(Endpoint to, std::string method, std::string path, std::string body) {
  for (;;) {
    std::string request;
    wire::append_request(
        request,
        {.method = method, .authority = place(to).authority, .path = joined(place(to).path, path)},
        body);
    const std::string words =
        fmt::format("{} {}{}{}", method, path, body.empty() ? "" : " ", in_words(body));
    Reply reply = co_await sends_raw(to, request, words);
    if (reply.status != kTooManyRequests || now_ + kRateLimitPause >= ends_) co_return reply;
    if (setting_.on_limit) setting_.on_limit(method, path);
    co_await pause(kRateLimitPause);
  }
}

Task<Reply> Stage::sends_raw(Endpoint to, std::string bytes, std::string words) {
  Connection* connection = co_await dials(to, fmt::format("http {}", ++asked_));
  connection->write(bytes, now_, words);
  const bool heard = co_await until([connection] { return answered(*connection); }, waits().answer);
  co_return heard ? reply_of(answer_on(*connection))
                  : Reply{.body = fmt::format("nothing in {} s", seconds(waits().answer))};
}

Task<Upgrade> Stage::knocks(Knock knock) {
  Connection* connection = co_await dials(knock.to, knock.who);
  const std::uint64_t high = setting_.random.next();  // apart: compilers order arguments freely
  const std::string nonce = wire::websocket_nonce(high, setting_.random.next());
  const Place& there = place(knock.to);
  const std::string path = there.path + (knock.query.empty() ? "" : "?" + knock.query);
  std::string request;
  wire::append_upgrade(
      request,
      {.method = "GET", .authority = there.authority, .path = path, .bearer = knock.bearer}, nonce);
  connection->expect_upgrade(nonce);
  connection->write(request, now_,
                    fmt::format("GET {} (upgrade{})", path,
                                knock.bearer.empty() ? "" : ", Bearer " + knock.bearer));
  co_await until([connection] { return answered(*connection); }, waits().answer);
  Upgrade upgrade{.reply = {}, .socket = Socket{*this, *connection}};
  if (answered(*connection)) upgrade.reply = reply_of(answer_on(*connection));
  co_return upgrade;
}

void Stage::restart_server() {
  note("the server is restarted");
  ends_ += kSlowCase;
  setting_.restart();
}

// ---- Findings.

void Stage::fail(std::string expected, std::string came) {
  find({Verdict::fail, std::move(expected), std::move(came)});
}

// Milder findings give way: a pass to all, an allowed deviation to a failure.
void Stage::find(Ruling ruling) {
  const auto weight = [](Verdict verdict) {
    return verdict == Verdict::pass ? 0 : verdict == Verdict::non_strict ? 1 : 2;
  };
  if (weight(ruling.verdict) <= weight(ruling_.verdict)) return;
  ruling_ = std::move(ruling);
}

// ---- Running.

void Stage::begin(Steps steps, Instant now) {
  now_ = now;
  ends_ = now + (setting_.row.slow ? kSlowCase : setting_.waits.whole);
  over_ = false;
  wait_.reset();
  ruling_ = {};
  steps_.emplace(std::move(steps));
  steps_->start();
}

bool Stage::wait_is_over() const { return wait_ && (now_ >= wait_->until || wait_->ready()); }

void Stage::run_due(Instant now) {
  now_ = now;
  stirred_ = false;
  while (!done() && wait_is_over()) {
    const Wait wait = *std::exchange(wait_, std::nullopt);
    wait.script.resume();
  }
  if (done() || now < ends_) return;
  cannot_tell("the case was not over in time");
  over_ = true;
}

void Stage::leave(Instant now) {
  constexpr std::uint16_t kGoodbye = 1000;
  steps_.reset();
  transcript_.end();
  for (const auto& connection : connections_) {
    if (connection->talking()) connection->send_close(kGoodbye, {}, now);
    connection->end(Ending::close);
  }
}

std::optional<Instant> Stage::next_deadline() const {
  if (done()) return std::nullopt;
  if (stirred_) return now_;
  return wait_ ? std::min(wait_->until, ends_) : ends_;
}

void Stage::stirred(Instant now) {
  now_ = std::max(now_, now);
  stirred_ = true;
}

}  // namespace gauntlet::sim::conformance
