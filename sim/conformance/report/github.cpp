#include "sim/conformance/report/github.hpp"

#include <fmt/format.h>

namespace gauntlet::sim::conformance {
namespace {

constexpr std::size_t kAnnotationsMax = 9;

// As workflow commands want their text, and what stands before it.
std::string data(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%')
      out += "%25";
    else if (c == '\n')
      out += "%0A";
    else if (c == '\r')
      out += "%0D";
    else if (property && c == ':')
      out += "%3A";
    else if (property && c == ',')
      out += "%2C";
    else
      out += c;
  }
  return out;
}

// Of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '`' || c == '<') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string title_of(const JudgedCase& one) {
  return fmt::format("{} ({}) {}", one.row().id, to_string(one.row().level), one.row().does);
}

}  // namespace

std::string github_annotations(const ConformanceReport& report) {
  std::string text;
  std::size_t shown = 0;
  for (const JudgedCase& one : report.cases) {
    if (!one.counts || shown == kAnnotationsMax) continue;
    ++shown;
    const std::string words =
        fmt::format("{}\nclause: {}\nagain: {} --only {}", in_a_sentence(one.result.ruling),
                    one.row().clause, report.again, one.row().id);
    text += fmt::format("::error title={}::{}\n", data(title_of(one), true), data(words, false));
  }
  if (const std::size_t all = report.count_against(); all > shown)
    text += fmt::format(
        "::error title=gauntlet conform {}::{} cases count against the {}; {} of "
        "them are shown\n",
        report.subject, all, report.subject, shown);
  return text;
}

std::string github_summary(const ConformanceReport& report) {
  std::string text = fmt::format(
      "### gauntlet conform {}: {}\n\n{} of {} cases pass, {} count against it.\n\n| area | cases "
      "| pass | non-strict | against |\n| --- | ---: | ---: | ---: | ---: |\n",
      report.subject, in_words(report), report.count(Verdict::pass), report.cases.size(),
      report.count_against());
  for (const auto& [area, cases] : report.areas()) {
    std::size_t pass = 0;
    std::size_t non_strict = 0;
    std::size_t against = 0;
    for (const JudgedCase* one : cases) {
      pass += one->verdict() == Verdict::pass ? 1 : 0;
      non_strict += one->verdict() == Verdict::non_strict ? 1 : 0;
      against += one->counts ? 1 : 0;
    }
    text +=
        fmt::format("| {} | {} | {} | {} | {} |\n", area, cases.size(), pass, non_strict, against);
  }
  if (report.count_against() > 0) text += "\n| case | expected | came |\n| --- | --- | --- |\n";
  for (const JudgedCase& one : report.cases) {
    if (!one.counts) continue;
    const Ruling& ruling = one.result.ruling;
    text += fmt::format("| {} | {} | {} |\n", cell(title_of(one)), cell(ruling.expected),
                        cell(ruling.came));
  }
  for (const AcceptedDeviation& stale : report.no_longer_deviate)
    text += fmt::format("\n{} no longer deviates: take it out of the profile.\n", stale.cases);
  return text;
}

}  // namespace gauntlet::sim::conformance
