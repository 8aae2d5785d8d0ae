// What users and the driver ask and tell. What happens on the way is faulty_traffic.cpp.
#include "sim/fault/faulty_links.hpp"

#include <algorithm>

namespace gauntlet::sim {
namespace {

// Numbers of our own, which no driver's links have.
constexpr LinkId kOurs = LinkId{1} << 63U;

}  // namespace

FaultyLinks::FaultyLinks(Links& driver, const scenarios::Scenario& scenario,
                         metrics::Recorder& recorder, Blame blame)
    : driver_{driver}, scenario_{scenario}, recorder_{recorder}, blame_{blame} {}

void FaultyLinks::impair(ActorId whom, std::uint32_t fault, Instant now, Instant until) {
  const scenarios::FaultAction& action = scenario_.faults[fault].action;
  Client& client = clients_[whom];
  client.impairments.add(action, until);
  for (const LinkId id : client.lines) {
    Line& line = *find(id);
    // However late it is noticed.
    if (action.kind == FaultKind::outage) line.breaks = now;
    hurry(id, line);
  }
}

void FaultyLinks::forget(ActorId whom) {
  const auto client = clients_.find(whom);
  if (client == clients_.end()) return;
  client->second.over = true;
  if (client->second.lines.empty()) clients_.erase(client);
}

std::optional<Instant> FaultyLinks::next_deadline() const {
  return deadlines_.empty() ? std::nullopt : std::optional{deadlines_.begin()->first};
}

void FaultyLinks::tick(Instant now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now)
    work(deadlines_.begin()->second, now);
}

// ---- What users ask for.

LinkId FaultyLinks::dial(Endpoint to, ActorId actor, LinkUser& user) {
  if (is_model_server(to)) return driver_.dial(to, actor, user);
  Client& client = clients_[actor];
  const auto lane = [&] {
    return Lane{Stream{scenario_.seed, actor, Purpose::ill_treatment, client.lanes++}};
  };
  const LinkId id = kOurs | ++last_;
  Line fresh{.actor = actor, .to = to, .user = &user, .forth = lane(), .back = lane()};
  Line& line = lines_.emplace(id, std::move(fresh)).first->second;
  client.lines.push_back(id);
  if (!impaired(line)) {
    dial_below(id, line);
  } else {
    line.forth.put({.kind = Parcel::Kind::opening});
    hurry(id, line);
  }
  return id;
}

std::string& FaultyLinks::output(LinkId id) {
  if (id < kOurs) return driver_.output(id);
  Line* line = find(id);
  if (line == nullptr || line->cut || line->user == nullptr) {
    forgotten_.clear();
    return forgotten_;
  }
  if (straight_forth(*line)) return driver_.output(line->below);
  hurry(id, *line);
  return line->written;
}

void FaultyLinks::expect_nothing(LinkId id) {
  if (id < kOurs) return driver_.expect_nothing(id);
  if (const Line* line = find(id); line != nullptr && !line->cut)
    driver_.expect_nothing(line->below);
}

void FaultyLinks::stamp(LinkId id, Instant intended, metrics::Window window) {
  if (id < kOurs) return driver_.stamp(id, intended, window);
  Line* line = find(id);
  if (line == nullptr || line->cut) return;
  if (straight_forth(*line)) return driver_.stamp(line->below, intended, window);
  line->stamps.push_back({intended, window});
  hurry(id, *line);
}

std::size_t FaultyLinks::backlog(LinkId id) const {
  if (id < kOurs) return driver_.backlog(id);
  const Line* line = find(id);
  if (line == nullptr || line->cut) return 0;
  return line->written.size() + line->forth.bytes() +
         (line->below != 0 ? driver_.backlog(line->below) : 0);
}

void FaultyLinks::finish(LinkId id) {
  if (id < kOurs) return driver_.finish(id);
  Line* line = find(id);
  if (line == nullptr || line->cut) return;
  if (straight_forth(*line)) return driver_.finish(line->below);
  line->forth.put({.bytes = std::exchange(line->written, {})});
  line->forth.put({.kind = Parcel::Kind::half_end});
  hurry(id, *line);
}

// What was written, and the end behind it, may arrive when the user is long gone.
void FaultyLinks::end(LinkId id, Ending how) {
  if (id < kOurs) return driver_.end(id, how);
  Line* line = find(id);
  if (line == nullptr) return;
  line->user = nullptr;
  if (line->below == 0) return remove(id);
  if (how == Ending::vanish || !line->opened || straight_forth(*line)) {
    driver_.end(line->below, how);
    return remove(id);
  }
  if (how == Ending::reset) {
    line->written.clear();
    line->forth.drop_waiting();
  }
  line->forth.put({.bytes = std::exchange(line->written, {})});
  line->forth.put({.kind = Parcel::Kind::end, .ending = how});
  line->back.clear();
  feed(*line);
  hurry(id, *line);
}

void FaultyLinks::read(LinkId id, bool on) {
  if (id < kOurs) return driver_.read(id, on);
  Line* line = find(id);
  if (line == nullptr) return;
  line->reading = on;
  feed(*line);
  if (on && !line->back.empty()) hurry(id, *line);
}

std::vector<ActorId> FaultyLinks::connected() const {
  const auto kept_here = [this](ActorId actor) {
    const auto client = clients_.find(actor);
    return client != clients_.end() && !client->second.lines.empty();
  };
  std::vector<ActorId> all = driver_.connected();
  std::erase_if(all, kept_here);
  for (const auto& [id, line] : lines_)
    if (line.user != nullptr && line.actor < kStrangersFrom) all.push_back(line.actor);
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// ---- What the driver tells.

void FaultyLinks::opened(LinkId below, Instant now) {
  const LinkId id = above(below);
  Line* line = find(id);
  if (line == nullptr) return;
  if (straight_back(*line)) {
    line->opened = true;
    return line->user->opened(id, now);
  }
  line->back.put({.kind = Parcel::Kind::opening});
  work(id, now);
}

void FaultyLinks::failed(LinkId below, Outcome why, Instant now) {
  const LinkId id = above(below);
  Line* line = find(id);
  if (line == nullptr) return;
  cut(*line, below);
  line->back.put({.kind = Parcel::Kind::opening, .outcome = why});
  work(id, now);
}

void FaultyLinks::bytes(LinkId below, std::span<char> bytes, Instant now) {
  const LinkId id = above(below);
  Line* line = find(id);
  if (line == nullptr || line->user == nullptr) return;
  if (straight_back(*line)) return line->user->bytes(id, bytes, now);
  line->back.put({.bytes = {bytes.begin(), bytes.end()}});
  work(id, now);
}

void FaultyLinks::ended(LinkId below, Outcome how, Instant now) {
  const LinkId id = above(below);
  Line* line = find(id);
  if (line == nullptr) return;
  cut(*line, below);
  if (line->user == nullptr) return remove(id);
  line->back.put({.kind = Parcel::Kind::end, .outcome = how});
  work(id, now);
}

LinkId FaultyLinks::above(LinkId below) const {
  const auto found = above_.find(below);
  return found == above_.end() ? 0 : found->second;
}

void FaultyLinks::cut(Line& line, LinkId below) {
  above_.erase(below);
  line.below = 0;
  line.cut = true;
  line.written.clear();
  line.forth.clear();
}

// ---- Lines.

bool FaultyLinks::impaired(const Line& line) const {
  return !clients_.at(line.actor).impairments.none();
}

// Whether what is written now may go past everything here.
bool FaultyLinks::straight_forth(const Line& line) const {
  return line.below != 0 && line.written.empty() && line.forth.empty() && !impaired(line);
}

bool FaultyLinks::straight_back(const Line& line) const {
  return line.reading && line.back.empty() && !impaired(line);
}

void FaultyLinks::dial_below(LinkId id, Line& line) {
  line.below = driver_.dial(line.to, line.actor, *this);
  above_[line.below] = id;
  line.fed = true;
  feed(line);
}

FaultyLinks::Line* FaultyLinks::find(LinkId id) {
  const auto found = lines_.find(id);
  return found == lines_.end() ? nullptr : &found->second;
}

const FaultyLinks::Line* FaultyLinks::find(LinkId id) const {
  const auto found = lines_.find(id);
  return found == lines_.end() ? nullptr : &found->second;
}

void FaultyLinks::remove(LinkId id) {
  Line& line = lines_.at(id);
  set_due(id, line, std::nullopt);
  if (line.below != 0) above_.erase(line.below);
  const auto client = clients_.find(line.actor);
  std::erase(client->second.lines, id);
  if (client->second.over && client->second.lines.empty()) clients_.erase(client);
  lines_.erase(id);
}

void FaultyLinks::set_due(LinkId id, Line& line, std::optional<Instant> due) {
  if (line.due == due) return;
  if (line.due) deadlines_.erase({*line.due, id});
  line.due = due;
  if (due) deadlines_.insert({*due, id});
}

}  // namespace gauntlet::sim
