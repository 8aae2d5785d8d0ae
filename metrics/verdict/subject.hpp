// What a threshold is about: its left side.
#pragma once

#include <cstdint>
#include <string_view>

#include "metrics/verdict/cursor.hpp"
#include "metrics/verdict/threshold.hpp"

namespace gauntlet::metrics::grammar {

/// "relay.delivery{kind=direct}.p99", found in the metric tables.
struct Subject {
  enum class Kind : std::uint8_t { latency, samples, total, speed };
  Kind kind;
  std::string_view name;  // the table's own, so that a rule outlives its text
  Label label{};
  Statistic statistic{};
};

/// Takes the subject from the front of what is left.
Result<Subject, Problem> parse_subject(Cursor& cursor);

}  // namespace gauntlet::metrics::grammar
