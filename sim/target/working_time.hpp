// A server's working time: the run's time line without its stalls.
#pragma once

#include <optional>

#include "scenarios/model/targets.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

/// Every `every`, starting one `every` into the run, nothing is done for `lasting`:
///
///     0        every      2*every     3*every
///     |work....|stall|work|stall|work.|stall|work...
///
/// A stall as long as its period never ends.
class WorkingTime {
 public:
  static constexpr Instant kNever = Instant::max();

  explicit WorkingTime(const std::optional<scenarios::Stall>& stall);

  /// The first moment from `from` on at which the server works.
  Instant resumes(Instant from) const;
  /// When `work` is done that begins at `from`, a moment at which the server works.
  Instant done(Instant from, Duration work) const;

 private:
  Duration worked_until(Instant moment) const;
  Instant when_worked(Duration work) const;

  Duration every_{};  // zero: there are no stalls
  Duration lasting_{};
};

}  // namespace gauntlet::sim
