// For how long, and when, the machine did not run this process.
#pragma once

#include "metrics/record/recorder.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::sim {

/// Told of every sleep of a thread that only sleeps. What it overslept is generator.pause.
/// @threads One writer; the recorder may be read at any time.
class PauseLog {
 public:
  explicit PauseLog(metrics::Recorder& recorder) : recorder_{recorder} {}

  void woke(Instant due, Instant now) {
    recorder_.observe(metrics::Series::generator_pause, now - due, metrics::Window::measured);
    if (now - due <= longest_) return;
    longest_ = now - due;
    longest_at_ = due;
  }

  const metrics::Recorder& recorder() const { return recorder_; }
  Duration longest() const { return longest_; }
  /// When it began.
  Instant longest_at() const { return longest_at_; }

 private:
  metrics::Recorder& recorder_;
  Duration longest_{};
  Instant longest_at_{};
};

}  // namespace gauntlet::sim
