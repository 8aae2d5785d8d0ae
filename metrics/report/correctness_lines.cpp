#include "metrics/report/correctness_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace gauntlet::metrics {
namespace {

constexpr std::size_t kCasesShown = 5;
constexpr std::size_t kIdsShown = 8;
constexpr std::size_t kCameBytesMax = 240;  // of what came: the whole is in the files

Lines table(const Correctness& all, const Paint& paint) {
  Lines lines{paint.strong(fmt::format("{:<40}{:>10}{:>14}",
                                       fmt::format("conformance of the {}", all.subject), "idle",
                                       "under load"))};
  for (const std::string& verdict : verdicts(all))
    lines.push_back(fmt::format("  {:<38}{:>10}{:>14}", verdict,
                                count(all, &CaseTwice::idle, verdict),
                                count(all, &CaseTwice::loaded, verdict)));
  return lines;
}

bool tells_something(const CaseTwice& one) {
  return !one.holds() || one.idle.verdict != one.loaded.verdict;
}

std::string cut(const std::string& text) {
  if (text.size() <= kCameBytesMax) return text;
  std::size_t length = kCameBytesMax;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
  return text.substr(0, length) + "…";
}

Lines outcome(std::string_view when, const CaseOutcome& outcome) {
  std::string text = outcome.verdict;
  if (!outcome.expected.empty())
    text += fmt::format(": expected {}; came {}", outcome.expected, cut(outcome.came));
  else if (!outcome.came.empty())
    text += ": " + cut(outcome.came);
  return wrapped(fmt::format("      {:<12}", when), text);
}

Lines in_full(const CaseTwice& one, const std::string& scenario_file, const Paint& paint) {
  Lines lines = wrapped(one.holds() ? "  ~ " : "  ✗ ",
                        fmt::format("{} ({}) {}", one.id, one.level, one.does));
  lines.front().replace(2, one.holds() ? 1 : std::string_view{"✗"}.size(),
                        one.holds() ? paint.doubtful("~") : paint.bad("✗"));
  append(lines, outcome("idle", one.idle));
  append(lines, outcome("under load", one.loaded));
  if (!one.holds())
    append(lines,
           wrapped(fmt::format("      {:<12}", "again"),
                   fmt::format("gauntlet run {} --set 'conformance=[{}]'", scenario_file, one.id)));
  return lines;
}

// "ARC-ROUTE-16, ARC-ROUTE-17 and 3 more".
std::string listed(const std::vector<std::string>& ids) {
  std::string text;
  for (std::size_t i = 0; i < std::min(ids.size(), kIdsShown); ++i)
    text += (i == 0 ? "" : ", ") + ids[i];
  if (ids.size() > kIdsShown) text += fmt::format(" and {} more", ids.size() - kIdsShown);
  return text;
}

// The sentence that all of this is for.
Lines worse(const Correctness& all, const Paint& paint) {
  std::vector<std::string> ids;
  for (const CaseTwice& one : all.cases)
    if (one.worse_under_load()) ids.push_back(one.id);
  if (ids.empty()) return {};
  constexpr std::string_view kWorse = "correct when idle, not under load";
  Lines lines = wrapped("  ", std::string{kWorse}.append(": ").append(listed(ids)));
  lines.front().replace(2, kWorse.size(), paint.bad(kWorse));
  return lines;
}

// By reason.
Lines left_out(const Correctness& all) {
  std::vector<std::pair<std::string, std::size_t>> reasons;
  for (const CaseLeftOut& one : all.left_out) {
    const auto known =
        std::ranges::find(reasons, one.why, &std::pair<std::string, std::size_t>::first);
    if (known == reasons.end())
      reasons.emplace_back(one.why, 1);
    else
      ++known->second;
  }
  if (reasons.empty()) return {};
  std::string text;
  for (const auto& [why, times] : reasons)
    text += fmt::format("{}{} ({})", text.empty() ? "" : "; ", why, times);
  return wrapped("  ", fmt::format("not played, {}: {}", all.left_out.size(), text));
}

}  // namespace

Lines correctness_lines(const Correctness& all, const std::string& scenario_file,
                        const Paint& paint) {
  Lines lines = table(all, paint);
  std::size_t shown = 0;
  std::size_t more = 0;
  for (const CaseTwice& one : all.cases) {
    if (!tells_something(one)) continue;
    if (shown == kCasesShown) {
      ++more;
      continue;
    }
    ++shown;
    append(lines, in_full(one, scenario_file, paint));
  }
  if (more > 0)
    lines.push_back(fmt::format("  and {} more, in summary.json under conformance", more));
  append(lines, worse(all, paint));
  append(lines, left_out(all));
  return lines;
}

}  // namespace gauntlet::metrics
