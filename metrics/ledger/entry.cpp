#include "metrics/ledger/entry.hpp"

#include <algorithm>

namespace gauntlet::metrics {

void Audience::clear() {
  named.clear();
  waiting.clear();
  reached.clear();
  copied.clear();
}

std::size_t Audience::bytes() const {
  return sizeof *this + named.capacity() * sizeof(Named) + waiting.bytes() + reached.bytes() +
         copied.bytes();
}

Fate* Entry::fate_of(ActorId actor) {
  if (to_all) return nullptr;
  if (!audience) return actor == receiver ? &fate : nullptr;
  const auto found = std::ranges::find(audience->named, actor, &Audience::Named::actor);
  return found == audience->named.end() ? nullptr : &found->fate;
}

bool Entry::has_reached(ActorId actor) const {
  if (to_all) return audience->reached.contains(actor);
  if (!audience) return actor == receiver && fate == Fate::reached;
  return std::ranges::any_of(audience->named, [&](const Audience::Named& each) {
    return each.actor == actor && each.fate == Fate::reached;
  });
}

bool Entry::is_owed_to(ActorId actor) const {
  if (to_all) return audience->waiting.contains(actor);
  if (!audience) return actor == receiver && fate == Fate::owed;
  return std::ranges::any_of(audience->named, [&](const Audience::Named& each) {
    return each.actor == actor && each.fate == Fate::owed;
  });
}

bool Entry::names_somebody_gone() const {
  const auto gone = [](Fate what) { return what == Fate::absent || what == Fate::excused; };
  if (to_all) return false;
  if (!audience) return gone(fate);
  return std::ranges::any_of(audience->named, gone, &Audience::Named::fate);
}

std::optional<ActorId> Entry::owed_beyond(const ActorSet& others) const {
  if (to_all) return audience->waiting.first_beyond(others);
  if (!audience)
    return fate == Fate::owed && !others.contains(receiver) ? std::optional{receiver}
                                                            : std::nullopt;
  for (const Audience::Named& each : audience->named)
    if (each.fate == Fate::owed && !others.contains(each.actor)) return each.actor;
  return std::nullopt;
}

bool Entry::settle(ActorId actor, Fate why) {
  if (to_all) {
    if (!audience->waiting.contains(actor)) return false;
    audience->waiting.erase(actor);
  } else {
    Fate* known = fate_of(actor);
    if (known == nullptr || *known != Fate::owed) return false;
    *known = why;
  }
  --owed;
  return true;
}

}  // namespace gauntlet::metrics
