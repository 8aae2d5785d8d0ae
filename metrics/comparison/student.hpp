// Student's t distribution: how far off a mean of few observations may be.
#pragma once

namespace gauntlet::metrics {

/// P(|T| <= t) with `freedom` degrees of freedom. @param t at least 0. @param freedom at least 1.
/// @source Abramowitz and Stegun, 26.7.3 and 26.7.4.
double student_within(double t, int freedom);

/// The t with student_within(t, freedom) == confidence. @param confidence in (0, 1).
double student_bound(double confidence, int freedom);

}  // namespace gauntlet::metrics
