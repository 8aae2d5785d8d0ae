#include "sim/conformance/report/tap.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace gauntlet::sim::conformance {
namespace {

// A JSON string is a YAML string, too.
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// '#' would begin a directive.
std::string plain(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c == '#' || c == '\n') c = ' ';
  return out;
}

std::string directive(const JudgedCase& one) {
  const std::string why = plain(in_a_sentence(one.result.ruling));
  if (!one.accepted_because.empty()) return " # TODO accepted: " + plain(one.accepted_because);
  if (one.verdict() == Verdict::skipped) return " # SKIP " + why;
  if (one.verdict() == Verdict::inconclusive && !one.counts) return " # SKIP inconclusive: " + why;
  return {};
}

std::string diagnostics(const JudgedCase& one, const ConformanceReport& report) {
  const Ruling& ruling = one.result.ruling;
  if (ruling.came.empty() || one.verdict() == Verdict::skipped) return {};
  std::string text = "  ---\n";
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {}: {}\n", key, quoted(value));
  };
  add("verdict", std::string{to_string(one.verdict())});
  add("level", std::string{to_string(one.row().level)});
  add("clause", std::string{one.row().clause});
  add("expected", ruling.expected);
  add("came", ruling.came);
  add("again", report.again + " --only " + std::string{one.row().id});
  return text + "  ...\n";
}

}  // namespace

std::string tap(const ConformanceReport& report) {
  std::string text = fmt::format("TAP version 13\n1..{}\n", report.cases.size());
  std::size_t number = 0;
  for (const JudgedCase& one : report.cases) {
    const bool ok =
        !one.counts && (one.accepted_because.empty() || one.verdict() == Verdict::non_strict);
    text += fmt::format("{} {} - {} {}{}\n", ok ? "ok" : "not ok", ++number, one.row().id,
                        plain(one.row().does), directive(one));
    text += diagnostics(one, report);
  }
  return text;
}

}  // namespace gauntlet::sim::conformance
