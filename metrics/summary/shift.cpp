#include "metrics/summary/shift.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace gauntlet::metrics {

namespace {

// By simulation, for 20 values: what 1 of 100 series exceeds whose values resemble their
// neighbours by a third.
constexpr double kCritical = 5;
constexpr std::size_t kEdge = 2;  // a level of a single value is an outlier
// What fits best leaves residuals that look less alike than what they were drawn from.
constexpr double kCorrelationBias = 0.2;
constexpr double kCorrelationMax = 0.8;

using Values = std::span<const double>;

double mean(Values values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares(Values values) {
  return std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
}

std::vector<double> around_line(Values values) {
  const double middle = (static_cast<double>(values.size()) - 1) / 2;
  const double level = mean(values);
  double product = 0;
  double spread = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(i) - middle;
    product += x * (values[i] - level);
    spread += x * x;
  }
  std::vector<double> rest(values.begin(), values.end());
  for (std::size_t i = 0; i < rest.size(); ++i)
    rest[i] -= level + product / spread * (static_cast<double>(i) - middle);
  return rest;
}

std::vector<double> around_step(Values values, const Shift& step) {
  std::vector<double> rest(values.begin(), values.end());
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= i < step.at ? step.before : step.after;
  return rest;
}

double correlation_of_neighbours(Values rest) {
  const double all = squares(rest);
  if (all == 0) return 0;
  return std::inner_product(rest.begin() + 1, rest.end(), rest.begin(), 0.0) / all;
}

// The step's height in units of what it would be, by chance, at a variance of 1.
double size_of(const Shift& step, std::size_t count) {
  const auto before = static_cast<double>(step.at);
  const auto after = static_cast<double>(count - step.at);
  return std::abs(step.after - step.before) / std::sqrt(1 / before + 1 / after);
}

}  // namespace

std::optional<Shift> find_shift(Values values) {
  if (values.size() < kShiftValuesMin) return std::nullopt;
  std::optional<Shift> greatest;
  std::vector<double> rest = around_line(values);
  for (std::size_t at = kEdge; at + kEdge <= values.size(); ++at) {
    const Shift step{at, mean(values.first(at)), mean(values.subspan(at))};
    if (!greatest || size_of(step, values.size()) > size_of(*greatest, values.size()))
      greatest = step;
    if (auto around = around_step(values, step); squares(around) < squares(rest))
      rest = std::move(around);
  }
  const double alike =
      std::clamp(correlation_of_neighbours(rest) + kCorrelationBias, 0.0, kCorrelationMax);
  const double variance = squares(rest) / static_cast<double>(values.size() - 2);
  const double error = std::sqrt(variance * (1 + alike) / (1 - alike));
  if (size_of(*greatest, values.size()) <= kCritical * error) return std::nullopt;
  return greatest;
}

}  // namespace gauntlet::metrics
