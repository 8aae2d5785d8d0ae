#include "sim/actor/subscriptions.hpp"

#include <algorithm>

namespace gauntlet::sim {
namespace {

/// `count` different agents on the same relay, never `self`. @source Floyd's sampling: as many
/// draws as agents.
std::vector<ActorId> choose(const scenarios::Plan& plan, ActorId self, std::uint32_t count) {
  std::vector<std::uint32_t> chosen;  // numbers among the others
  const scenarios::Room room{plan, self};
  const std::uint32_t others = room.size() - 1;
  Stream random{plan.seed, self, Purpose::subscriptions};
  for (std::uint32_t last = others - std::min(count, others); last < others; ++last) {
    const auto drawn = static_cast<std::uint32_t>(random.below(last + std::uint64_t{1}));
    const auto place = std::lower_bound(chosen.begin(), chosen.end(), drawn);
    if (place != chosen.end() && *place == drawn)
      chosen.push_back(last);  // larger than all before
    else
      chosen.insert(place, drawn);
  }
  std::vector<ActorId> agents;
  agents.reserve(chosen.size());
  const std::uint32_t own = room.place_of(plan.actors[self]);
  for (const std::uint32_t other : chosen) agents.push_back(room[other < own ? other : other + 1]);
  std::sort(agents.begin(), agents.end());
  return agents;
}

}  // namespace

Subscriptions::Subscriptions(const scenarios::Subscribe& rule, const scenarios::Plan& plan,
                             ActorId agent)
    : rule_{&rule}, agents_{choose(plan, agent, rule.to.count)} {}

void Subscriptions::entered(Instant now) {
  active_ = false;
  next_ = agents_.empty() ? kNever : now + rule_->after;
}

void Subscriptions::left() {
  active_ = false;
  next_ = kNever;
}

Subscriptions::Step Subscriptions::due(Instant now) {
  if (now < next_) return Step::none;
  intended_ = next_;
  next_ = kNever;
  if (active_) return Step::unsubscribe;
  active_ = true;
  if (rule_->keep) next_ = intended_ + *rule_->keep;
  return Step::subscribe;
}

bool Subscriptions::includes(ActorId agent) const {
  return active_ && std::binary_search(agents_.begin(), agents_.end(), agent);
}

}  // namespace gauntlet::sim
