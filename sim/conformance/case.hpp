// One question to a server: a row of a table, with the script that asks it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "sim/conformance/task.hpp"

namespace gauntlet::sim::conformance {

class Stage;

/// How much the documents want it.
enum class Level : std::uint8_t { must, should, may };

inline constexpr std::array<std::string_view, 3> kLevelNames{"must", "should", "may"};
constexpr std::string_view to_string(Level level) {
  return kLevelNames[static_cast<std::size_t>(level)];
}

/// What a case may be run beside, and what is asked after it.
enum class Manner : std::uint8_t {
  beside,   // others
  alone,    // it changes what others rely on: the session, the round that is on, a limit
  hostile,  // alone; afterwards: does the server live, and do its other clients still work?
};

/// What a case cannot do without. Where it is missing, the case is skipped.
enum class Need : std::uint8_t {
  nothing,
  http,         // an HTTP side whose address is known
  control,      // an operator: rounds can be played
  own_session,  // an operator who may end the session that there is
  restart,      // a command that ends the server and starts it again
};

struct Case {
  std::string_view id;      // "ARC-ROUTE-03"
  std::string_view does;    // one clause: "a broadcast reaches everybody but its sender"
  std::string_view clause;  // what the documents say, in our words, and where
  Steps (*script)(Stage&);
  Level level{Level::must};
  Manner manner{Manner::beside};
  Need need{Need::nothing};
  bool slow{false};             // takes a minute or more: only run when asked for
  std::string_view argument{};  // for scripts that several rows share

  /// "ARC-ROUTE" of "ARC-ROUTE-03".
  constexpr std::string_view area() const { return id.substr(0, id.rfind('-')); }
};

using Cases = std::span<const Case>;

}  // namespace gauntlet::sim::conformance
