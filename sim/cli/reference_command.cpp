// `gauntlet schema`, `metrics`, `completion` and `man`: what docs, editors and shells are made
// from.
#include <fmt/format.h>

#include <algorithm>

#include "metrics/report/metrics_table.hpp"
#include "metrics/verdict/threshold.hpp"
#include "scenarios/parse/parse.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/completion.hpp"
#include "sim/cli/man_page.hpp"
#include "sim/cli/version.hpp"

namespace gauntlet::sim {

ExitCode print_reference(Reference which) {
  switch (which) {
    case Reference::json_schema:
      fmt::print("{}\n", scenarios::json_schema(metrics::threshold_pattern()));
      break;
    case Reference::scenario_markdown:
      fmt::print("{}", scenarios::reference_markdown());
      break;
    case Reference::metrics_markdown:
      fmt::print("{}", metrics::metrics_markdown());
      break;
  }
  return ExitCode::met;
}

ExitCode print_completion(const Command& root, std::string_view shell) {
  const auto* const row = std::ranges::find(kShells, shell, &Shell::name);
  if (row == kShells.end()) return ExitCode::usage;
  fmt::print("{}", row->completion(root));
  return ExitCode::met;
}

ExitCode print_man_page(const Command& root) {
  fmt::print("{}", man_page(root, kExitCodes, kVersion));
  return ExitCode::met;
}

}  // namespace gauntlet::sim
