#include "metrics/comparison/student.hpp"

#include <cmath>
#include <numbers>

namespace gauntlet::metrics {

double student_within(double t, int freedom) {
  const double angle = std::atan(t / std::sqrt(freedom));
  const double cosine = std::cos(angle);
  const bool odd = freedom % 2 == 1;
  // 1 + (1/2) cos^2 + (1*3)/(2*4) cos^4 + ..., or cos + (2/3) cos^3 + (2*4)/(3*5) cos^5 + ...
  double sum = 0;
  double term = odd ? cosine : 1;
  for (int k = odd ? 3 : 2; k <= freedom; k += 2) {
    sum += term;
    term *= cosine * cosine * (k - 1) / k;
  }
  const double series = std::sin(angle) * sum;
  return odd ? (angle + series) * 2 / std::numbers::pi : series;
}

double student_bound(double confidence, int freedom) {
  double low = 0;
  double high = 1;
  constexpr double kFarOut = 1e9;
  while (high < kFarOut && student_within(high, freedom) < confidence) high *= 2;
  constexpr int kHalvings = 80;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (student_within(middle, freedom) < confidence ? low : high) = middle;
  }
  return high;
}

}  // namespace gauntlet::metrics
