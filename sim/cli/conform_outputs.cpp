#include "sim/cli/conform_outputs.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <fstream>

#include "sim/cli/colours.hpp"
#include "sim/cli/files.hpp"
#include "sim/conformance/report/conformance_json.hpp"
#include "sim/conformance/report/github.hpp"
#include "sim/conformance/report/html_page.hpp"
#include "sim/conformance/report/junit.hpp"
#include "sim/conformance/report/tap.hpp"
#include "sim/conformance/report/terminal_table.hpp"

namespace gauntlet::sim {
namespace {

using conformance::ConformanceReport;

struct Output {
  std::optional<std::filesystem::path> ConformFlags::*file;
  std::string (*text)(const ConformanceReport&);
};

constexpr std::array kOutputs{
    Output{&ConformFlags::junit, conformance::junit_xml},
    Output{&ConformFlags::json, conformance::conformance_json},
    Output{&ConformFlags::tap, conformance::tap},
    Output{&ConformFlags::html, conformance::html_page},
};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

void tell_github(const ConformanceReport& report) {
  if (variable("GITHUB_ACTIONS") == "true")
    fmt::print("{}", conformance::github_annotations(report));
  const std::string summary = variable("GITHUB_STEP_SUMMARY");
  if (summary.empty()) return;
  std::ofstream file{summary, std::ios::app};
  file << conformance::github_summary(report);
  if (!file.flush())
    fmt::print(stderr, "gauntlet: mind: the step summary {} cannot be written\n", summary);
}

}  // namespace

std::optional<std::string> write_report(const ConformanceReport& report,
                                        const ConformFlags& flags) {
  fmt::print("{}", conformance::terminal_table(report, shows_colours(), flags.every));
  tell_github(report);
  for (const Output& output : kOutputs) {
    const auto& file = flags.*output.file;
    if (!file) continue;
    if (const auto written = write_file(*file, output.text(report)); !written)
      return written.error();
  }
  return std::nullopt;
}

}  // namespace gauntlet::sim
