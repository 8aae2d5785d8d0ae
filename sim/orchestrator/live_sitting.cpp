#include "sim/orchestrator/live_sitting.hpp"

#include <utility>

namespace gauntlet::sim {

LiveSitting::LiveSitting(const std::vector<Examination>& examinations, const Whereabouts& where,
                         Sitting::Setting setting, Clock clock)
    : solo_{clock}, sitting_{examinations, solo_.links(), where.places, std::move(setting)} {
  solo_.links().set_destinations(where.destinations);
}

bool LiveSitting::run() {
  const bool interrupted = solo_.run(sitting_);
  if (interrupted) sitting_.cut("it was interrupted", solo_.now());
  return interrupted;
}

void LiveSitting::start() {
  thread_ = std::thread{[this] { solo_.run_to_the_end(sitting_); }};
}

void LiveSitting::end(std::string_view why) {
  if (!thread_.joinable()) return;
  solo_.post([this, why] { sitting_.cut(why, solo_.now()); });
  thread_.join();
}

}  // namespace gauntlet::sim
