#include "sim/session/model_client.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace gauntlet::sim {
namespace {

constexpr std::uint64_t kAnyLength = std::numeric_limits<std::uint64_t>::max();

}  // namespace

ModelClient::ModelClient(Options options, Context& context)
    : options_{std::move(options)}, context_{context} {}

ModelClient::~ModelClient() = default;

void ModelClient::ask(Asker& asker, Question question, Instant now) {
  queue_.push_back({&asker, std::move(question), now});
  serve(now);
}

void ModelClient::serve(Instant now) {
  while (!queue_.empty() && (options_.concurrent_max == 0 || active_ < options_.concurrent_max)) {
    Call call = std::move(queue_.front());
    queue_.pop_front();
    place(std::move(call), now);
  }
}

void ModelClient::place(Call call, Instant now) {
  if (room_.empty()) {
    const LinkId fresh = context_.links.dial(options_.to, options_.actor, *this);
    lines_.emplace(fresh, Line{.reader = wire::ReplyReader{kAnyLength}});
    room_.emplace(0, fresh);
  }
  const LinkId link = room_.begin()->second;
  Line& line = lines_.at(link);
  withdraw_room(link, line);
  ++active_;
  asking_[call.asker] = link;
  line.calls.push_back(std::move(call));
  offer_room(link, line);
  if (line.open) write(link, line.calls.back());
  take_turn(line, now);
}

void ModelClient::write(LinkId link, const Call& call) {
  const Place& place = context_.places[static_cast<std::size_t>(options_.to)];
  std::string path = place.path;
  if (path.ends_with('/')) path.pop_back();
  path += call.question.path;
  wire::append_request(context_.links.output(link),
                       {.method = "POST",
                        .authority = place.authority,
                        .path = path,
                        .bearer = options_.bearer.reveal(),
                        .keep_alive = true},
                       call.question.body);
}

/// The first call's answer is the next to come: its asker is told, once.
void ModelClient::take_turn(Line& line, Instant now) {
  Call& first = line.calls.front();
  if (!std::exchange(first.began, true)) first.asker->began(now, now - first.asked);
}

// ---- Questions that are no longer wanted.

void ModelClient::forget(Asker& asker) {
  if (const auto found = asking_.find(&asker); found != asking_.end())
    forget_on_line(asker, found->second);
  else
    std::erase_if(queue_, [&](const Call& call) { return call.asker == &asker; });
}

/// Only its own answer ends a connection: one that is still behind others does so when its turn has
/// come.
void ModelClient::forget_on_line(Asker& asker, LinkId link) {
  Line& line = lines_.at(link);
  const auto call = std::ranges::find(line.calls, &asker, &Call::asker);
  const bool first = call == line.calls.begin();
  let_go(*call);
  call->asker = nullptr;
  if (line.open && !first) {
    withdraw_room(link, line);
    line.leads_on = false;
  } else if (line.open || line.calls.size() == 1) {
    close(link);
  } else {
    withdraw_room(link, line);
    line.calls.erase(call);  // nothing is written yet
    offer_room(link, line);
  }
}

// ---- What comes from the server.

void ModelClient::opened(LinkId link, Instant now) {
  const auto found = lines_.find(link);
  if (found == lines_.end()) return;
  Line& line = found->second;
  line.open = true;
  for (const Call& call : line.calls) write(link, call);
  take_turn(line, now);
}

void ModelClient::failed(LinkId link, Outcome why, Instant now) { lose(link, why, now); }

void ModelClient::bytes(LinkId link, std::span<char> bytes, Instant now) {
  while (!bytes.empty() && lines_.contains(link)) read(link, bytes, now);
  serve(now);
}

void ModelClient::read(LinkId link, std::span<char>& bytes, Instant now) {
  Line& line = lines_.at(link);
  if (line.calls.empty()) return close(link);  // nobody asked
  line.answering = true;
  const wire::Progress progress = line.reader.feed(bytes);
  if (progress == wire::Progress::bad) return lose(link, Outcome::bad_reply, now);
  if (!line.reader.body().empty()) {
    line.calls.front().asker->heard(now, line.reader.status(), line.reader.body());
    if (!lines_.contains(link)) return;  // it did not like what it heard
    line.reader.forget_body();
  }
  if (progress == wire::Progress::done) finish(link, now);
}

void ModelClient::finish(LinkId link, Instant now) {
  Line& line = lines_.at(link);
  const Call call = take_first(link, line);
  const int status = line.reader.status();
  const bool unwanted_next = !line.calls.empty() && line.calls.front().asker == nullptr;
  const bool goes_on = line.reader.keep_alive() && !unwanted_next;
  line.reader.reset();
  line.used = true;
  line.answering = false;
  if (!goes_on) close(link);
  end_call(call, status, std::nullopt, now);
  if (goes_on && !line.calls.empty()) take_turn(line, now);
}

void ModelClient::ended(LinkId link, Outcome how, Instant now) {
  const auto found = lines_.find(link);
  if (found == lines_.end()) return;
  Line& line = found->second;
  const bool whole = !line.calls.empty() && how == Outcome::closed_early &&
                     line.reader.finish() == wire::Progress::done;
  if (whole) {
    finish(link, now);
    serve(now);
  } else {
    lose(link, how, now);
  }
}

/// An unanswered call on a connection that has been of use is not lost: the server closed an idle
/// connection, which is not its last word.
void ModelClient::lose(LinkId link, Outcome how, Instant now) {
  const auto found = lines_.find(link);
  if (found == lines_.end()) return;
  Line& line = found->second;
  std::optional<Call> broken;
  if (!line.calls.empty() && (line.answering || !line.used)) broken = take_first(link, line);
  close(link);
  if (broken) end_call(*broken, 0, how, now);
  serve(now);
}

// ---- Coming to an end.

void ModelClient::end_call(const Call& call, int status, std::optional<Outcome> broken,
                           Instant now) {
  let_go(call);
  call.asker->ended(now, status, broken);
}

void ModelClient::let_go(const Call& call) {
  asking_.erase(call.asker);
  --active_;
}

ModelClient::Call ModelClient::take_first(LinkId link, Line& line) {
  withdraw_room(link, line);
  Call first = std::move(line.calls.front());
  line.calls.pop_front();
  offer_room(link, line);
  return first;
}

/// What was asked on it and is still wanted is next in the queue.
void ModelClient::close(LinkId link) {
  const auto found = lines_.find(link);
  withdraw_room(link, found->second);
  std::deque<Call> calls = std::move(found->second.calls);
  lines_.erase(found);
  context_.links.end(link, Ending::close);
  for (; !calls.empty(); calls.pop_back()) {
    if (calls.back().asker == nullptr) continue;
    let_go(calls.back());
    queue_.push_front(std::move(calls.back()));
  }
}

void ModelClient::offer_room(LinkId link, const Line& line) {
  if (line.leads_on && line.calls.size() < options_.pipeline_max)
    room_.emplace(line.calls.size(), link);
}

void ModelClient::withdraw_room(LinkId link, const Line& line) {
  room_.erase({line.calls.size(), link});
}

}  // namespace gauntlet::sim
