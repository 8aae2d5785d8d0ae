#include "sim/target/silence_watch.hpp"

#include <algorithm>

namespace gauntlet::sim {

// Agents that are due at once come in the order of their numbers, so that a run is always the same.
bool SilenceWatch::later(const Look& a, const Look& b) {
  return a.due != b.due ? a.due > b.due : a.agent > b.agent;
}

// A look that an earlier connection has left behind comes before it is needed, and does for both.
void SilenceWatch::begin(Instant now, AgentNumber agent) {
  if (agent >= lines_.size()) lines_.resize(agent + std::size_t{1});
  Line& line = lines_[agent];
  line.heard = now;
  line.here = true;
  if (!line.looked_at) look_again(now, agent);
}

void SilenceWatch::end(AgentNumber agent) { lines_[agent].here = false; }

// The next agent to look at, of those that are still here.
std::optional<AgentNumber> SilenceWatch::take_due(Instant now) {
  while (!looks_.empty() && looks_.front().due <= now) {
    std::ranges::pop_heap(looks_, later);
    const AgentNumber agent = looks_.back().agent;
    looks_.pop_back();
    lines_[agent].looked_at = false;
    if (lines_[agent].here) return agent;
  }
  return std::nullopt;
}

// `asked` is when the agent last spoke or, if later, was last asked to.
void SilenceWatch::look_again(Instant asked, AgentNumber agent) {
  Line& line = lines_[agent];
  Instant due = Instant::max();
  if (limits_.ask > Duration::zero()) due = asked + limits_.ask;
  if (limits_.give_up > Duration::zero()) due = std::min(due, line.heard + limits_.give_up);
  line.looked_at = due != Instant::max();
  if (!line.looked_at) return;
  looks_.push_back({due, agent});
  std::ranges::push_heap(looks_, later);
}

}  // namespace gauntlet::sim
