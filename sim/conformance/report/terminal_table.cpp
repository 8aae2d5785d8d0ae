#include "sim/conformance/report/terminal_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "metrics/report/lines.hpp"

namespace gauntlet::sim::conformance {
namespace {

using metrics::Paint;

constexpr std::size_t kAreaWidth = 16;
constexpr std::size_t kVerdictWidth = 14;
constexpr std::size_t kSentShown = 4;
constexpr std::size_t kIdsShown = 3;

std::string painted(const Paint& paint, Verdict verdict, std::string_view text) {
  switch (verdict) {
    case Verdict::pass:
      return paint.good(text);
    case Verdict::fail:
    case Verdict::server_died:
      return paint.bad(text);
    case Verdict::non_strict:
    case Verdict::inconclusive:
      return paint.doubtful(text);
    case Verdict::skipped:
      break;
  }
  return paint.faint(text);
}

std::string counts_of(const std::vector<const JudgedCase*>& cases, const Paint& paint) {
  std::string text;
  for (std::size_t index = 0; index < kVerdictNames.size(); ++index) {
    const auto verdict = static_cast<Verdict>(index);
    std::size_t count = 0;
    for (const JudgedCase* one : cases) count += one->verdict() == verdict ? 1 : 0;
    if (count == 0) continue;
    if (!text.empty()) text += ", ";
    text += painted(paint, verdict, fmt::format("{} {}", count, kVerdictNames[index]));
  }
  return text;
}

std::string headline(const JudgedCase& one, const Paint& paint) {
  const std::string verdict = metrics::padded(std::string{to_string(one.verdict())}, kVerdictWidth);
  return fmt::format("{}{:<16} {:<7}{}\n", painted(paint, one.verdict(), verdict), one.row().id,
                     to_string(one.row().level), one.row().does);
}

void add(std::string& text, std::string_view what, std::string_view value) {
  if (!value.empty()) text += fmt::format("    {:<10}{}\n", what, value);
}

// What was sent, what should have come, who says so, what came, and how to see it again.
std::string in_full(const JudgedCase& one, const ConformanceReport& report, const Paint& paint) {
  const Ruling& ruling = one.result.ruling;
  std::string text = headline(one, paint);
  const bool failed = !ruling.expected.empty();
  if (failed) {
    for (const std::string& line : last_sent(one.result.transcript, kSentShown))
      add(text, "sent", line);
    add(text, "expected", ruling.expected);
    add(text, "clause", one.row().clause);
  }
  add(text, failed ? "came" : "why", ruling.came);
  add(text, "accepted", one.accepted_because);
  if (failed) add(text, "again", fmt::format("{} --only {}", report.again, one.row().id));
  return text;
}

bool is_untold(const JudgedCase& one) {
  return one.accepted_because.empty() &&
         (one.verdict() == Verdict::skipped || one.verdict() == Verdict::inconclusive);
}

// Cases of which nothing is known, for the same reason; one is told for all of them.
using Untold = std::vector<const JudgedCase*>;

std::vector<Untold> untold(const ConformanceReport& report) {
  std::vector<Untold> groups;
  for (const JudgedCase& one : report.cases) {
    if (!is_untold(one)) continue;
    const auto group = std::ranges::find_if(groups, [&](const Untold& known) {
      return known.front()->verdict() == one.verdict() &&
             known.front()->result.ruling.came == one.result.ruling.came;
    });
    if (group == groups.end())
      groups.push_back({&one});
    else
      group->push_back(&one);
  }
  return groups;
}

std::string in_short(const Untold& group, const Paint& paint) {
  std::string ids;
  for (const JudgedCase* one : std::span{group}.first(std::min(group.size(), kIdsShown)))
    ids += fmt::format("{}{}", ids.empty() ? "" : ", ", one->row().id);
  if (group.size() > kIdsShown) ids += fmt::format(" and {} more", group.size() - kIdsShown);
  const Verdict verdict = group.front()->verdict();
  const std::string word = metrics::padded(std::string{to_string(verdict)}, kVerdictWidth);
  std::string text = fmt::format("{}{}\n", painted(paint, verdict, word), ids);
  add(text, "why", group.front()->result.ruling.came);
  return text;
}

}  // namespace

std::string terminal_table(const ConformanceReport& report, bool colours, bool every) {
  const Paint paint{colours};
  std::string text;
  for (const auto& [area, cases] : report.areas()) {
    text += fmt::format("{}{}\n", metrics::padded(std::string{area}, kAreaWidth),
                        counts_of(cases, paint));
    if (!every) continue;
    for (const JudgedCase* one : cases) text += "  " + headline(*one, paint);
  }
  text += '\n';
  bool any = false;
  for (const JudgedCase& one : report.cases) {
    if (one.verdict() == Verdict::pass || is_untold(one)) continue;
    text += in_full(one, report, paint);
    any = true;
  }
  for (const Untold& group : untold(report)) {
    text += group.size() == 1 ? in_full(*group.front(), report, paint) : in_short(group, paint);
    any = true;
  }
  if (any) text += '\n';
  for (const AcceptedDeviation& stale : report.no_longer_deviate)
    text += fmt::format("{} no longer deviates: take it out of the profile (\"{}\")\n", stale.cases,
                        stale.reason);
  std::vector<const JudgedCase*> all;
  for (const JudgedCase& one : report.cases) all.push_back(&one);
  text +=
      fmt::format("{}: {} cases, {}; {:.1f} s\n",
                  report.conforms() ? paint.good(in_words(report)) : paint.bad(in_words(report)),
                  all.size(), counts_of(all, paint), seconds(report.took));
  return text;
}

}  // namespace gauntlet::sim::conformance
