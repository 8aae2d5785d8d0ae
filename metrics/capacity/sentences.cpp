#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "metrics/capacity/capacity_report.hpp"
#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

// "in every run", "in 2 of 3 runs", "in none of 3 runs"
std::string how_often(std::uint32_t met, std::uint32_t runs) {
  if (runs == 1) return met == 1 ? "in its only run" : "not in its only run";
  if (met == runs) return fmt::format("in all {} runs", runs);
  if (met == 0) return fmt::format("in none of {} runs", runs);
  return fmt::format("in {} of {} runs", met, runs);
}

std::string how_often_met(const CapacityReport& report, double load) {
  for (const LoadPoint& point : load_points(report.findings.steps))
    if (point.load == load) return how_often(point.tally.met, point.tally.runs());
  return "in no run";
}

std::string unmet(const Step& step) {
  std::string text;
  for (const Judged& judged : step.judged)
    if (!judged.met)
      text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", judged.text, judged.value);
  return text;
}

// But for what a threshold that was not met has named already.
std::string signs(const Step& step) {
  std::string text;
  for (const Symptom& symptom : step.symptoms) {
    const bool named = std::ranges::any_of(step.judged, [&](const Judged& judged) {
      return !judged.met && judged.text.starts_with(symptom.name);
    });
    if (!named)
      text +=
          fmt::format("{}{} {}", text.empty() ? "" : ", ", symptom.name, in_words(symptom.count));
  }
  return text;
}

std::string latency(const LoadPoint& point) {
  return point.latency_p99 ? in_words(*point.latency_p99) : "unknown";
}

}  // namespace

std::string load_in_words(const CapacityReport& report, double load) {
  if (load == std::floor(load)) return in_words(static_cast<std::uint64_t>(load)) + report.unit;
  return fmt::format("{}{}", load, report.unit);
}

std::string answer(const CapacityReport& report) {
  const Findings& findings = report.findings;
  const auto load = [&](double number) { return load_in_words(report, number); };
  switch (findings.ending) {
    case Ending::edge:
      return fmt::format("It holds {}.", load(*findings.highest_met));
    case Ending::everywhere:
      return fmt::format("It holds at least {}: the thresholds were met everywhere, up to --max.",
                         load(findings.range.max));
    case Ending::nowhere:
      return fmt::format("It does not even hold {}, the least that was tried (--min).",
                         load(findings.range.min));
    case Ending::generator:
      if (!findings.highest_met)
        return fmt::format("There is no answer: the generator was the limit at {} already.",
                           load(*findings.lowest_failed));
      return fmt::format("It holds at least {}; the generator was the limit at {}.",
                         load(*findings.highest_met), load(*findings.lowest_failed));
    case Ending::stopped:
      break;
  }
  if (!findings.highest_met) return "Stopped: no load was met so far.";
  return fmt::format("Stopped: it holds at least {}.", load(*findings.highest_met));
}

std::string spread(const CapacityReport& report) {
  const Findings& findings = report.findings;
  std::string text;
  const auto add = [&](double load) {
    text += fmt::format("{}{} {}", text.empty() ? "Met at " : ", at ", load_in_words(report, load),
                        how_often_met(report, load));
  };
  const auto& always = findings.highest_always_met;
  if (always && always != findings.highest_met) add(*always);
  if (findings.highest_met) add(*findings.highest_met);
  if (findings.lowest_failed) add(*findings.lowest_failed);
  return text.empty() ? text : text + '.';
}

std::string what_broke_first(const CapacityReport& report) {
  const Step* step = first_failure(report.findings);
  if (step == nullptr) return {};
  if (step->verdict == Verdict::invalid) return step->why_invalid.front();
  std::string text = unmet(*step);
  if (step->backlog) text += (text.empty() ? "" : "; ") + in_words(*step->backlog);
  if (const std::string others = signs(*step); !others.empty()) text += "; with " + others;
  return fmt::format("At {}: {}.", load_in_words(report, step->probe.load), text);
}

std::string shape_of_the_knee(const CapacityReport& report) {
  if (!report.findings.knee) return {};
  const Knee& knee = *report.findings.knee;
  const bool cliff = knee.shape == Knee::Shape::cliff;
  return fmt::format("A {}: from {} to {} goodput goes from {} to {} and the p99 from {} to {}.",
                     cliff ? "cliff" : "slope", load_in_words(report, knee.at.load),
                     load_in_words(report, knee.past.load), rate_in_words(knee.at.goodput_per_s),
                     rate_in_words(knee.past.goodput_per_s), latency(knee.at), latency(knee.past));
}

}  // namespace gauntlet::metrics
