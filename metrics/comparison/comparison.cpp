#include "metrics/comparison/comparison.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>

namespace gauntlet::metrics {

namespace {

enum class Sense : std::uint8_t { less_is_better, more_is_better, neither };

// What a target should have none of, and what it should have much of; all else follows from the
// load.
constexpr std::array<std::string_view, 21> kBad{
    "relay.unsent",         "relay.lost",           "relay.excused",       "relay.duplicated",
    "relay.reordered",      "relay.misdelivered",   "relay.late",          "relay.unanswered",
    "relay.errors",         "relay.malformed",      "relay.failures",      "arena.rounds_failed",
    "arena.rounds_expired", "arena.rounds_cut",     "arena.rounds_missed", "arena.tokens_lost",
    "arena.tokens_late",    "arena.tokens_excused", "arena.errors",        "arena.failures",
    "runner.failures"};
constexpr std::array<std::string_view, 4> kGood{"relay.received", "relay.answered",
                                                "arena.rounds_completed", "arena.tokens_received"};

template <class Names>
bool is_one_of(const Names& names, std::string_view subject) {
  return std::ranges::find(names, subject.substr(0, subject.find('{'))) != names.end();
}

Sense sense_of(const std::string& counter) {
  if (is_one_of(kBad, counter)) return Sense::less_is_better;
  return is_one_of(kGood, counter) ? Sense::more_is_better : Sense::neither;
}

struct Quantile {
  const char* name;
  double fraction;
};
constexpr std::array kQuantiles{Quantile{"p50", 0.5}, Quantile{"p90", 0.9}, Quantile{"p99", 0.99}};

/// A line to be made once it is known how many there are, and so how sure each must be.
struct Draft {
  std::string subject;
  std::string statistic;
  Sense sense;
  std::function<std::optional<Estimate>(const RecordedRun&, double confidence)> estimate;
};

// The generator's own lateness says nothing about the target.
bool is_ours(std::string_view name) { return name.starts_with("generator."); }

// Of all that either of them has: of what one lacks, there is no estimate.
std::vector<Draft> series_drafts(const RecordedRun& a, const RecordedRun& b) {
  std::set<std::string> names;
  for (const RecordedRun* run : {&a, &b})
    for (const auto& [name, intervals] : run->series)
      if (!is_ours(name)) names.insert(name);
  std::vector<Draft> drafts;
  for (const std::string& name : names) {
    const auto add = [&](const char* statistic, auto estimate_of) {
      drafts.push_back({name, statistic, Sense::less_is_better,
                        [name, estimate_of](const RecordedRun& run, double confidence) {
                          const auto found = run.series.find(name);
                          return found == run.series.end() ? std::nullopt
                                                           : estimate_of(found->second, confidence);
                        }});
    };
    for (const Quantile& quantile : kQuantiles)
      add(quantile.name, [fraction = quantile.fraction](const auto& intervals, double confidence) {
        return quantile_of(intervals, fraction, confidence);
      });
    add("mean", mean_of);
  }
  return drafts;
}

std::optional<Estimate> rate_of(const std::string& counter, const RecordedRun& run,
                                double confidence) {
  const auto found = run.counters.find(counter);
  std::vector<Share> shares;
  for (std::size_t i = 0; i < run.lengths_s.size(); ++i) {
    const bool moved = found != run.counters.end();  // else it stayed at 0
    shares.push_back({moved ? static_cast<double>(found->second[i]) : 0.0, run.lengths_s[i]});
  }
  return ratio(shares, confidence);
}

std::vector<Draft> counter_drafts(const RecordedRun& a, const RecordedRun& b) {
  std::vector<Draft> drafts;
  auto names = a.counters;
  names.insert(b.counters.begin(), b.counters.end());
  for (const auto& [name, values] : names)
    if (!is_ours(name))
      drafts.push_back({name, "per second", sense_of(name),
                        [name = name](const RecordedRun& run, double confidence) {
                          return rate_of(name, run, confidence);
                        }});
  return drafts;
}

Change change_of(const Estimate& a, const Estimate& difference, Sense sense, double tolerance) {
  const bool sure = difference.low > 0 || difference.high < 0;
  if (!sure || std::abs(difference.value) <= tolerance * std::abs(a.value)) return Change::none;
  if (sense == Sense::neither) return Change::other;
  const bool less = difference.value < 0;
  return less == (sense == Sense::less_is_better) ? Change::better : Change::worse;
}

std::vector<ComparedThreshold> compare_thresholds(const RecordedRun& a, const RecordedRun& b) {
  std::vector<ComparedThreshold> all;
  for (const RecordedThreshold& before : a.thresholds) {
    const auto after = std::ranges::find(b.thresholds, before.text, &RecordedThreshold::text);
    if (after == b.thresholds.end()) continue;
    const Change change = before.met == after->met ? Change::none
                          : after->met             ? Change::better
                                                   : Change::worse;
    all.push_back({before.text, before, *after, change});
  }
  return all;
}

std::optional<std::string> why_unfit(const RecordedRun& run, std::string_view which) {
  const std::string whose = "the " + std::string{which} + " run ";
  if (run.interrupted) return whose + "was interrupted";
  if (run.verdict == "invalid")
    return whose +
           "is not valid: the generator was the bottleneck, so its numbers are not the "
           "target's";
  if (run.begins_s.size() < kIntervalsMin)
    return whose + "has too few intervals (" + std::to_string(run.begins_s.size()) + ")";
  return std::nullopt;
}

}  // namespace

std::string_view name(Change change) {
  switch (change) {
    case Change::none:
      return "no difference";
    case Change::better:
      return "better";
    case Change::worse:
      return "worse";
    case Change::other:
      break;
  }
  return "different";
}

bool Comparison::regression() const {
  const auto is_worse = [](const auto& row) { return row.change == Change::worse; };
  return std::ranges::any_of(lines, is_worse) || std::ranges::any_of(thresholds, is_worse);
}

std::optional<std::string> why_incomparable(const RecordedRun& a, const RecordedRun& b) {
  if (auto why = why_unfit(a, "first")) return why;
  if (auto why = why_unfit(b, "second")) return why;
  if (a.driver != b.driver)
    return "one run is " + a.driver + ", the other " + b.driver + ": their times are not alike";
  if (!same_question(a.effective_yaml, b.effective_yaml))
    return "they are runs of different scenarios, `" + a.scenario_name + "` and `" +
           b.scenario_name + "`: only the seed and the targets may differ";
  return std::nullopt;
}

Comparison compare(const RecordedRun& a, const RecordedRun& b, const ComparisonSettings& settings) {
  Comparison comparison{.settings = settings, .thresholds = compare_thresholds(a, b)};
  std::vector<Draft> drafts = series_drafts(a, b);
  for (Draft& draft : counter_drafts(a, b)) drafts.push_back(std::move(draft));
  // What has too little behind it is no line, and does not make the others less sure.
  std::vector<Draft> lines;
  for (Draft& draft : drafts) {
    if (draft.estimate(a, settings.confidence) && draft.estimate(b, settings.confidence))
      lines.push_back(std::move(draft));
    else
      comparison.not_compared.push_back(draft.subject + ' ' + draft.statistic);
  }
  const double confidence =
      1 - (1 - settings.confidence) / static_cast<double>(std::max<std::size_t>(1, lines.size()));
  for (const Draft& line : lines) {
    const auto before = line.estimate(a, confidence);
    const auto after = line.estimate(b, confidence);
    if (!before || !after) {
      comparison.not_compared.push_back(line.subject + ' ' + line.statistic);
      continue;
    }
    const Estimate apart = difference(*before, *after);
    comparison.lines.push_back({line.subject, line.statistic, *before, *after, apart,
                                change_of(*before, apart, line.sense, settings.tolerance)});
  }
  return comparison;
}

}  // namespace gauntlet::metrics
