#include "sim/cli/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "metrics/summary/words.hpp"
#include "scenarios/terms/nearest.hpp"

namespace gauntlet::sim {
namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

std::string first_wrong(const metrics::RunReport& report) {
  if (!report.why_invalid.empty()) return report.why_invalid.front();
  const auto broken = std::ranges::find(report.judged, false, &metrics::Judged::met);
  return broken == report.judged.end() ? "" : fmt::format("{} ({})", broken->text, broken->value);
}

}  // namespace

std::string_view first_columns(std::string_view utf8, std::size_t columns) {
  for (std::size_t i = 0; i < utf8.size(); ++i)
    if (begins_character(utf8[i]) && columns-- == 0) return utf8.substr(0, i);
  return utf8;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", metrics::in_words(number), noun, number == 1 ? "" : "s");
}

std::string unknown_command(std::string_view word, const std::vector<std::string>& known) {
  const std::string meant = nearest(word, known);
  return fmt::format(
      "there is no command `{}`\n  fix: {}", word,
      meant.empty() ? "one of " + any_of(known) : fmt::format("did you mean `{}`?", meant));
}

std::string cannot_listen(std::string_view place, const std::error_code& cause) {
  const bool not_ours = cause == std::errc::address_not_available;
  return fmt::format(
      "cannot listen on {}: {}\n  fix: {}", place, cause.message(),
      not_ours ? "choose an address of this machine with --bind" : "choose another --port");
}

std::string one_line(const metrics::RunReport& report) {
  std::string line =
      fmt::format("seed {}  {:<7}", report.seed, metrics::name(metrics::verdict(report)));
  if (report.trace_hash) line += fmt::format("  trace {:#018x}", *report.trace_hash);
  if (const std::string wrong = first_wrong(report); !wrong.empty()) line += "  " + wrong;
  return line;
}

void Series::add(const metrics::RunReport& report) {
  ++runs;
  if (metrics::verdict(report) == metrics::Verdict::met)
    ++met;
  else if (!first_not_met)
    first_not_met = report.seed;
}

std::string closing_line(const Series& series) {
  std::string line = fmt::format("{} of {} met", series.met, series.runs);
  if (series.first_not_met) line += fmt::format("; first not met: seed {}", *series.first_not_met);
  return line;
}

}  // namespace gauntlet::sim
