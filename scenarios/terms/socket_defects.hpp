// What the WebSocket of either embedded server can do wrong. A table of its own, for its length:
// see defect_table.hpp.
#pragma once

#include <array>

#include "scenarios/terms/defect.hpp"

namespace gauntlet {

inline constexpr std::array kSocketDefects{
    // Of the WebSocket of either server.
    DefectDef{Defect::unmasked_frames, "unmasked-frames", "Frames without a mask are read."},
    DefectDef{Defect::reserved_bits, "reserved-bits", "Frames with reserved bits are read."},
    DefectDef{Defect::unknown_opcodes, "unknown-opcodes", "Frames of an unknown kind are ignored."},
    DefectDef{Defect::long_control_frames, "long-control-frames",
              "A ping may be longer than 125 bytes, and in fragments."},
    DefectDef{Defect::loose_fragments, "loose-fragments", "Fragments may begin anywhere."},
    DefectDef{Defect::any_bytes_as_text, "any-bytes-as-text", "Text need not be UTF-8."},
    DefectDef{Defect::any_close_code, "any-close-code",
              "A close may have any code, and any reason."},
    DefectDef{Defect::close_with_1000, "close-with-1000", "Every close is answered with 1000."},
    DefectDef{Defect::pong_without_payload, "pong-without-payload",
              "A pong does not repeat what the ping said."},
    DefectDef{Defect::any_version, "any-version", "A WebSocket of another version is accepted."},
    DefectDef{Defect::upgrade_by_post, "upgrade-by-post",
              "A WebSocket that is asked for by POST is accepted."},
    DefectDef{Defect::one_pong_each, "one-pong-each",
              "Only the first WebSocket ping of a connection is answered."},
    DefectDef{Defect::leave_stream_open, "leave-stream-open",
              "Behind a close, the stream stays open."},
    DefectDef{Defect::wrap_lengths, "wrap-lengths",
              "A frame of 65,536 bytes tells its length in two bytes, which are zero."},
};

}  // namespace gauntlet
