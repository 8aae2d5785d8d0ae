#include "sim/target/service_queue.hpp"

#include <algorithm>
#include <utility>

namespace gauntlet::sim {

ServiceQueue::ServiceQueue(const Options& options, Stream random)
    : options_{options}, working_{options_.stall}, random_{random} {}

ServiceQueue::Taken ServiceQueue::take(Instant now, ConnectionId from, const TargetInput& input) {
  const bool message = std::holds_alternative<Heard>(input);
  if (message && options_.messages_max != 0 && messages_waiting(now) >= options_.messages_max)
    return Taken::refused;
  const Duration work = message ? draw(options_.service_time, random_) : Duration::zero();
  const Instant begins = working_.resumes(std::max(now, free_at_));
  const Instant done = working_.done(begins, work);
  free_at_ = done;
  if (jobs_.empty() && done <= now) return Taken::now;
  jobs_.push_back({begins, done, from, messages_taken_, KeptInput{input}});
  if (message) ++messages_taken_;
  return Taken::later;
}

// Service is in order, so those that wait are the tail of the line.
std::uint64_t ServiceQueue::messages_waiting(Instant now) const {
  const auto first = std::ranges::upper_bound(jobs_, now, {}, &Job::begins);
  return first == jobs_.end() ? 0 : messages_taken_ - first->messages_before;
}

std::optional<Instant> ServiceQueue::next_deadline() const {
  if (jobs_.empty() || jobs_.front().done == WorkingTime::kNever) return std::nullopt;
  return jobs_.front().done;
}

}  // namespace gauntlet::sim
