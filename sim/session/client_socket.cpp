#include "sim/session/client_socket.hpp"

namespace gauntlet::sim {

ClientSocket::ClientSocket(LinkId link, std::string_view path, SecretView bearer, Endpoint to,
                           Stream random)
    : link_{link},
      to_{to},
      random_{random},
      upgrade_{new Upgrade{std::string{path}, Secret{bearer.reveal()}, {}, {}}} {
  const std::uint64_t high = random_.next();  // apart: compilers order arguments as they like
  upgrade_->nonce = wire::websocket_nonce(high, random_.next());
}

void ClientSocket::opened(Context& context) {
  state_ = State::upgrading;
  const Place& place = context.places[static_cast<std::size_t>(to_)];
  wire::append_upgrade(context.links.output(link_),
                       {.method = "GET",
                        .authority = place.authority,
                        .path = upgrade_->path.empty() ? place.path : upgrade_->path,
                        .bearer = upgrade_->bearer.reveal()},
                       upgrade_->nonce);
}

std::optional<Input> ClientSocket::next(std::span<char>& bytes, Context& context) {
  if (state_ == State::upgrading) return read_upgrade(bytes);
  while (state_ == State::open || state_ == State::closing) {
    const auto event = decoder_.next(bytes);
    if (!event) return std::nullopt;
    if (auto input = hear(*event, context)) return input;
  }
  bytes = {};
  return std::nullopt;
}

std::optional<Input> ClientSocket::read_upgrade(std::span<char>& bytes) {
  const wire::Progress progress = upgrade_->reply.feed(bytes);
  if (progress == wire::Progress::more) return std::nullopt;
  if (progress == wire::Progress::done && upgrade_->reply.accepts(upgrade_->nonce)) {
    state_ = State::open;
    upgrade_.reset();
    return Connected{};
  }
  state_ = State::over;
  return progress == wire::Progress::bad ? Input{ConnectFailed{Outcome::bad_reply}} : refused();
}

// Only an error is a refusal; anything else, a 101 that does not fit our upgrade included, is
// nonsense.
Input ClientSocket::refused() const {
  const int status = upgrade_->reply.status();
  return ConnectFailed{status >= 400 ? Outcome::rejected : Outcome::bad_reply, status};
}

std::optional<Input> ClientSocket::hear(const wire::WsEvent& event, Context& context) {
  using Kind = wire::WsEvent::Kind;
  switch (event.kind) {
    case Kind::text:
    case Kind::binary:  // neither protocol has binary messages: the machine will find no JSON in it
      if (state_ == State::closing) return std::nullopt;
      return Received{event.payload};
    case Kind::ping:
      // A peer that pings and does not read must not fill our memory with pongs.
      if (answers_pings_ && state_ == State::open && context.links.backlog(link_) <= kBacklogMax)
        write_frame(wire::Opcode::pong, event.payload, context);
      return std::nullopt;
    case Kind::pong:
      return Ponged{};
    case Kind::close:
      close(event.code, context);
      state_ = State::over;
      return Closed{event.code, event.payload, Outcome::closed_by_peer};
    case Kind::violation:
      close(event.code, context);
      state_ = State::over;
      return Closed{1006, event.payload,
                    event.code == 1009 ? Outcome::too_big : Outcome::protocol_error};
  }
  return std::nullopt;
}

Input ClientSocket::ended(Outcome how) {
  // The end of the stream may be how a refusal ends.
  if (state_ == State::upgrading && how == Outcome::closed_early &&
      upgrade_->reply.finish() == wire::Progress::done)
    return refused();
  if (state_ == State::dialing || state_ == State::upgrading) return ConnectFailed{how};
  return Closed{1006, {}, state_ == State::closing ? Outcome::closed_by_peer : how};
}

bool ClientSocket::send(std::string_view text, Context& context) {
  if (state_ != State::open) return true;
  write_frame(wire::Opcode::text, text, context);
  return context.links.backlog(link_) <= kBacklogMax;
}

void ClientSocket::send_bytes(std::string_view bytes, Context& context) {
  if (state_ == State::open) context.links.output(link_).append(bytes);
}

void ClientSocket::ping(Context& context) {
  if (state_ == State::open) write_frame(wire::Opcode::ping, {}, context);
}

void ClientSocket::close(std::uint16_t code, Context& context) {
  if (state_ != State::open) return;
  state_ = State::closing;
  wire::append_close(context.links.output(link_), wire::Role::client, code, {}, next_mask());
}

void ClientSocket::write_frame(wire::Opcode opcode, std::string_view payload, Context& context) {
  wire::append_frame(context.links.output(link_), wire::Role::client, opcode, payload, next_mask());
}

}  // namespace gauntlet::sim
