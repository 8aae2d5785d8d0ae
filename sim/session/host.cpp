#include "sim/session/host.hpp"

#include <algorithm>
#include <utility>

#include "scenarios/terms/defect.hpp"
#include "scenarios/terms/earliest.hpp"
#include "scenarios/terms/match.hpp"
#include "sim/session/chronicle.hpp"

namespace gauntlet::sim {
namespace {

std::string_view mime(ContentType type) {
  switch (type) {
    case ContentType::json:
      return "application/json";
    case ContentType::csv:
      return "text/csv; charset=utf-8";
    case ContentType::text:
      return "text/plain; charset=utf-8";
  }
  return "application/octet-stream";
}

// What may come behind an unanswered request, besides the longest message: its head.
constexpr std::size_t kEarlyHeadBytes = 1024;

void append_text(std::string& out, std::string_view text, const Defects& defects) {
  // A length that has no room in the two bytes in which it is told, and what is told then.
  constexpr std::size_t kWrapsAt = 65536;
  constexpr std::string_view kWrapped{"\x81\x7E\0\0", 4};
  if (text.size() == kWrapsAt && defects.has(Defect::wrap_lengths))
    out.append(kWrapped).append(text);
  else
    wire::append_frame(out, wire::Role::server, wire::Opcode::text, text);
}

wire::Lenience lenience_of(const Defects& defects) {
  return {.masks = defects.has(Defect::unmasked_frames),
          .reserved_bits = defects.has(Defect::reserved_bits),
          .opcodes = defects.has(Defect::unknown_opcodes),
          .control_frames = defects.has(Defect::long_control_frames),
          .fragments = defects.has(Defect::loose_fragments),
          .utf8 = defects.has(Defect::any_bytes_as_text),
          .close_codes = defects.has(Defect::any_close_code)};
}

}  // namespace

Host::Host(Target& target, Links& links, HostRules rules, Voice voice)
    : target_{target}, links_{links}, rules_{rules}, voice_{voice} {}

void Host::accepted(LinkId link, std::uint8_t port, std::string peer, Instant now) {
  auto& guest = guests_[link];
  guest = std::make_unique<Guest>(
      Guest{.port = port,
            .peer = std::move(peer),
            .request = std::make_unique<wire::RequestReader>(),
            .early = nullptr,
            .decoder = wire::FrameDecoder{wire::Role::server, rules_.message_bytes_max,
                                          lenience_of(rules_.defects)}});
  await_request(link, *guest, now);
  if (health_ == Health::halted) links_.read(link, false);
}

void Host::await_request(LinkId link, Guest& guest, Instant now) {
  guest.state = State::asking;
  guest.asking_until = now + kPatience;
  silences_.push_back({guest.asking_until, link});
}

void Host::tick(Instant now) {
  const auto deadline = target_.next_deadline();
  if (deadline && *deadline <= now) deliver(0, TimeCame{}, now);
  if (health_ == Health::halted) return;
  end_overdue(farewells_, now);
  end_overdue(open_ends_, now);
  while (!silences_.empty() && silences_.front().until <= now) {
    const auto guest = guests_.find(silences_.front().link);
    silences_.pop_front();
    if (guest == guests_.end()) continue;
    if (guest->second->state == State::asking && guest->second->asking_until <= now)
      drop(guest->first, Ending::close);
  }
}

std::optional<Instant> Host::next_deadline() const {
  if (health_ == Health::halted) return target_.next_deadline();
  const auto first = [](const auto& waits) {
    return waits.empty() ? std::nullopt : std::optional{waits.front().until};
  };
  return earliest(target_.next_deadline(), first(farewells_), first(open_ends_), first(silences_));
}

void Host::bytes(LinkId link, std::span<char> bytes, Instant now) { read(link, bytes, now); }

void Host::read(LinkId link, std::span<char> bytes, Instant now) {
  // Looked up anew each time: what a guest said may have cost it, or another, its place.
  for (;;) {
    const auto found = guests_.find(link);
    if (found == guests_.end()) return;
    Guest& guest = *found->second;
    if (health_ == Health::halted) return keep(guest, bytes);
    bool more = false;
    switch (guest.state) {
      case State::asking:
        more = read_request(link, guest, bytes, now);
        break;
      case State::awaiting:
        keep(guest, bytes);
        if (guest.early && guest.early->size() > rules_.message_bytes_max + kEarlyHeadBytes)
          give_up(link, Ending::reset, now);
        return;
      case State::talking:
      case State::closing:
        more = read_frame(link, guest, bytes, now);
        break;
    }
    if (!more) return;
  }
}

void Host::keep(Guest& guest, std::span<const char> bytes) {
  if (bytes.empty()) return;
  if (!guest.early) guest.early = std::make_unique<std::string>();
  guest.early->append(bytes.data(), bytes.size());
}

bool Host::read_request(LinkId link, Guest& guest, std::span<char>& bytes, Instant now) {
  const wire::Progress progress = guest.request->feed(bytes);
  if (progress == wire::Progress::more) return false;
  if (progress == wire::Progress::bad) {
    wire::append_response(links_.output(link), 400, "text/plain", "not an HTTP request\n", false);
    drop(link, Ending::close);
    return false;
  }
  const wire::RequestReader& request = *guest.request;
  guest.keep_alive = request.keep_alive();
  guest.state = State::awaiting;
  deliver(link,
          Asked{.port = guest.port,
                .upgrade = !upgrade_nonce(guest).empty(),
                .method = request.method(),
                .path = request.path(),
                .query = request.query(),
                .bearer = request.bearer(),
                .peer = guest.peer,
                .body = request.body()},
          now);
  return true;
}

bool Host::read_frame(LinkId link, Guest& guest, std::span<char>& bytes, Instant now) {
  const auto event = guest.decoder.next(bytes);
  if (!event) return false;
  using Kind = wire::WsEvent::Kind;
  switch (event->kind) {
    case Kind::text:
    case Kind::binary:
      if (guest.state == State::talking) deliver(link, Heard{event->payload}, now);
      return true;
    case Kind::ping:
      // A client that pings and does not read must not fill our memory with pongs.
      if (guest.state == State::talking && links_.backlog(link) <= kBacklogMax &&
          !(rules_.defects.has(Defect::one_pong_each) && std::exchange(guest.pinged, true)))
        wire::append_frame(
            links_.output(link), wire::Role::server, wire::Opcode::pong,
            rules_.defects.has(Defect::pong_without_payload) ? std::string_view{} : event->payload);
      deliver(link, PeerPinged{}, now);
      return true;
    case Kind::pong:
      deliver(link, PeerPonged{}, now);
      return true;
    case Kind::close:
    case Kind::violation:
      if (guest.state == State::talking)
        wire::append_close(links_.output(link), wire::Role::server, code_in_answer_to(*event), {});
      if (event->kind == Kind::close && rules_.defects.has(Defect::leave_stream_open)) {
        guest.state = State::closing;
        open_ends_.push_back({now + 2 * kFarewell, link});
      } else {
        drop(link, Ending::close);
      }
      deliver(link, Gone{event->kind == Kind::close ? event->code : std::uint16_t{1006}}, now);
      return false;
  }
  return false;
}

std::string_view Host::upgrade_nonce(const Guest& guest) const {
  return guest.request->upgrade_nonce({.version = rules_.defects.has(Defect::any_version),
                                       .method = rules_.defects.has(Defect::upgrade_by_post)});
}

std::uint16_t Host::code_in_answer_to(const wire::WsEvent& close) const {
  constexpr std::uint16_t kNormal = 1000;
  const bool wrong =
      close.kind == wire::WsEvent::Kind::close && rules_.defects.has(Defect::close_with_1000);
  return wrong ? kNormal : close.code;
}

void Host::ended(LinkId link, Outcome, Instant now) { give_up(link, Ending::close, now); }

void Host::deliver(LinkId from, const TargetInput& input, Instant now) {
  const bool logged = voice_.log.wants(LogLevel::debug);
  if (logged) chronicle(voice_.log, now, {voice_.name, from}, input);
  target_.handle(now, from, input, outbox_);
  for (const Addressed& addressed : outbox_.effects()) {
    if (logged) chronicle(voice_.log, now, {voice_.name, addressed.to}, addressed.effect);
    carry_out(addressed, now);
  }
  outbox_.clear();
  for (const LinkId link : std::exchange(too_slow_, {})) give_up(link, Ending::reset, now);
  for (const LinkId link : std::exchange(to_resume_, {})) resume(link, now);
}

void Host::carry_out(const Addressed& addressed, Instant now) {
  const LinkId link = addressed.to;
  if (link == 0) return carry_out_for_all(addressed.effect);
  const auto found = guests_.find(link);
  if (found == guests_.end()) return;
  Guest& guest = *found->second;
  dispatch(match{
               [&](const Respond& e) { respond(link, guest, e, now); },
               [&](const Accept&) {
                 if (guest.state != State::awaiting) return;
                 wire::append_accept(links_.output(link), upgrade_nonce(guest));
                 guest.request.reset();
                 guest.state = State::talking;
                 if (guest.early) to_resume_.push_back(link);
               },
               [&](const Say& e) {
                 if (guest.state != State::talking) return;
                 append_text(links_.output(link), outbox_.text(e.text), rules_.defects);
               },
               [&](const Probe&) {
                 if (guest.state == State::talking)
                   wire::append_frame(links_.output(link), wire::Role::server, wire::Opcode::ping,
                                      {});
               },
               [&](const HangUp& e) {
                 if (guest.state != State::talking) return;
                 wire::append_close(links_.output(link), wire::Role::server, e.code,
                                    outbox_.text(e.reason));
                 guest.state = State::closing;
                 farewells_.push_back({now + kFarewell, link});
               },
               [](const auto&) {},  // of all
           },
           addressed.effect);
  if (links_.backlog(link) > kBacklogMax) too_slow_.push_back(link);
}

// ---- How the process fares.

void Host::carry_out_for_all(const TargetEffect& effect) {
  dispatch(match{
               [&](const Halt&) { halt(); },
               [&](const Crash&) { crash(); },
               [&](const Resume&) { go_on(); },
               [](const auto&) {},
           },
           effect);
}

void Host::halt() {
  health_ = Health::halted;
  for (const LinkId link : all_links()) links_.read(link, false);
}

void Host::crash() {
  health_ = Health::crashed;
  links_.accept(*this, false);
  for (const LinkId link : all_links()) links_.end(link, Ending::reset);
  guests_.clear();
}

void Host::go_on() {
  if (std::exchange(health_, Health::well) == Health::crashed) return links_.accept(*this, true);
  for (const LinkId link : all_links()) {
    links_.read(link, true);
    if (guests_.at(link)->early) to_resume_.push_back(link);
  }
}

// In an order that is the same everywhere.
std::vector<LinkId> Host::all_links() const {
  std::vector<LinkId> all;
  for (const auto& guest : guests_) all.push_back(guest.first);
  std::ranges::sort(all);
  return all;
}

void Host::respond(LinkId link, Guest& guest, const Respond& response, Instant now) {
  if (guest.state != State::awaiting) return;
  wire::append_response(links_.output(link), response.status, mime(response.type),
                        outbox_.text(response.body), guest.keep_alive);
  if (!guest.keep_alive) {
    drop(link, Ending::close);
    return;
  }
  guest.request->reset();
  await_request(link, guest, now);
  if (guest.early) to_resume_.push_back(link);
}

void Host::resume(LinkId link, Instant now) {
  const auto found = guests_.find(link);
  if (found == guests_.end() || !found->second->early) return;
  const auto early = std::move(found->second->early);
  read(link, *early, now);
}

void Host::drop(LinkId link, Ending how) {
  guests_.erase(link);
  links_.end(link, how);
}

void Host::end_overdue(std::deque<Wait>& waits, Instant now) {
  while (!waits.empty() && waits.front().until <= now) {
    const LinkId link = waits.front().link;
    waits.pop_front();
    give_up(link, Ending::reset, now);
  }
}

// Without a goodbye. The target is told if it is the one to speak, or to listen.
void Host::give_up(LinkId link, Ending how, Instant now) {
  const auto found = guests_.find(link);
  if (found == guests_.end()) return;
  const bool known = found->second->state != State::asking;
  drop(link, how);
  if (known) deliver(link, Gone{1006}, now);
}

}  // namespace gauntlet::sim
