#include "sim/replay/script.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "scenarios/terms/hash.hpp"
#include "sim/recording/role_name.hpp"

namespace gauntlet::sim::replay {
namespace {

using recording::Entry;
using recording::Kind;

bool has(const recording::Text& text, recording::Hidden what) {
  return std::ranges::any_of(text.blanks, [what](const auto& blank) { return blank.what == what; });
}

/// Puts the entries of a recording to their actors.
class Sorter {
 public:
  void add(const Entry& entry, std::uint64_t where) {
    Open& open = open_[entry.actor];
    const unsigned fields = def(entry.kind).fields;
    const bool greeting = entry.kind == Kind::hears && open.silent;
    if ((fields & recording::kAct) != 0 || entry.kind == Kind::answered || greeting)
      open.part.acts.push_back({entry.at, where});
    note_needs(entry);
    count(entry, open);
    follow(entry, open);
  }

  // Whose beginning is lost does not act: nobody knows who it was.
  std::vector<Script::Part> parts() {
    std::vector<Script::Part> all;
    for (auto& [actor, open] : open_)
      if (open.started) all.push_back(std::move(open.part));
    return all;
  }
  Script::Needs needs() const { return {needs_.relay, needs_.arena, pin_said_ && !pin_found_}; }

 private:
  struct Open {
    Script::Part part;
    bool started{false};
    bool closing{false};
    bool silent{false};  // nothing was said or heard yet on its connection
  };

  void note_needs(const Entry& entry) {
    const unsigned fields = def(entry.kind).fields;
    if ((fields & recording::kPlace) != 0)
      (recording::is_arena(entry.place) ? needs_.arena : needs_.relay) = true;
    const bool pin =
        has(entry.text, recording::Hidden::pin) || has(entry.body, recording::Hidden::pin);
    if ((fields & recording::kAct) != 0) pin_said_ |= pin;
    if (entry.kind == Kind::answered) pin_found_ |= pin;
  }

  static void count(const Entry& entry, Open& open) {
    Script::Part& part = open.part;
    if (is_send(entry.kind)) ++part.sends;
    if (entry.kind == Kind::hears) ++part.hears;
    if (entry.kind == Kind::closed && !open.closing) ++part.cuts;
    if (entry.kind != Kind::starts) return;
    open.started = true;
    part.actor = entry.actor;
    part.start = entry.at;
    part.role = recording::role_of(entry.text.words).value_or(scenarios::Role::agent);
  }

  // Where it stands with its connection.
  static void follow(const Entry& entry, Open& open) {
    if (entry.kind == Kind::connects) open.closing = false;
    if (entry.kind == Kind::closes) open.closing = true;
    const bool spoken = entry.kind == Kind::says || entry.kind == Kind::says_bytes ||
                        entry.kind == Kind::hears || entry.kind == Kind::closes;
    if (entry.kind == Kind::connects)
      open.silent = true;
    else if (spoken)
      open.silent = false;
  }

  std::map<ActorId, Open> open_;
  Script::Needs needs_;
  bool pin_said_{false};
  bool pin_found_{false};
};

constexpr std::array kCrowds{scenarios::Role::agent, scenarios::Role::participant,
                             scenarios::Role::observer, scenarios::Role::voter};

std::uint32_t count_of(const Script& script, scenarios::Role role) {
  return static_cast<std::uint32_t>(std::ranges::count(script.parts(), role, &Script::Part::role));
}

// Its place in crowds_of(); 0 for the operator, who is in none.
std::uint32_t population_of(const Script& script, scenarios::Role role) {
  std::uint32_t index = 0;
  for (const scenarios::Role crowd : kCrowds) {
    if (crowd == role) return index;
    index += count_of(script, crowd) > 0 ? 1 : 0;
  }
  return 0;
}

scenarios::Population crowd(scenarios::Role role, std::uint32_t count) {
  switch (role) {
    case scenarios::Role::participant:
      return scenarios::Participants{.count = count};
    case scenarios::Role::observer:
      return scenarios::Observers{.count = count};
    case scenarios::Role::voter:
      return scenarios::Voters{.count = count};
    default:
      return scenarios::Agents{.count = count};
  }
}

std::vector<ActorId>* list_of(scenarios::Plan& plan, scenarios::Role role) {
  switch (role) {
    case scenarios::Role::agent:
      return &plan.agents;
    case scenarios::Role::participant:
      return &plan.participants;
    case scenarios::Role::observer:
      return &plan.observers;
    case scenarios::Role::voter:
      return &plan.voters;
    case scenarios::Role::operator_:
      return nullptr;
  }
  return nullptr;
}

}  // namespace

Result<Script, recording::Unreadable> Script::read(std::string_view bytes) {
  auto opened = recording::RecordingReader::open(bytes);
  if (!opened) return fail(opened.error());
  recording::RecordingReader& reader = opened.value();
  Script script{bytes};
  Sorter sorter;
  while (const auto entry = reader.next()) {
    sorter.add(*entry, reader.position());
    script.end_ = std::max(script.end_, entry->at);
  }
  script.head_ = reader.head();
  script.lost_ = reader.lost();
  script.ending_ = reader.ending();
  script.parts_ = sorter.parts();
  script.needs_ = sorter.needs();
  if (script.parts_.empty()) {
    const bool cut = script.ending_.how != recording::Ending::How::whole;
    return fail(recording::Unreadable{std::string{"is a recording in which nobody acts"} +
                                          (cut ? ", as far as it can be read" : ""),
                                      "give one of a run that had clients, whole"});
  }
  return script;
}

std::vector<scenarios::Population> crowds_of(const Script& script) {
  std::vector<scenarios::Population> all;
  for (const scenarios::Role role : kCrowds)
    if (const std::uint32_t count = count_of(script, role); count > 0)
      all.push_back(crowd(role, count));
  return all;
}

Instant paced(Instant recorded, double speed) {
  const auto ns = static_cast<double>(recorded.time_since_epoch().count());
  return Instant{Duration{std::llround(ns / speed)}};
}

scenarios::Plan plan_of(const Script& script, double speed, std::uint32_t relays, Duration drain) {
  scenarios::Plan plan;
  plan.seed = script.head().seed;
  plan.relays = relays;
  plan.phases.measure = std::max(paced(script.end(), speed), at(std::chrono::milliseconds{1}));
  plan.phases.drain = plan.phases.measure + drain;
  Hash hash;
  hash.add(speed);
  std::uint32_t operators = 0;
  std::map<scenarios::Role, std::uint32_t> populations;
  for (const scenarios::Role role : kCrowds) populations[role] = population_of(script, role);
  for (const Script::Part& part : script.parts()) {
    const auto id = static_cast<ActorId>(plan.actors.size());
    std::vector<ActorId>* same_role = list_of(plan, part.role);
    const auto number =
        same_role != nullptr ? static_cast<std::uint32_t>(same_role->size()) : operators++;
    plan.actors.push_back({.id = id,
                           .role = part.role,
                           .population = populations[part.role],
                           .number = number,
                           .start = paced(part.start, speed)});
    if (same_role != nullptr) same_role->push_back(id);
    for (const Script::Act& act : part.acts) hash.add(act.at), hash.add(act.where);
  }
  plan.hash = hash.value();
  return plan;
}

}  // namespace gauntlet::sim::replay
