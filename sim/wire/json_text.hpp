// Appending JSON to a buffer: what every message encoder is made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gauntlet::sim::wire {

/// Appends `text` as a JSON string, quotes included. Escapes what RFC 8259 §7 demands; each byte
/// that is not part of well-formed UTF-8 becomes U+FFFD, so that the result is always valid JSON.
void append_json_string(std::string& out, std::string_view text);

void append_json_number(std::string& out, std::int64_t number);
/// The shortest form that reads back the same; `null` when it is not finite, which JSON cannot say.
void append_json_number(std::string& out, double number);

}  // namespace gauntlet::sim::wire
