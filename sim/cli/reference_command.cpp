// `gauntlet schema` and `gauntlet metrics`: what the docs and editors are made from.
#include <fmt/format.h>

#include "metrics/report/metrics_table.hpp"
#include "metrics/verdict/threshold.hpp"
#include "scenarios/parse/parse.hpp"
#include "sim/cli/commands.hpp"

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

}  // namespace gauntlet::sim
