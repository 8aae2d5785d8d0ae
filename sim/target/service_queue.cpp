#include "sim/target/service_queue.hpp"

#include <algorithm>
#include <utility>

#include "scenarios/terms/match.hpp"

namespace gauntlet::sim {
namespace {

template <class Visit>
void each_text(TargetInput& input, Visit&& visit) {
  std::visit(match{
                 [&](Asked& asked) {
                   for (std::string_view* text : {&asked.method, &asked.path, &asked.query,
                                                  &asked.bearer, &asked.peer, &asked.body})
                     visit(*text);
                 },
                 [&](Heard& heard) { visit(heard.text); },
                 [](PeerPinged&) {},
                 [](PeerPonged&) {},
                 [](Gone&) {},
                 [](TimeCame&) {},
             },
             input);
}

}  // namespace

KeptInput::KeptInput(const TargetInput& input) : input_{input} {
  std::size_t size = 0;
  each_text(input_, [&](std::string_view& text) { size += text.size(); });
  if (size == 0) {  // even an empty view must not point into what is about to go
    each_text(input_, [](std::string_view& text) { text = {}; });
    return;
  }
  text_ = std::make_unique<char[]>(size);
  char* end = text_.get();
  each_text(input_, [&](std::string_view& text) {
    end = std::copy(text.begin(), text.end(), end);
    text = {end - text.size(), text.size()};
  });
}

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
