#include "sim/session/side_links.hpp"

#include <algorithm>

namespace gauntlet::sim {
namespace {

/// Apart from those of the client's own sockets, which are numbered from 0.
constexpr std::uint32_t kFirstSocket = 1U << 20U;

}  // namespace

void SideLinks::open(const OpenSides& effect) {
  const Outbox& out = context_.outbox;
  for (std::uint32_t i = 0; i < effect.count; ++i) {
    sides_.push_back({.link = context_.links.dial(effect.to, actor_, user_), .errand = nullptr});
    Side& side = sides_.back();
    if (effect.way == OpenSides::Way::silent) continue;
    side.errand =
        std::make_unique<Errand>(Errand{.way = effect.way,
                                        .to = effect.to,
                                        .path = Secret{out.reveal(effect.path).reveal()},
                                        .says = Secret{out.reveal(effect.says).reveal()},
                                        .bearer = Secret{out.reveal(effect.bearer).reveal()}});
    if (effect.way == OpenSides::Way::talks)
      side.errand->socket.emplace(
          side.link, side.errand->path.reveal(), side.errand->bearer, effect.to,
          Stream{context_.seed, actor_, Purpose::masking, kFirstSocket + sockets_opened_++});
  }
}

void SideLinks::close() {
  for (const Side& side : sides_) context_.links.end(side.link, Ending::close);
  sides_.clear();
}

std::vector<SideLinks::Side>::iterator SideLinks::find(LinkId link) {
  return std::ranges::find(sides_, link, &Side::link);
}

void SideLinks::opened(LinkId link) {
  const auto side = find(link);
  if (side == sides_.end()) return;
  const bool says_nothing_whole = !side->errand || side->errand->way == OpenSides::Way::half_way;
  if (says_nothing_whole) context_.links.expect_nothing(link);
  if (!side->errand) return;
  Errand& errand = *side->errand;
  if (errand.socket) return errand.socket->opened(context_);
  const Place& place = context_.places[static_cast<std::size_t>(errand.to)];
  std::string request;
  if (errand.way == OpenSides::Way::posts) {
    wire::append_request(request,
                         {.method = "POST",
                          .authority = place.authority,
                          .path = path_below(place, errand.path.reveal()),
                          .bearer = errand.bearer.reveal()},
                         errand.says.reveal());
  } else {
    wire::append_upgrade(request,
                         {.method = "GET", .authority = place.authority, .path = place.path},
                         wire::websocket_nonce(0, 0));
    request.resize(request.size() / 2);
  }
  context_.links.output(link) += request;
}

std::optional<Input> SideLinks::next(LinkId link, std::span<char>& bytes) {
  const auto side = find(link);
  if (side != sides_.end() && side->errand) {
    if (side->errand->socket) return talk(*side, bytes);
    if (side->errand->way == OpenSides::Way::posts) return read_reply(*side, bytes);
  }
  bytes = {};
  return std::nullopt;
}

std::optional<Input> SideLinks::read_reply(Side& side, std::span<char>& bytes) {
  const wire::Progress progress = side.errand->reply.feed(bytes);
  if (progress == wire::Progress::more) return std::nullopt;
  forget(side);
  if (progress == wire::Progress::bad) return SideEnded{Outcome::bad_reply};
  return SideHeard{finished_->reply.body()};
}

std::optional<Input> SideLinks::talk(Side& side, std::span<char>& bytes) {
  ClientSocket& socket = *side.errand->socket;
  while (const auto input = socket.next(bytes, context_)) {
    if (const auto* heard = std::get_if<Received>(&*input)) return SideHeard{heard->text};
    if (std::holds_alternative<Connected>(*input))
      socket.send_bytes(side.errand->says.reveal(), context_);
    if (!socket.over()) continue;
    const auto* closed = std::get_if<Closed>(&*input);
    const Outcome how = closed != nullptr ? closed->how : Outcome::rejected;
    forget(side);
    return SideEnded{how};
  }
  return std::nullopt;
}

void SideLinks::forget(Side& side) {
  context_.links.end(side.link, Ending::close);
  finished_ = std::move(side.errand);
  sides_.erase(find(side.link));
}

std::optional<Input> SideLinks::ended(LinkId link, Outcome how) {
  const auto side = find(link);
  if (side == sides_.end()) return std::nullopt;
  sides_.erase(side);
  return SideEnded{how};
}

}  // namespace gauntlet::sim
