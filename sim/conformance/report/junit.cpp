#include "sim/conformance/report/junit.hpp"

#include <fmt/format.h>

#include "sim/conformance/report/escape.hpp"

namespace gauntlet::sim::conformance {
namespace {

enum class Kind : std::uint8_t { pass, failure, error, skipped };

Kind kind_of(const JudgedCase& one) {
  if (one.counts) return one.verdict() == Verdict::server_died ? Kind::error : Kind::failure;
  const bool passed = one.verdict() == Verdict::pass || one.verdict() == Verdict::non_strict;
  return passed && one.accepted_because.empty() ? Kind::pass : Kind::skipped;
}

std::string in_full(const JudgedCase& one, const ConformanceReport& report) {
  std::string text =
      fmt::format("{}\nclause: {}\nagain: {} --only {}\n", in_a_sentence(one.result.ruling),
                  one.row().clause, report.again, one.row().id);
  for (const std::string& line : lines_of(one.result)) text += line + '\n';
  return escaped(text);
}

std::string content_of(const JudgedCase& one, const ConformanceReport& report) {
  const std::string why = escaped(in_a_sentence(one.result.ruling));
  switch (kind_of(one)) {
    case Kind::pass:
      return why.empty() ? std::string{}
                         : fmt::format("      <system-out>{}: {}</system-out>\n",
                                       to_string(one.verdict()), why);
    case Kind::failure:
      return fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                         to_string(one.verdict()), why, in_full(one, report));
    case Kind::error:
      return fmt::format("      <error type=\"{}\" message=\"{}\">{}</error>\n",
                         to_string(one.verdict()), why, in_full(one, report));
    case Kind::skipped:
      break;
  }
  const std::string reason =
      one.accepted_because.empty() ? why : "accepted: " + escaped(one.accepted_because);
  return fmt::format("      <skipped message=\"{}: {}\"/>\n", to_string(one.verdict()), reason);
}

std::string testcase(const JudgedCase& one, const ConformanceReport& report) {
  const std::string content = content_of(one, report);
  const std::string head = fmt::format(
      "    <testcase classname=\"gauntlet.{}.{}\" name=\"{} {}\" time=\"{:.3f}\"", report.subject,
      one.row().area(), one.row().id, escaped(one.row().does), seconds(one.result.took));
  return content.empty() ? head + "/>\n" : head + ">\n" + content + "    </testcase>\n";
}

struct Counts {
  std::size_t tests{0}, failures{0}, errors{0}, skipped{0};
  double time_s{0};

  void add(const JudgedCase& one) {
    const Kind kind = kind_of(one);
    ++tests;
    failures += kind == Kind::failure ? 1 : 0;
    errors += kind == Kind::error ? 1 : 0;
    skipped += kind == Kind::skipped ? 1 : 0;
    time_s += seconds(one.result.took);
  }
  std::string attributes(bool with_skipped) const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"{} time=\"{:.3f}\"", tests,
                       failures, errors,
                       with_skipped ? fmt::format(" skipped=\"{}\"", skipped) : "", time_s);
  }
};

}  // namespace

std::string junit_xml(const ConformanceReport& report) {
  Counts all;
  std::string suites;
  for (const auto& [area, cases] : report.areas()) {
    Counts counts;
    std::string body;
    for (const JudgedCase* one : cases) {
      counts.add(*one);
      all.add(*one);
      body += testcase(*one, report);
    }
    suites += fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n", area,
                          counts.attributes(true), body);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"gauntlet conform {}\" "
      "{}>\n{}</testsuites>\n",
      report.subject, all.attributes(false), suites);
}

}  // namespace gauntlet::sim::conformance
