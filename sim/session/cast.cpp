#include "sim/session/cast.hpp"

#include <algorithm>
#include <utility>

namespace gauntlet::sim {

namespace {

LogSubject name_of(const scenarios::PlannedActor& actor) {
  using scenarios::Role;
  switch (actor.role) {
    case Role::agent:
      return {"agent", actor.number};
    case Role::participant:
      return {"participant", actor.number};
    case Role::observer:
      return {"observer", actor.number};
    case Role::voter:
      return {"voter", actor.number};
    case Role::operator_:
      return {"operator", actor.number};
  }
  return {"actor", actor.id};
}

}  // namespace

Cast::Cast(std::vector<scenarios::PlannedActor> actors, MakePerformer make, Context& context)
    : actors_{std::move(actors)},
      sessions_(actors_.size()),
      make_{std::move(make)},
      context_{context},
      deadlines_{actors_.size()} {
  for (std::uint32_t slot = 0; slot < actors_.size(); ++slot)
    deadlines_.set(slot, actors_[slot].start);
}

bool Cast::run_due(Instant now, std::size_t most) {
  for (; most > 0; --most) {
    const auto slot = deadlines_.take_due(now);
    if (!slot) return false;
    if (sessions_[*slot])
      sessions_[*slot]->tick(now);
    else if (!stopped_)
      start(*slot, now);
  }
  return deadlines_.next() && *deadlines_.next() <= now;
}

void Cast::start(std::uint32_t slot, Instant now) {
  const scenarios::PlannedActor& actor = actors_[slot];
  Performer performer = make_(actor, context_);
  ActorSession::Owner& owner = *this;
  sessions_[slot] = std::make_unique<ActorSession>(
      ActorSession::Seat{actor.id, slot, name_of(actor)}, std::move(performer.machine),
      std::move(performer.runner), context_, owner);
  sessions_[slot]->tell(Start{}, now);
  if (pin_) sessions_[slot]->tell(Announced{*pin_}, now);
}

void Cast::announce(const Secret& pin, Instant now) {
  pin_ = pin;
  for (const auto& session : sessions_)
    if (session) session->tell(Announced{*pin_}, now);
}

void Cast::stop(Instant now) {
  stopped_ = true;
  for (std::uint32_t slot = 0; slot < sessions_.size(); ++slot) {
    if (sessions_[slot]) {
      sessions_[slot]->tell(Stop{}, now);
      continue;
    }
    deadlines_.set(slot, std::nullopt);
    if (actors_[slot].start <= now) never_started_.push_back(actors_[slot].id);
  }
}

// All are looked at first: a goodbye may free somebody else.
void Cast::leave(Instant now) {
  for (std::uint32_t slot = 0; slot < sessions_.size(); ++slot)
    if (sessions_[slot] && sessions_[slot]->stuck()) stuck_.push_back(actors_[slot].id);
  for (const auto& session : sessions_)
    if (session) session->tell(Leave{}, now);
}

std::size_t Cast::busy() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(sessions_, [](const auto& s) { return s && s->busy(); }));
}

bool Cast::done() const {
  return std::ranges::all_of(sessions_, [&](const auto& s) { return s ? s->done() : stopped_; });
}

void Cast::refresh(std::uint32_t slot) { deadlines_.set(slot, sessions_[slot]->next_deadline()); }

}  // namespace gauntlet::sim
