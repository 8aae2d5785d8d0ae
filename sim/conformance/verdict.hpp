// What came of a case.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace gauntlet::sim::conformance {

enum class Verdict : std::uint8_t {
  pass,
  non_strict,  // not what the documents say first, but something they leave room for
  fail,
  skipped,       // it cannot be asked here: there is no operator, say
  inconclusive,  // it was asked, and what came says nothing
  server_died,
};

inline constexpr std::array<std::string_view, 6> kVerdictNames{
    "pass", "non-strict", "fail", "skipped", "inconclusive", "server died"};

constexpr std::string_view to_string(Verdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

/// What a case has found out.
struct Ruling {
  Verdict verdict{Verdict::pass};
  std::string expected{};  // of a failure: what should have come
  std::string came{};      // of a failure: what did; of other verdicts: why
};

}  // namespace gauntlet::sim::conformance
