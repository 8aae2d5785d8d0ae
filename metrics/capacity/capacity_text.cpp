#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "metrics/capacity/capacity_report.hpp"
#include "metrics/report/lines.hpp"
#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

// Runs of fewer seconds show an overload only when it is a gross one.
constexpr Duration kLongEnough = std::chrono::seconds{5};

std::string latency(const std::optional<Duration>& p99) { return p99 ? in_words(*p99) : "-"; }

// A bar of eighths of a column, so that small differences show.
std::string bar(double part, std::size_t width) {
  static constexpr std::array<const char*, 8> kEighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(
      std::lround(std::clamp(part, 0.0, 1.0) * static_cast<double>(8 * width)));
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) text += "█";
  return padded(text + kEighths.at(eighths % 8), width);
}

std::string without_trailing_spaces(const std::string& line) {
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

constexpr std::size_t kLoadWidth = 18;
constexpr std::size_t kBarWidth = 15;
constexpr std::size_t kNumberWidth = 10;

/// The axes of a plot: latencies by their logarithm, since past the knee they grow tenfold.
class Axes {
 public:
  explicit Axes(const std::vector<LoadPoint>& points) {
    for (const LoadPoint& point : points) {
      goodput_max_ = std::max(goodput_max_, point.goodput_per_s);
      if (!point.latency_p99 || *point.latency_p99 <= Duration::zero()) continue;
      const double log = std::log(seconds(*point.latency_p99));
      log_min_ = std::min(log_min_, log);
      log_max_ = std::max(log_max_, log);
    }
  }
  double goodput(const LoadPoint& point) const {
    return goodput_max_ > 0 ? point.goodput_per_s / goodput_max_ : 0;
  }
  double latency(const LoadPoint& point) const {
    if (!point.latency_p99 || *point.latency_p99 <= Duration::zero()) return 0;
    // The least latency has a bar, too.
    const double span = log_max_ - log_min_ + 1;
    return (std::log(seconds(*point.latency_p99)) - log_min_ + 1) / span;
  }

 private:
  double goodput_max_{0};
  double log_min_{1e9};
  double log_max_{-1e9};
};

std::string mark(const Tally& tally, const Paint& paint) {
  switch (tally.verdict()) {
    case Verdict::met:
      return paint.good("✓");
    case Verdict::not_met:
      return paint.bad("✗");
    case Verdict::invalid:
      break;
  }
  return paint.doubtful("?");
}

Lines plot(const CapacityReport& report, const Paint& paint) {
  const std::vector<LoadPoint> points = load_points(report.findings.steps);
  const Axes axes{points};
  Lines lines{paint.faint("  " + padded_left("load", kLoadWidth) + "     " +
                          padded("p99, logarithmic", kBarWidth + kNumberWidth + 3) + "goodput")};
  for (const LoadPoint& point : points)
    lines.push_back("  " + padded_left(load_in_words(report, point.load), kLoadWidth) + "  " +
                    mark(point.tally, paint) + "  " + bar(axes.latency(point), kBarWidth) + ' ' +
                    padded(latency(point.latency_p99), kNumberWidth) + "  " +
                    bar(axes.goodput(point), kBarWidth) + ' ' + rate_in_words(point.goodput_per_s));
  return lines;
}

Lines table(const CapacityReport& report, const Paint& paint) {
  Lines lines{paint.faint(fmt::format("  {:>18}  {:>3}  {:<8} {:>9}  {:>10}  {}", "load", "run",
                                      "verdict", "p99", "goodput", "why"))};
  for (const Step& step : report.findings.steps) lines.push_back("  " + step_line(report, step));
  return lines;
}

std::string why(const Step& step) {
  if (step.verdict == Verdict::met) return {};
  if (step.verdict == Verdict::invalid) return "the generator";
  for (const Judged& judged : step.judged)
    if (!judged.met) return judged.text;
  return step.backlog ? "still growing" : "";
}

std::string shortened(const std::string& text, std::size_t width) {
  return text.size() <= width ? text : text.substr(0, width - 3) + "...";
}

Lines notes(const CapacityReport& report) {
  Lines lines;
  const Findings& findings = report.findings;
  if (!findings.stopped.empty()) append(lines, wrapped("  ", "Stopped: " + findings.stopped + "."));
  if (report.measured < kLongEnough)
    append(lines, wrapped("  ", fmt::format("A run measured {}: so short a run shows an overload "
                                            "only when it is large. Give it `--set duration=...`.",
                                            in_words(report.measured))));
  return lines;
}

}  // namespace

std::string step_line(const CapacityReport& report, const Step& step) {
  constexpr std::size_t kWhyWidth = 21;
  const std::string line = fmt::format(
      "{}  {:>3}  {:<8} {}  {:>10}  {}",
      padded_left(load_in_words(report, step.probe.load), kLoadWidth), step.probe.repeat + 1,
      name(step.verdict), padded_left(latency(step.latency_p99), 9),
      rate_in_words(step.goodput_per_s), shortened(why(step), kWhyWidth));
  return without_trailing_spaces(line);
}

std::string capacity_text(const CapacityReport& report, bool colour) {
  const Paint paint{colour};
  const Findings& findings = report.findings;
  Lines lines{fmt::format("gauntlet {}  capacity of {}", report.version, report.scenario_name)};
  append(lines, wrapped("", fmt::format("{} from {} to {}, seed {}, {} {} runs; {}", report.path,
                                        load_in_words(report, findings.range.min),
                                        load_in_words(report, findings.range.max), report.seed,
                                        findings.steps.size(), report.driver, report.target)));
  lines.emplace_back();
  for (const std::string& line : wrapped("", answer(report))) lines.push_back(paint.strong(line));
  if (const auto text = spread(report); !text.empty()) append(lines, wrapped("  ", text));
  if (const auto text = what_broke_first(report); !text.empty())
    append(lines, wrapped("  What broke first: ", text));
  if (const auto text = shape_of_the_knee(report); !text.empty())
    append(lines, wrapped("  Past the edge: ", text));
  append(lines, notes(report));
  if (!findings.steps.empty()) {
    lines.emplace_back();
    append(lines, table(report, paint));
    lines.emplace_back();
    append(lines, plot(report, paint));
  }
  if (!report.files.empty()) lines.push_back("written to " + report.files);
  std::string text;
  for (const std::string& line : lines)
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  return text;
}

}  // namespace gauntlet::metrics
