#include "sim/conformance/socket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gauntlet::sim::conformance {
namespace {

constexpr std::size_t kShownMessages = 3;

Message message_of(const Event& event) {
  return {.json = event.json, .text = event.body, .at = event.at};
}

std::optional<Ended> ending_of(const Connection& connection) {
  for (const Event& event : connection.events()) {
    switch (event.kind) {
      case Event::Kind::close:
        return Ended{event.code, event.body};
      case Event::Kind::violation:
        return Ended{0, "it broke RFC 6455: " + event.body};
      case Event::Kind::ended:
        return Ended{0, event.body};
      default:
        break;
    }
  }
  return std::nullopt;
}

std::size_t pongs(const Connection& connection) {
  return static_cast<std::size_t>(std::ranges::count_if(
      connection.events(), [](const Event& event) { return event.kind == Event::Kind::pong; }));
}

}  // namespace

std::string said(const std::optional<Ended>& ended) {
  if (!ended) return "the connection stayed open";
  if (ended->code == 0) return fmt::format("the stream ended ({})", ended->reason);
  return fmt::format("a close with {}{}{}", ended->code, ended->reason.empty() ? "" : ": ",
                     ended->reason);
}

void Socket::says(std::string_view text) const { sends_frame(wire::Opcode::text, text); }

void Socket::sends_frame(wire::Opcode opcode, std::string_view payload, bool fin) const {
  connection_->send_frame(opcode, payload, stage_->now(), fin);
}

void Socket::sends_bytes(std::string_view bytes, std::string_view words) const {
  connection_->write(bytes, stage_->now(), words);
}

void Socket::closes(std::uint16_t code, std::string_view reason) const {
  connection_->send_close(code, reason, stage_->now());
}

Event* Socket::next(const Pattern& pattern) const {
  const auto found = std::ranges::find_if(connection_->events(), [&](const Event& event) {
    return event.kind == Event::Kind::text && !event.taken && pattern.fits(event.json);
  });
  return found == connection_->events().end() ? nullptr : &*found;
}

Task<Message> Socket::hears(std::string what, Pattern pattern) const {
  const Socket self = *this;  // the handle may be a temporary
  co_await self.stage_->until(
      [&] { return self.next(pattern) != nullptr || self.connection_->over(); },
      self.stage_->waits().answer);
  Event* event = self.next(pattern);
  if (event == nullptr) {
    self.stage_->fail(fmt::format("{} hears {}", self.who(), what), self.what_came());
    co_await self.stage_->over();
  }
  event->taken = true;
  co_return message_of(*event);
}

Task<std::optional<Message>> Socket::may_hear(Pattern pattern, Duration at_most) const {
  const Socket self = *this;
  co_await self.stage_->until(
      [&] { return self.next(pattern) != nullptr || self.connection_->over(); }, at_most);
  Event* event = self.next(pattern);
  if (event == nullptr) co_return std::nullopt;
  event->taken = true;
  co_return message_of(*event);
}

Steps Socket::hears_nothing(std::string what, Pattern pattern) const {
  const Socket self = *this;
  const std::optional<Message> unwanted =
      co_await self.may_hear(std::move(pattern), self.stage_->waits().quiet);
  if (unwanted) {
    self.stage_->fail(fmt::format("{} does not hear {}", self.who(), what), said(*unwanted));
    co_await self.stage_->over();
  }
}

void Socket::listens_anew() const {
  for (Event& event : connection_->events()) event.taken = true;
}

std::vector<Message> Socket::heard(const Pattern& pattern) const {
  std::vector<Message> all;
  for (const Event& event : connection_->events())
    if (event.kind == Event::Kind::text && pattern.fits(event.json))
      all.push_back(message_of(event));
  return all;
}

Task<std::optional<Ended>> Socket::may_be_closed(Duration at_most) const {
  const Socket self = *this;
  co_await self.stage_->until([&] { return self.connection_->over(); }, at_most);
  co_return ending_of(*self.connection_);
}

Steps Socket::round_trip() const {
  const Socket self = *this;
  const std::size_t before = pongs(*self.connection_);
  self.sends_frame(wire::Opcode::ping, "are you there?");
  const bool heard = co_await self.stage_->until(
      [&] { return pongs(*self.connection_) > before || self.connection_->over(); },
      self.stage_->waits().answer);
  if (heard && pongs(*self.connection_) > before) co_return;
  self.stage_->fail(fmt::format("{} gets a pong to its ping", self.who()), self.what_came());
  co_await self.stage_->over();
}

std::string Socket::what_came() const {
  if (const auto ended = ending_of(*connection_)) return said(ended);
  std::vector<std::string> last;
  for (auto event = connection_->events().rbegin();
       event != connection_->events().rend() && last.size() < kShownMessages; ++event)
    if (event->kind == Event::Kind::text && !event->taken)
      last.push_back(in_words(event->body, 300));
  if (last.empty()) return "nothing";
  std::ranges::reverse(last);
  return fmt::format("{}", fmt::join(last, "; "));
}

}  // namespace gauntlet::sim::conformance
