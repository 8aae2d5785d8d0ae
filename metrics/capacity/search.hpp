// The search for the most that a target can hold, as a pure machine: it proposes a load, is told
// what came of it, and proposes the next one, or is done.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "metrics/report/run_report.hpp"

namespace gauntlet::metrics {

/// Where to look, and how closely.
struct SearchRange {
  double min;
  double max;
  double tolerance{0.05};    // of the answer; the ends of the edge come half as close
  std::uint32_t repeats{3};  // runs that decide about a load at the edge
  bool whole{true};          // loads are whole numbers
};

/// A run that the search asks for.
struct Probe {
  double load;
  std::uint32_t repeat;  // from 0, among the runs at this load
};

/// What the runs at one load came to.
struct Tally {
  std::uint32_t met{0};
  std::uint32_t not_met{0};
  std::uint32_t invalid{0};

  void add(Verdict verdict);
  std::uint32_t runs() const { return met + not_met + invalid; }
  /// Met if most of the runs were; otherwise what most of the others were.
  Verdict verdict() const;
};

/// Doubles the load from `min` until one fails, narrows the edge down by bisection, and decides
/// about every load near it by the majority of several runs.
///
///   min   2 min   4 min     8 min                16 min
///    o------o-------o---------o---------x
///    met   met     met       met   o  failed      growth: one run each, the failure confirmed
///                              o  x               bisection: one run each while the edge is wide,
///                               ox                `repeats` once both ends are close
///
/// A load fails if its thresholds are not met, or if the run is invalid, for then it shows the
/// generator's limit. The edge is between the lowest load that fails and the highest below it that
/// is met, so a target that comes back to life above its first failure does not count for more. A
/// verdict that repeats overturn moves the edge: the search goes on from there.
///
/// Terminates for any answers: there are finitely many loads and each has at most `repeats` runs.
class CapacitySearch {
 public:
  /// @param range  0 < min <= max, tolerance > 0, repeats > 0; whole loads have whole limits.
  explicit CapacitySearch(const SearchRange& range);

  /// The run to make next; nothing when the edge is known.
  std::optional<Probe> next() const;
  /// What came of a run. Runs that next() did not ask for count as well.
  void tell(double load, Verdict verdict);

  /// The highest load below the first failing one that is met; nothing yet, or nowhere.
  std::optional<double> highest_met() const;
  /// The lowest load that fails; nothing yet, or none up to `max`.
  std::optional<double> lowest_failed() const;
  /// The highest load below the first failing one that every one of its runs met.
  std::optional<double> highest_always_met() const;
  /// Every load that was tried.
  const std::map<double, Tally>& tallies() const { return tallies_; }

 private:
  std::optional<Probe> settle(double load) const;
  std::optional<Probe> decide(double load) const;
  double rounded(double load) const;
  std::optional<double> between(double met, double failed) const;

  SearchRange range_;
  std::map<double, Tally> tallies_;
};

}  // namespace gauntlet::metrics
