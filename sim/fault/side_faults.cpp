#include "sim/fault/side_faults.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/terms/match.hpp"
#include "sim/wire/arena_messages.hpp"
#include "sim/wire/json_value.hpp"
#include "sim/wire/websocket.hpp"

namespace gauntlet::sim {
namespace {

using Json = nlohmann::json;
using Way = OpenSides::Way;

constexpr std::uint32_t kMask = 0x5EED5EED;

void append_text(std::string& out, std::string_view text) {
  append_frame(out, wire::Role::client, wire::Opcode::text, text, kMask);
}

// As long as the PIN, counting up from 0.
std::string guess(std::uint32_t number, std::size_t digits) {
  const std::string text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

// A token of now that nobody asked this connection for.
std::string unregistered_token(const LastWords& last) {
  std::string text;
  wire::append_arena_token(text, std::max(last.round, 1U), last.name, next_seq(last), "x");
  return text;
}

}  // namespace

// In our own spelling.
void SideFaults::watch(const Effect& effect, const Outbox& out) {
  std::visit(match{
                 [&](const Connect& e) {
                   path_ = Secret{out.text(e.path)};
                   bearer_ = Secret{out.reveal(e.bearer).reveal()};
                 },
                 [&](const Request& e) {
                   if (out.text(e.path) != "/register") return;
                   registry_ = e.to;
                   register_path_ = Secret{out.text(e.path)};
                   request_ = Secret{out.text(e.body)};
                 },
                 [&](const Send& e) {
                   if (out.text(e.text).starts_with(R"({"type":"register")"))
                     registration_ = Secret{out.text(e.text)};
                 },
                 [](const auto&) {},
             },
             effect);
}

bool SideFaults::can_open(FaultKind kind, const LastWords& last) const {
  switch (kind) {
    case FaultKind::second_connection:
      return !registration_.empty() || !bearer_.empty();
    case FaultKind::duplicate_id:
      return request_.reveal().find("agent_id") != std::string::npos;
    case FaultKind::wrong_pin:
    case FaultKind::pin_guessing:
      return !registration_.empty();
    case FaultKind::token_unregistered:
      return !last.name.empty();
    default:
      return true;
  }
}

void SideFaults::open(const scenarios::FaultAction& action, const LastWords& last, Outbox& out) {
  open_ = true;
  const std::uint32_t from = out.mark();
  switch (action.kind) {
    case FaultKind::connect_storm:
      return out.push(OpenSides{.to = socket_, .count = action.connections, .way = Way::talks});
    case FaultKind::never_upgrade:
      return out.push(OpenSides{.to = socket_, .count = action.connections, .way = Way::half_way});
    case FaultKind::second_connection:
      if (!registration_.empty()) append_text(out.buffer(), registration_.reveal());
      return talk({out.since(from)}, out);
    case FaultKind::duplicate_id:
      return out.push(OpenSides{.to = registry_,
                                .count = 1,
                                .way = Way::posts,
                                .path = out.hide(register_path_),
                                .says = out.hide(request_)});
    case FaultKind::wrong_pin:
      return guess_pins(1, out);
    case FaultKind::pin_guessing:
      return guess_pins(action.guesses, out);
    case FaultKind::token_unregistered:
      append_text(out.buffer(), unregistered_token(last));
      return talk({out.since(from)}, out);
    default:
      return out.push(OpenSides{.to = socket_, .count = action.connections});
  }
}

void SideFaults::talk(SecretSlice says, Outbox& out) const {
  out.push(OpenSides{.to = socket_,
                     .count = 1,
                     .way = Way::talks,
                     .path = out.hide(path_),
                     .says = says,
                     .bearer = out.hide(bearer_)});
}

void SideFaults::guess_pins(std::uint32_t guesses, Outbox& out) const {
  Json message = Json::parse(registration_.reveal(), nullptr, false);
  const std::string pin = message.value("pin", "");
  const std::uint32_t from = out.mark();
  for (std::uint32_t number = 0; guesses > 0; ++number) {
    const std::string wrong = guess(number, pin.size());
    if (wrong == pin) continue;
    message["pin"] = wrong;
    append_text(out.buffer(), message.dump());
    --guesses;
  }
  talk({out.since(from)}, out);
}

void SideFaults::close(Outbox& out) {
  if (!open_) return;
  open_ = false;
  out.push(CloseSides{});
}

bool is_refusal(std::string_view text) {
  const Json message = wire::json_value(text);
  if (!message.is_object()) return false;
  const auto type = message.find("type");
  return message.contains("error") || (type != message.end() && *type == "error");
}

}  // namespace gauntlet::sim
