#include "sim/fault/wrong_words.hpp"

#include <string_view>

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

}  // namespace

void append_wrong_words(std::string& out, FaultKind kind) {
  switch (kind) {
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
