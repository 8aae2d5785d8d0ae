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

void ModelClient::forget(Asker& asker) {
  if (const auto found = asking_.find(&asker); found != asking_.end()) {
    const LinkId link = found->second;
    asking_.erase(found);
    --active_;
    drop(link);
    return;
  }
  std::erase_if(queue_, [&](const Call& call) { return call.asker == &asker; });
}

void ModelClient::serve(Instant now) {
  while (!queue_.empty() && (options_.concurrent_max == 0 || active_ < options_.concurrent_max)) {
    Call call = std::move(queue_.front());
    queue_.pop_front();
    begin(std::move(call), now);
  }
}

void ModelClient::begin(Call call, Instant now) {
  ++active_;
  Asker& asker = *call.asker;
  const Duration waited = now - call.asked;
  if (idle_.empty()) {
    dial(std::move(call));
  } else {
    const LinkId link = idle_.back();
    idle_.pop_back();
    Line& line = lines_.at(link);
    line.reader.reset();
    line.reused = true;
    asking_[&asker] = link;
    write(link, line.call.emplace(std::move(call)));
  }
  asker.began(now, waited);
}

void ModelClient::dial(Call call) {
  const LinkId link = context_.links.dial(options_.to, options_.actor, *this);
  asking_[call.asker] = link;
  lines_.emplace(link, Line{wire::ReplyReader{kAnyLength}, std::move(call)});
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

void ModelClient::opened(LinkId link, Instant) {
  const auto found = lines_.find(link);
  if (found != lines_.end() && found->second.call) write(link, *found->second.call);
}

void ModelClient::failed(LinkId link, Outcome why, Instant now) { lose(link, why, now); }

void ModelClient::bytes(LinkId link, std::span<char> bytes, Instant now) {
  while (!bytes.empty() && lines_.contains(link)) read(link, bytes, now);
  serve(now);
}

void ModelClient::read(LinkId link, std::span<char>& bytes, Instant now) {
  Line& line = lines_.at(link);
  if (!line.call) return drop(link);  // nobody asked
  line.call->answered = true;
  const wire::Progress progress = line.reader.feed(bytes);
  if (progress == wire::Progress::bad) return lose(link, Outcome::bad_reply, now);
  if (!line.reader.body().empty()) {
    line.call->asker->heard(now, line.reader.status(), line.reader.body());
    if (!lines_.contains(link)) return;  // it did not like what it heard
    line.reader.forget_body();
  }
  if (progress == wire::Progress::done) finish(link, now);
}

void ModelClient::finish(LinkId link, Instant now) {
  Line& line = lines_.at(link);
  const Call call = *std::exchange(line.call, std::nullopt);
  const int status = line.reader.status();
  if (line.reader.keep_alive())
    idle_.push_back(link);
  else
    drop(link);
  close_call(call, status, std::nullopt, now);
}

void ModelClient::ended(LinkId link, Outcome how, Instant now) {
  const auto found = lines_.find(link);
  if (found == lines_.end()) return;
  Line& line = found->second;
  const bool whole =
      line.call && how == Outcome::closed_early && line.reader.finish() == wire::Progress::done;
  if (whole)
    finish(link, now);
  else
    lose(link, how, now);
}

void ModelClient::lose(LinkId link, Outcome how, Instant now) {
  const auto found = lines_.find(link);
  if (found == lines_.end()) return;
  Line line = std::move(found->second);
  drop(link);
  if (line.call && line.reused && !line.call->answered) {
    dial(std::move(*line.call));  // the server had closed an idle connection: not its last word
  } else if (line.call) {
    close_call(*line.call, 0, how, now);
  }
  serve(now);
}

void ModelClient::close_call(const Call& call, int status, std::optional<Outcome> broken,
                             Instant now) {
  asking_.erase(call.asker);
  --active_;
  call.asker->ended(now, status, broken);
}

void ModelClient::drop(LinkId link) {
  std::erase(idle_, link);
  lines_.erase(link);
  context_.links.end(link, Ending::close);
}

}  // namespace gauntlet::sim
