#include "sim/conformance/report/conformance_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/conformance/selection.hpp"

namespace gauntlet::sim::conformance {
namespace {

// What must hold and cannot be told does not speak for the server: nobody knows that it conforms.
bool counts(Verdict verdict, Level level, bool strict) {
  switch (verdict) {
    case Verdict::fail:
    case Verdict::server_died:
      return true;
    case Verdict::inconclusive:
      return strict || level == Level::must;
    case Verdict::non_strict:
      return strict;
    case Verdict::pass:
    case Verdict::skipped:
      break;
  }
  return false;
}

bool deviates(Verdict verdict) { return counts(verdict, Level::must, true); }

const AcceptedDeviation* accepted_by(const Profile& profile, std::string_view id) {
  const auto found =
      std::ranges::find_if(profile, [&](const auto& entry) { return fits(entry.cases, id); });
  return found == profile.end() ? nullptr : &*found;
}

std::string_view arrow(Entry::Way way) {
  switch (way) {
    case Entry::Way::sent:
      return ">";
    case Entry::Way::came:
      return "<";
    case Entry::Way::note:
      break;
  }
  return "#";
}

}  // namespace

std::size_t ConformanceReport::count(Verdict verdict) const {
  return static_cast<std::size_t>(std::ranges::count(cases, verdict, &JudgedCase::verdict));
}

std::size_t ConformanceReport::count_against() const {
  return static_cast<std::size_t>(std::ranges::count(cases, true, &JudgedCase::counts));
}

std::size_t ConformanceReport::count_untold() const {
  return static_cast<std::size_t>(std::ranges::count_if(cases, [](const JudgedCase& one) {
    return one.counts && one.verdict() == Verdict::inconclusive;
  }));
}

bool ConformanceReport::conforms() const {
  return not_played == 0 && count_against() == 0 &&
         count(Verdict::pass) + count(Verdict::non_strict) > 0;
}

std::vector<std::pair<std::string_view, std::vector<const JudgedCase*>>> ConformanceReport::areas()
    const {
  std::vector<std::pair<std::string_view, std::vector<const JudgedCase*>>> all;
  for (const JudgedCase& one : cases) {
    if (all.empty() || all.back().first != one.row().area()) all.push_back({one.row().area(), {}});
    all.back().second.push_back(&one);
  }
  return all;
}

void judge(ConformanceReport& report, std::vector<CaseResult> results, const Profile& profile) {
  for (CaseResult& result : results) {
    JudgedCase& judged = report.cases.emplace_back(JudgedCase{.result = std::move(result)});
    const AcceptedDeviation* accepted = accepted_by(profile, judged.row().id);
    if (accepted && deviates(judged.verdict())) judged.accepted_because = accepted->reason;
    judged.counts = counts(judged.verdict(), judged.row().level, report.strict) &&
                    judged.accepted_because.empty();
  }
  // An accepted deviation is one no more once every case of its that was asked passes.
  for (const AcceptedDeviation& accepted : profile) {
    const auto is_one = [&](const JudgedCase& one) { return fits(accepted.cases, one.row().id); };
    const bool asked = std::ranges::any_of(report.cases, [&](const JudgedCase& one) {
      return is_one(one) && one.verdict() == Verdict::pass;
    });
    const bool still = std::ranges::any_of(report.cases, [&](const JudgedCase& one) {
      return is_one(one) && one.verdict() != Verdict::pass;
    });
    if (asked && !still) report.no_longer_deviate.push_back(accepted);
  }
}

std::string in_words(const ConformanceReport& report) {
  if (report.conforms()) return "conforms";
  const std::size_t untold = report.count_untold();
  if (report.not_played == 0 && report.count_against() == 0)
    return "cannot be told: nothing that was asked speaks for it";
  if (report.not_played > 0 && untold == report.count_against())
    return fmt::format("interrupted: {} more to be played", report.not_played);
  if (untold == 0 || untold < report.count_against()) return "does not conform";
  return fmt::format("cannot be told: {} inconclusive", untold);
}

std::string in_a_sentence(const Ruling& ruling) {
  if (ruling.expected.empty()) return ruling.came;
  return fmt::format("expected: {}; came: {}", ruling.expected, ruling.came);
}

std::vector<std::string> last_sent(const Transcript& transcript, std::size_t most) {
  std::vector<std::string> lines;
  const auto& entries = transcript.entries();
  for (auto entry = entries.rbegin(); entry != entries.rend() && lines.size() < most; ++entry)
    if (entry->way == Entry::Way::sent) lines.push_back(entry->who + ": " + entry->text);
  std::ranges::reverse(lines);
  return lines;
}

std::vector<std::string> lines_of(const CaseResult& result) {
  std::vector<std::string> lines;
  for (const Entry& entry : result.transcript.entries())
    lines.push_back(fmt::format("{:>8.1f} ms  {} {} {}", seconds(entry.at - result.began) * 1000,
                                entry.who, arrow(entry.way), entry.text));
  if (result.transcript.left_out() > 0)
    lines.push_back(fmt::format("... and {} more", result.transcript.left_out()));
  return lines;
}

}  // namespace gauntlet::sim::conformance
