#include "sim/fault/wrong_words.hpp"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "sim/wire/arena_messages.hpp"
#include "sim/wire/websocket.hpp"

namespace gauntlet::sim {
namespace {

using wire::Opcode;
using wire::Role;

constexpr std::uint32_t kMask = 0x5EED5EED;
constexpr std::size_t kDepth = 10'000;
constexpr std::size_t kHugeBytes = 2 * 1024 * 1024;  // above the arena's limit, the larger one
constexpr int kFragments = 1'000;
constexpr Opcode kReserved{0x3};

void append_text(std::string& out, std::string_view text) {
  append_frame(out, Role::client, Opcode::text, text, kMask);
}

// A frame that begins, with eight bytes for a length that no receiver has room for.
void append_oversized_header(std::string& out) {
  out.append("\x81\xFF\x40\0\0\0\0\0\0\0\0\0\0\0", 14);
}

void append_endless_fragments(std::string& out) {
  append_frame(out, Role::client, Opcode::text, "[", kMask, false);
  for (int i = 1; i < kFragments; ++i)
    append_frame(out, Role::client, Opcode::continuation, "1,", kMask, false);
}

// A token again, with other numbers or in another name.
struct Changes {
  std::int64_t later{0};
  std::int64_t rounds_later{0};
  std::string_view name{};
};
void append_token(std::string& out, const std::string& token, const Changes& changes) {
  nlohmann::json message = nlohmann::json::parse(token);
  message["seq"] = message["seq"].get<std::int64_t>() + changes.later;
  message["round"] = message["round"].get<std::int64_t>() + changes.rounds_later;
  if (!changes.name.empty()) message["participant_id"] = changes.name;
  append_text(out, message.dump());
}

// Of what was said so far.
void append_completion(std::string& out, const LastWords& last) {
  std::string text;
  wire::append_arena_complete(text, {.round = last.round,
                                     .participant_id = last.name,
                                     .tokens = next_seq(last),
                                     .latency_ms_first_token = std::nullopt,
                                     .duration_ms = 1,
                                     .model = {},
                                     .runner = {}});
  append_text(out, text);
}

constexpr int kRoundsAhead = 1000;
constexpr int kTokensAhead = 1'000'000;

}  // namespace

void LastWords::begin(std::uint32_t next_round) {
  completion_before = next_round > round ? std::exchange(completion, {}) : std::string{};
  completion.clear();
  token.clear();
  round = next_round;
  generating = true;
}

void LastWords::hear(std::string_view said) {
  if (said.starts_with(R"({"type":"token")")) token = said;
  if (said.starts_with(R"({"type":"complete")")) completion = said;
  if (said.starts_with(R"({"type":"register")"))
    name = nlohmann::json::parse(said, nullptr, false).value("participant_id", "");
}

std::string another_of(std::string_view name, std::uint32_t number, std::uint32_t participants) {
  const std::string own = std::to_string(number);
  if (participants < 2 || !name.ends_with(own)) return {};
  name.remove_suffix(own.size());
  return std::string{name} + std::to_string((number + 1) % participants);
}

std::int64_t next_seq(const LastWords& last) {
  if (last.token.empty()) return 0;
  return nlohmann::json::parse(last.token).value("seq", std::int64_t{0}) + 1;
}

bool can_say(FaultKind kind, const LastWords& last) {
  switch (kind) {
    case FaultKind::seq_gap:
    case FaultKind::seq_ahead:
    case FaultKind::seq_repeat:
    case FaultKind::wrong_round:
    case FaultKind::complete_early:
      return last.generating && !last.token.empty();
    case FaultKind::seq_of_another:
      return last.generating && !last.token.empty() && !last.another.empty();
    case FaultKind::complete_empty:
      return last.generating && last.token.empty();
    case FaultKind::complete_late:
      return !last.completion_before.empty();
    case FaultKind::complete_twice:
      return !last.generating && !last.completion.empty();
    case FaultKind::token_after_complete:
      return !last.generating && !last.token.empty() && !last.completion.empty();
    default:
      return true;
  }
}

void append_wrong_words(std::string& out, FaultKind kind, const LastWords& last) {
  switch (kind) {
    case FaultKind::missing_fields:
      return append_text(out, "{}");
    case FaultKind::absent_payload:
      return append_text(out, R"({"to":["*"]})");
    case FaultKind::spoof_id:
      return append_text(out, R"({"to":["*"],"id":"1","payload":null})");
    case FaultKind::spoof_from:
      return append_text(out, R"({"to":["*"],"from":"somebody-else","payload":null})");
    case FaultKind::spoof_ts:
      return append_text(out, R"({"to":["*"],"ts":"1970-01-01T00:00:00.000Z","payload":null})");
    case FaultKind::seq_gap:
      return append_token(out, last.token, {.later = 2});
    case FaultKind::seq_ahead:
      return append_token(out, last.token, {.later = kTokensAhead});
    case FaultKind::seq_of_another:
      return append_token(out, last.token, {.later = 1, .name = last.another});
    case FaultKind::complete_early:
    case FaultKind::complete_empty:
      return append_completion(out, last);
    case FaultKind::complete_late:
      return append_text(out, last.completion_before);
    case FaultKind::seq_repeat:
      return append_token(out, last.token, {});
    case FaultKind::wrong_round:
      return append_token(out, last.token, {.later = 1, .rounds_later = kRoundsAhead});
    case FaultKind::token_after_complete:
      return append_token(out, last.token, {.later = 1});
    case FaultKind::complete_twice:
      return append_text(out, last.completion);
    case FaultKind::malformed_json:
      return append_text(out, R"({"to":["*"],"payload":)");
    case FaultKind::wrong_types:
      return append_text(out, R"({"to":7,"type":["token"],"payload":{},"round":"one","seq":[]})");
    case FaultKind::deep_nesting:
      return append_text(out, std::string(kDepth, '[') + std::string(kDepth, ']'));
    case FaultKind::huge_message:
      return append_text(out, '"' + std::string(kHugeBytes, 'x') + '"');
    case FaultKind::empty_message:
      return append_text(out, "");
    case FaultKind::invalid_utf8:
      return append_text(out, "{\"to\":[\"\xC3\x28\"]}");
    case FaultKind::unmasked_frame:
      return append_frame(out, Role::server, Opcode::text, "{}");
    case FaultKind::oversized_frame:
      return append_oversized_header(out);
    case FaultKind::bad_opcode:
      return append_frame(out, Role::client, kReserved, "{}", kMask);
    case FaultKind::endless_fragments:
      return append_endless_fragments(out);
    default:
      return;
  }
}

}  // namespace gauntlet::sim
