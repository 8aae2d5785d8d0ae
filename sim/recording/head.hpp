// What a recording says of itself before anything happens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gauntlet::sim::recording {

struct Head {
  std::string scenario;  // its name
  std::uint64_t seed{0};
  std::string driver;        // "live" or "virtual"
  std::string target;        // in words
  std::string version;       // of the program that wrote it
  std::uint32_t writers{1};  // processes; each ends with a block of its own
};

/// "key: value" lines.
std::string to_text(const Head& head);
/// Unknown keys are passed over: a later version may have more to say.
std::optional<Head> head_of(std::string_view text);

}  // namespace gauntlet::sim::recording
