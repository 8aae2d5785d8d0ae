#include "sim/fault/proxy.hpp"

#include <algorithm>

namespace gauntlet::sim {
namespace {

// How often it is looked whether a slow receiver has caught up: nothing tells of that.
constexpr Duration kLook = std::chrono::milliseconds{5};

Ending passed_on(Outcome how) { return how == Outcome::reset ? Ending::reset : Ending::close; }

}  // namespace

Proxy::Proxy(Links& near, FaultyLinks& far, const scenarios::Scenario& scenario, Instant until)
    : near_links_{near}, far_links_{far}, scenario_{scenario} {
  plan_.seed = scenario.seed;
  plan_.phases.measure = until;
}

// Nothing is read before there is somebody to tell.
void Proxy::accepted(LinkId link, std::uint8_t, std::string, Instant now) {
  const Number number = last_++;
  ++tally_.connections;
  near_links_.read(link, false);
  Pair fresh{.near = {link},
             .far = {},
             .since = now,
             .schedule = {scenario_, plan_, {scenarios::Selection::Among::agents, number}}};
  Pair& pair = pairs_.emplace(number, std::move(fresh)).first->second;
  near_[link] = number;
  pair.schedule.happened(scenarios::FaultEvent::joined, now);
  strike(number, pair, now);
  pair.far.link = far_links_.dial(Endpoint::relay_socket, number, *this);
  far_[pair.far.link] = number;
  reschedule(number, pair, now);
}

void Proxy::opened(LinkId link, Instant) {
  near_links_.read(pairs_.at(far_.at(link)).near.link, true);
}

void Proxy::failed(LinkId link, Outcome, Instant) {
  ++tally_.unreachable;
  const Number number = far_.at(link);
  near_links_.end(pairs_.at(number).near.link, Ending::reset);
  remove(number);
}

void Proxy::bytes(LinkId link, std::span<char> bytes, Instant now) {
  const bool from_client = near_.contains(link);
  const Number number = from_client ? near_.at(link) : far_.at(link);
  Pair& pair = pairs_.at(number);
  (from_client ? tally_.bytes_to_target : tally_.bytes_from_target) += bytes.size();
  if (from_client)
    far_links_.output(pair.far.link).append(bytes.data(), bytes.size());
  else
    near_links_.output(pair.near.link).append(bytes.data(), bytes.size());
  look_at_backlogs(pair);
  reschedule(number, pair, now);
}

void Proxy::ended(LinkId link, Outcome how, Instant) {
  const bool client = near_.contains(link);
  const Number number = client ? near_.at(link) : far_.at(link);
  const Pair& pair = pairs_.at(number);
  if (client)
    far_links_.end(pair.far.link, passed_on(how));
  else
    near_links_.end(pair.near.link, passed_on(how));
  remove(number);
}

// ---- Time.

std::optional<Instant> Proxy::next_deadline() const {
  return deadlines_.empty() ? std::nullopt : std::optional{deadlines_.begin()->first};
}

void Proxy::tick(Instant now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const Number number = deadlines_.begin()->second;
    Pair& pair = pairs_.at(number);
    strike(number, pair, now);
    look_at_backlogs(pair);
    reschedule(number, pair, now);
  }
}

void Proxy::strike(Number number, Pair& pair, Instant now) {
  while (pair.schedule.next_time() && *pair.schedule.next_time() <= now) {
    const scenarios::Blow blow = pair.schedule.take();
    if (blow.until <= pair.since) continue;  // it was over before this one came
    ++tally_.faults[static_cast<std::size_t>(scenario_.faults[blow.fault].action.kind)];
    far_links_.impair(number, blow.fault, now, blow.until);
  }
}

void Proxy::look_at_backlogs(Pair& pair) {
  const auto settle = [](Side& receiver, const Links& its_links, Links& others, LinkId sender) {
    const bool full = its_links.backlog(receiver.link) > kBacklogMax;
    if (full == receiver.full) return;
    receiver.full = full;
    others.read(sender, !full);
  };
  settle(pair.far, far_links_, near_links_, pair.near.link);
  settle(pair.near, near_links_, far_links_, pair.far.link);
}

void Proxy::reschedule(Number number, Pair& pair, Instant now) {
  auto due = pair.schedule.next_time();
  if (pair.near.full || pair.far.full) due = due ? std::min(*due, now + kLook) : now + kLook;
  if (pair.due) deadlines_.erase({*pair.due, number});
  pair.due = due;
  if (due) deadlines_.insert({*due, number});
}

void Proxy::remove(Number number) {
  const Pair& pair = pairs_.at(number);
  near_.erase(pair.near.link);
  far_.erase(pair.far.link);
  if (pair.due) deadlines_.erase({*pair.due, number});
  pairs_.erase(number);
  far_links_.forget(number);
}

scenarios::Scenario scenario_of_connections(std::uint64_t seed,
                                            std::vector<scenarios::Fault> faults) {
  for (scenarios::Fault& fault : faults)
    if (const auto* share = std::get_if<scenarios::Selection::Share>(&fault.to.which)) {
      fault.probability *= share->share;
      fault.to.which = scenarios::Selection::All{};
    }
  scenarios::Scenario scenario;
  scenario.seed = seed;
  scenario.faults = std::move(faults);
  return scenario;
}

}  // namespace gauntlet::sim
