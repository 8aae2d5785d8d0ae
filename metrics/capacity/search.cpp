#include "metrics/capacity/search.hpp"

#include <algorithm>
#include <cmath>

namespace gauntlet::metrics {

namespace {

constexpr double kGrowth = 2;
// The edge is narrow when its ends are less than this many tolerances apart, and known when they
// are less than this part of one apart: the other half of the tolerance is for what chance does to
// a run.
constexpr double kNarrow = 2;
constexpr double kKnown = 0.5;
// Loads that are not whole numbers are rounded to steps of this part of the tolerance.
constexpr double kSteps = 10;

}  // namespace

void Tally::add(Verdict verdict) {
  switch (verdict) {
    case Verdict::met:
      ++met;
      return;
    case Verdict::not_met:
      ++not_met;
      return;
    case Verdict::invalid:
      ++invalid;
      return;
  }
}

Verdict Tally::verdict() const {
  if (2 * met > runs()) return Verdict::met;
  return invalid > not_met ? Verdict::invalid : Verdict::not_met;
}

CapacitySearch::CapacitySearch(const SearchRange& range) : range_{range} {}

void CapacitySearch::tell(double load, Verdict verdict) { tallies_[load].add(verdict); }

std::optional<double> CapacitySearch::lowest_failed() const {
  const auto found = std::ranges::find_if(
      tallies_, [](const auto& entry) { return entry.second.verdict() != Verdict::met; });
  if (found == tallies_.end()) return std::nullopt;
  return found->first;
}

std::optional<double> CapacitySearch::highest_met() const {
  std::optional<double> highest;
  for (const auto& [load, tally] : tallies_) {
    if (tally.verdict() != Verdict::met) break;
    highest = load;
  }
  return highest;
}

std::optional<double> CapacitySearch::highest_always_met() const {
  std::optional<double> highest;
  for (const auto& [load, tally] : tallies_) {
    if (tally.verdict() != Verdict::met) break;
    if (tally.met == tally.runs()) highest = load;
  }
  return highest;
}

std::optional<Probe> CapacitySearch::next() const {
  if (tallies_.empty()) return Probe{range_.min, 0};
  const auto met = highest_met();
  const auto failed = lowest_failed();
  if (!failed) {
    if (*met < range_.max) return Probe{std::min(range_.max, rounded(*met * kGrowth)), 0};
    return settle(range_.max);
  }
  // The first failure sends the search back, and must not do so by chance.
  if (const auto again = decide(*failed)) return again;
  if (!met) return settle(*failed);
  const auto middle = between(*met, *failed);
  if (!middle || *failed <= *met * (1 + kNarrow * range_.tolerance)) {
    if (const auto again = settle(*met)) return again;
    if (const auto again = settle(*failed)) return again;
  }
  if (middle) return Probe{*middle, 0};
  return std::nullopt;
}

// Another run at a load that has not had all of its repeats.
std::optional<Probe> CapacitySearch::settle(double load) const {
  const std::uint32_t runs = tallies_.at(load).runs();
  if (runs >= range_.repeats) return std::nullopt;
  return Probe{load, runs};
}

// Another run at a load that fails, unless the repeats that are left could not change that.
std::optional<Probe> CapacitySearch::decide(double load) const {
  const Tally& tally = tallies_.at(load);
  if (2 * (tally.runs() - tally.met) >= range_.repeats) return std::nullopt;
  return settle(load);
}

// Short numbers: they are read, and typed again.
double CapacitySearch::rounded(double load) const {
  if (range_.whole) return std::round(load);
  const double digits = std::ceil(-std::log10(load * range_.tolerance / kSteps));
  const double scale = std::pow(10, std::abs(digits));
  return digits >= 0 ? std::round(load * scale) / scale : std::round(load / scale) * scale;
}

// A load to try between the ends of the edge; nothing when they are as close as they need to be.
std::optional<double> CapacitySearch::between(double met, double failed) const {
  if (failed <= met * (1 + kKnown * range_.tolerance)) return std::nullopt;
  // The middle by ratio: the answer is wanted to a fraction of itself.
  const double middle = rounded(std::sqrt(met * failed));
  if (middle <= met || middle >= failed) return std::nullopt;  // neighbours
  return middle;
}

}  // namespace gauntlet::metrics
