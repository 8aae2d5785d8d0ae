#include "sim/conformance/csv.hpp"

#include <algorithm>
#include <utility>

namespace gauntlet::sim::conformance {

std::string Csv::Line::at(std::string_view column) const {
  const auto found = std::ranges::find(header_, column);
  const auto index = static_cast<std::size_t>(found - header_.begin());
  return found != header_.end() && index < cells_.size() ? cells_[index] : std::string{};
}

std::string Csv::header() const {
  std::string text;
  if (rows_.empty()) return text;
  for (const std::string& cell : rows_.front()) {
    if (!text.empty()) text += ',';
    text += cell;
  }
  return text;
}

std::optional<Csv::Line> Csv::find(const std::vector<Cell>& wanted) const {
  for (std::size_t i = 1; i < rows_.size(); ++i) {
    Line line{rows_.front(), rows_[i]};
    const auto has = [&](const Cell& cell) { return line.at(cell.column) == cell.value; };
    if (std::ranges::all_of(wanted, has)) return line;
  }
  return std::nullopt;
}

Csv parse_csv(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<Csv::Cells> rows(1);
  std::string cell;
  bool quoted = false;
  const auto end_cell = [&] { rows.back().push_back(std::exchange(cell, {})); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      const bool escaped = c == '"' && i + 1 < text.size() && text[i + 1] == '"';
      if (c == '"' && !escaped)
        quoted = false;
      else
        cell += c;
      if (escaped) ++i;
    } else if (c == '"' && cell.empty()) {
      quoted = true;
    } else if (c == ',') {
      end_cell();
    } else if (c == '\n') {
      end_cell();
      rows.emplace_back();
    } else if (c != '\r') {
      cell += c;
    }
  }
  if (!cell.empty() || !rows.back().empty()) end_cell();
  if (rows.back().empty()) rows.pop_back();
  return Csv{std::move(rows)};
}

}  // namespace gauntlet::sim::conformance
