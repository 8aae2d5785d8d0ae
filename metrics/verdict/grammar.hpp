// The words of the threshold grammar, for its parser and for its pattern.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "metrics/record/rows.hpp"
#include "metrics/verdict/threshold.hpp"

namespace gauntlet::metrics::grammar {

struct Operator {
  std::string_view text;
  Relation relation;
};
/// Longer ones before their own beginnings.
inline constexpr std::array kOperators{
    Operator{"<=", Relation::at_most},  Operator{"<", Relation::less},
    Operator{"==", Relation::equal},    Operator{"!=", Relation::unequal},
    Operator{">=", Relation::at_least}, Operator{">", Relation::more},
};

struct TimeUnit {
  std::string_view text;
  double ns;
};
inline constexpr std::array kTimeUnits{
    TimeUnit{"ns", 1},        TimeUnit{"us", 1e3},   TimeUnit{"\u00B5s", 1e3},  // the micro sign
    TimeUnit{"\u03BCs", 1e3},                                                   // the Greek letter
    TimeUnit{"ms", 1e6},      TimeUnit{"s", 1e9},    TimeUnit{"m", 60e9},
    TimeUnit{"min", 60e9},    TimeUnit{"h", 3600e9},
};

inline constexpr std::size_t kWholeDigitsMax = 12;
inline constexpr std::size_t kFractionDigitsMax = 9;
inline constexpr std::string_view kDigits = "0123456789";
inline constexpr std::string_view kSpaces = " \t";

inline constexpr std::string_view kSamples = "count";
inline constexpr std::string_view kRate = "rate";

/// What a percentage of a counter is a percentage of; empty when it takes none.
inline std::string_view whole_of(std::string_view counter) {
  const auto rows = rows_of(counter_table(), counter);
  return rows.empty() ? std::string_view{} : rows.front().of;
}

// ---- For messages.

inline std::string in_ticks(std::string_view text) {
  return std::string{"`"}.append(text).append("`");
}

template <class Table, class Text>
std::string listed(const Table& table, Text text, std::string_view separator = ", ") {
  std::string all;
  for (const auto& row : table) all.append(all.empty() ? "" : separator).append(text(row));
  return all;
}

}  // namespace gauntlet::metrics::grammar
