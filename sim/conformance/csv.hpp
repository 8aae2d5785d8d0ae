// Comma-separated values, RFC 4180, as an arena exports them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gauntlet::sim::conformance {

/// A header and lines below it.
class Csv {
 public:
  using Cells = std::vector<std::string>;

  class Line {
   public:
    Line(Cells header, Cells cells) : header_{std::move(header)}, cells_{std::move(cells)} {}
    /// Empty where there is no such column, or no such cell.
    std::string at(std::string_view column) const;
    std::size_t cells() const { return cells_.size(); }

   private:
    Cells header_;
    Cells cells_;
  };

  explicit Csv(std::vector<Cells> rows) : rows_{std::move(rows)} {}

  /// As it would stand in the file.
  std::string header() const;
  std::size_t lines() const { return rows_.empty() ? 0 : rows_.size() - 1; }
  struct Cell {
    std::string_view column;
    std::string value;
  };
  /// The first line that has these cells.
  std::optional<Line> find(const std::vector<Cell>& wanted) const;

 private:
  std::vector<Cells> rows_;
};

/// Of UTF-8: for spreadsheets. It belongs to no cell.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Csv parse_csv(std::string_view text);

}  // namespace gauntlet::sim::conformance
