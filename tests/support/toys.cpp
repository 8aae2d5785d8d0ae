#include "tests/support/toys.hpp"

#include "scenarios/terms/match.hpp"

namespace gauntlet::sim {

void EchoClient::handle(Instant now, const Input& input, Outbox& out) {
  const auto fail = [&](Outcome why) {
    log_.failures.push_back(why);
    log_.done = true;
    due_.reset();
  };
  std::visit(match{
                 [&](const Start&) {
                   if (script_.ask_first)
                     out.push(Request{.method = Method::post,
                                      .to = Endpoint::relay_http,
                                      .path = out.keep("/hello"),
                                      .body = out.keep("{}")});
                   else
                     out.push(Connect{.to = Endpoint::relay_socket});
                 },
                 [&](const HttpReply& reply) {
                   log_.status = reply.status;
                   out.push(Connect{.to = Endpoint::relay_socket});
                 },
                 [&](const HttpFailed& failure) { fail(failure.why); },
                 [&](const Connected&) { send(now, out); },
                 [&](const ConnectFailed& failure) { fail(failure.why); },
                 [&](const TimePassed&) {
                   if (due_ && *due_ <= now) send(now, out);
                 },
                 [&](const Received& message) {
                   log_.round_trips.push_back(now - sent_[log_.heard.size()]);
                   log_.heard.emplace_back(message.text);
                   if (log_.heard.size() == script_.count) out.push(Close{1000});
                 },
                 [&](const Closed& closed) {
                   log_.done = true;
                   due_.reset();
                   if (closed.how != Outcome::closed_by_peer) log_.failures.push_back(closed.how);
                 },
                 [&](const auto&) {},
             },
             input);
}

void EchoClient::send(Instant now, Outbox& out) {
  std::string text = std::to_string(sent_.size());
  text.resize(std::max(text.size(), script_.text_bytes), '.');
  out.push(Send{.text = out.keep(text), .intended = due_.value_or(now)});
  sent_.push_back(now);
  due_ = sent_.size() < script_.count ? std::optional{now + script_.period} : std::nullopt;
}

void EchoTarget::handle(Instant, ConnectionId from, const TargetInput& input, TargetOutbox& out) {
  std::visit(match{
                 [&](const Asked& asked) {
                   ++seen_.requests;
                   if (asked.upgrade)
                     out.push({from, Accept{}});
                   else
                     out.push({from, Respond{.status = 200, .body = out.keep(asked.body)}});
                 },
                 [&](const Heard& heard) {
                   ++seen_.texts;
                   out.push({from, Say{out.keep(heard.text)}});
                 },
                 [&](const Gone&) { ++seen_.gone; },
                 [&](const auto&) {},
             },
             input);
}

}  // namespace gauntlet::sim
