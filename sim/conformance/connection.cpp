#include "sim/conformance/connection.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/wire/json_value.hpp"

namespace gauntlet::sim::conformance {
namespace {

// Longer than any server of the two protocols may send.
constexpr std::size_t kMessageBytesMax = 4 * 1024 * 1024;
constexpr std::size_t kRawBytesMax = 64 * 1024;

}  // namespace

Connection::Connection(Setting setting) : setting_{std::move(setting)} {
  link_ = setting_.links.dial(setting_.to, setting_.actor, *this);
}

Connection::~Connection() { end(Ending::close); }

void Connection::end(Ending how) {
  if (std::exchange(gone_, true)) return;
  over_ = true;
  setting_.links.end(link_, how);
}

void Connection::write(std::string_view bytes, Instant now, std::string_view words) {
  if (gone_) return;
  setting_.transcript.add(now, Entry::Way::sent, name(), words.empty() ? bytes : words);
  setting_.links.output(link_).append(bytes);
}

void Connection::send_frame(wire::Opcode opcode, std::string_view payload, Instant now, bool fin) {
  std::string frame;
  wire::append_frame(frame, wire::Role::client, opcode, payload, next_mask(), fin);
  const bool plain = opcode == wire::Opcode::text && fin;
  const std::string words = plain
                                ? std::string{payload}
                                : fmt::format("[opcode {:#x}{}] {}", static_cast<unsigned>(opcode),
                                              fin ? "" : ", more follows", in_words(payload));
  write(frame, now, words);
}

void Connection::send_close(std::uint16_t code, std::string_view reason, Instant now) {
  std::string frame;
  wire::append_close(frame, wire::Role::client, code, reason, next_mask());
  closing_ = true;
  write(frame, now, fmt::format("[close {}]", code));
}

void Connection::opened(LinkId, Instant now) {
  opened_ = true;
  note({.kind = Event::Kind::opened, .at = now}, {});
}

void Connection::failed(LinkId, Outcome why, Instant now) {
  gone_ = over_ = true;
  note({.kind = Event::Kind::failed, .at = now, .body = std::string{gauntlet::name(why)}},
       fmt::format("[cannot connect: {}]", gauntlet::name(why)));
}

void Connection::bytes(LinkId, std::span<char> bytes, Instant now) {
  if (!decoder_) read_reply(bytes, now);
  while (decoder_ && !bytes.empty()) {
    const auto event = decoder_->next(bytes);
    if (!event) return;
    hear(*event, now);
  }
}

void Connection::read_reply(std::span<char>& bytes, Instant now) {
  const std::size_t room = kRawBytesMax - std::min(raw_.size(), kRawBytesMax);
  raw_.append(bytes.data(), std::min(bytes.size(), room));
  const wire::Progress progress = reply_.feed(bytes);
  if (progress == wire::Progress::more) return;
  take_reply(progress == wire::Progress::done ? reply_.status() : 0, now);
}

void Connection::take_reply(int status, Instant now) {
  const std::string body{reply_.body()};
  if (status == 101 && !nonce_.empty() && reply_.accepts(nonce_))
    decoder_ = std::make_unique<wire::FrameDecoder>(wire::Role::client, kMessageBytesMax);
  note({.kind = Event::Kind::reply,
        .at = now,
        .code = status,
        .body = body,
        .json = wire::json_value(body)},
       status == 0 ? fmt::format("[not HTTP] {}", in_words(raw_))
                   : fmt::format("HTTP {} {}", status, body));
  reply_.reset();
}

// Said to everybody, by somebody who is there to make noise. What they say to others and comes here
// is another matter.
bool Connection::is_of_the_crowd(const nlohmann::json& message) const {
  if (setting_.crowd.empty() || !message.is_object()) return false;
  const auto from = message.find("from");
  const auto to = message.find("to");
  const auto participant = message.find("participant_id");
  if (participant != message.end() && participant->is_string())
    return participant->get_ref<const std::string&>().starts_with(setting_.crowd);
  return from != message.end() && from->is_string() && to != message.end() &&
         from->get_ref<const std::string&>().starts_with(setting_.crowd) &&
         *to == nlohmann::json::array({"*"});
}

void Connection::hear(const wire::WsEvent& event, Instant now) {
  using From = wire::WsEvent::Kind;
  using To = Event::Kind;
  const std::string body{event.payload};
  switch (event.kind) {
    case From::text: {
      Event heard{.kind = To::text, .at = now, .body = body, .json = wire::json_value(body)};
      if (is_of_the_crowd(heard.json)) return;
      return note(std::move(heard), body);
    }
    case From::binary:
      return note({.kind = To::binary, .at = now, .body = body},
                  fmt::format("[binary] {}", in_words(body)));
    case From::ping:
      if (answers_pings_) {
        std::string pong;
        wire::append_frame(pong, wire::Role::client, wire::Opcode::pong, body, next_mask());
        if (!gone_) setting_.links.output(link_).append(pong);
      }
      return note({.kind = To::ping, .at = now, .body = body}, "[ping]");
    case From::pong:
      return note({.kind = To::pong, .at = now, .body = body},
                  fmt::format("[pong] {}", in_words(body)));
    case From::close:
      if (!std::exchange(closing_, true) && !gone_) {
        std::string answer;
        wire::append_close(answer, wire::Role::client, event.code, {}, next_mask());
        setting_.links.output(link_).append(answer);
      }
      over_ = true;
      return note({.kind = To::close, .at = now, .code = event.code, .body = body},
                  fmt::format("[close {}] {}", event.code, body));
    case From::violation:
      over_ = true;
      return note({.kind = To::violation, .at = now, .code = event.code, .body = body},
                  fmt::format("[not RFC 6455: {}]", body));
  }
}

void Connection::ended(LinkId, Outcome how, Instant now) {
  gone_ = true;
  // The end of the stream may be how a reply ends.
  if (!decoder_ && how == Outcome::closed_early && !raw_.empty() &&
      reply_.finish() == wire::Progress::done)
    take_reply(reply_.status(), now);
  over_ = true;
  note({.kind = Event::Kind::ended, .at = now, .body = std::string{gauntlet::name(how)}},
       fmt::format("[{}]",
                   how == Outcome::closed_early ? "the end of the stream" : gauntlet::name(how)));
}

void Connection::note(Event event, std::string_view words) {
  if (!words.empty()) setting_.transcript.add(event.at, Entry::Way::came, name(), words);
  const Instant now = event.at;
  if (event.json.is_discarded() && wire::json_too_deep(event.body))
    setting_.transcript.add(now, Entry::Way::note, name(),
                            fmt::format("that nests deeper than {} levels, and counts as no JSON",
                                        wire::kJsonDepthMax));
  events_.push_back(std::move(event));
  setting_.listener.stirred(now);
}

}  // namespace gauntlet::sim::conformance
