#include "sim/conformance/selection.hpp"

#include <algorithm>

#include "scenarios/terms/nearest.hpp"

namespace gauntlet::sim::conformance {

bool fits(std::string_view pattern, std::string_view id) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == id;
  if (!id.starts_with(pattern.substr(0, star))) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t at = star; at <= id.size(); ++at)
    if (fits(rest, id.substr(at))) return true;
  return false;
}

bool Selection::takes(const Case& row) const {
  const auto fits_row = [&](const std::string& pattern) { return fits(pattern, row.id); };
  return row.level <= level && (only.empty() || std::ranges::any_of(only, fits_row)) &&
         std::ranges::none_of(skip, fits_row);
}

std::vector<const Case*> Selection::of(const std::vector<const Case*>& all) const {
  std::vector<const Case*> taken;
  std::ranges::copy_if(all, std::back_inserter(taken),
                       [this](const Case* row) { return takes(*row); });
  return taken;
}

std::optional<std::string> Selection::unknown(const std::vector<const Case*>& all) const {
  for (const std::string& pattern : only)
    if (std::ranges::none_of(all, [&](const Case* row) { return fits(pattern, row->id); }))
      return pattern;
  return std::nullopt;
}

std::string meant_by(std::string_view pattern, const std::vector<const Case*>& all) {
  std::vector<std::string> known;
  for (const Case* row : all) {
    known.emplace_back(row->id);
    known.push_back(std::string{row->area()} + "-*");
  }
  return nearest(pattern, known);
}

}  // namespace gauntlet::sim::conformance
