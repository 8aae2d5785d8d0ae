// A whole search for capacity: its runs, one after another, and what they amount to.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "metrics/capacity/knee.hpp"
#include "metrics/capacity/search.hpp"
#include "metrics/capacity/step.hpp"
#include "scenarios/terms/result.hpp"

namespace gauntlet::metrics {

/// How a search ended, which is what its answer means.
enum class Ending : std::uint8_t {
  edge,        // met below, not met above
  everywhere,  // met at `max` still
  nowhere,     // not met at `min` already
  generator,   // met below; above, the generator was the limit
  stopped,     // somebody or something put an end to it before it was done
};
/// "edge", "everywhere" and so on.
std::string_view name(Ending ending);

struct Findings {
  SearchRange range{};
  std::vector<Step> steps{};  // in the order in which they were made
  Ending ending{};
  std::string stopped{};  // why; empty: it was not
  std::optional<double> highest_met{};
  std::optional<double> highest_always_met{};
  std::optional<double> lowest_failed{};
  std::optional<Knee> knee{};
};

/// Makes one run. @error Why there can be no more of them, as a clause.
using MakeRun = std::function<Result<Step, std::string>(const Probe&)>;

/// Carries out a search: as CapacitySearch asks for it, and then one run past the edge, so that the
/// knee can be seen.
Findings survey(const SearchRange& range, const MakeRun& make_run);

/// The run that shows what broke first: the first failing one at the lowest load that fails; null
/// when nothing failed.
const Step* first_failure(const Findings& findings);

}  // namespace gauntlet::metrics
