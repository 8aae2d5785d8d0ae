#include "runners/remote/remote_runner.hpp"

#include <algorithm>
#include <utility>

#include "scenarios/terms/http_status.hpp"

namespace gauntlet::runners {
namespace {

constexpr std::size_t kErrorBytesMax = 4096;

}  // namespace

RemoteRunner::~RemoteRunner() {
  if (on_line_) line_.forget(*this);
}

void RemoteRunner::start(Instant now, const Prompt& prompt) {
  cancel(now);
  state_ = State::queued;
  deframer_.emplace(options_.dialect.framing);
  error_body_.clear();
  tokens_ = 0;
  counted_.reset();
  may_end_ = false;
  on_line_ = true;
  line_.ask(*this,
            {options_.dialect.generate_path, options_.dialect.request(prompt, options_.model)},
            now);
}

void RemoteRunner::cancel(Instant now) {
  items_.clear();
  state_ = State::idle;
  hang_up(now);
}

void RemoteRunner::hang_up(Instant now) {
  if (!std::exchange(on_line_, false)) return;
  line_.forget(*this);
  line_.serve(now);
}

std::optional<Instant> RemoteRunner::next_deadline() const {
  if (!items_.empty()) return items_.front().at;
  if (state_ == State::answering) return heard_at_ + options_.silence_max;
  return std::nullopt;
}

std::optional<Output> RemoteRunner::next(Instant now) {
  if (items_.empty() && state_ == State::answering && now >= heard_at_ + options_.silence_max) {
    hang_up(now);
    fail(now, Outcome::timed_out, "the model server was silent for too long");
  }
  if (items_.empty()) return std::nullopt;
  Item item = std::move(items_.front());
  items_.pop_front();
  current_ = std::move(item.text);
  switch (item.kind) {
    case Kind::began:
      return Began{item.waited};
    case Kind::token:
      return TokenOut{current_, item.at};
    case Kind::finished:
      return Finished{tokens_, counted_};
    case Kind::failed:
      return Failed{item.why, current_};
  }
  return std::nullopt;
}

void RemoteRunner::began(Instant now, Duration waited) {
  state_ = State::answering;
  heard_at_ = now;
  push({.kind = Kind::began, .at = now, .waited = waited});
}

void RemoteRunner::heard(Instant now, int status, std::string_view body) {
  if (state_ != State::answering) return;
  heard_at_ = now;
  if (status != 200) {
    error_body_.append(
        body.substr(0, kErrorBytesMax - std::min(kErrorBytesMax, error_body_.size())));
    return;
  }
  const bool readable =
      deframer_->feed(body, [&](std::string_view payload) { return read(now, payload); });
  if (readable || state_ != State::answering) return;
  hang_up(now);
  fail(now, Outcome::bad_reply, "the model server's answer cannot be read");
}

void RemoteRunner::ended(Instant now, int status, std::optional<Outcome> broken) {
  on_line_ = false;
  if (state_ == State::idle) return;  // the end mark came before
  if (broken) return fail(now, *broken, "the connection to the model server failed");
  if (status != 200)
    return fail(
        now, outcome_of_status(status),
        "the model server answered " + std::to_string(status) + ": " + error_words(error_body_));
  if (!deframer_->finish([&](std::string_view payload) { return read(now, payload); }) &&
      state_ == State::answering)
    return fail(now, Outcome::bad_reply, "the model server's answer cannot be read");
  if (state_ != State::answering) return;
  if (may_end_) return finish(now);
  fail(now, Outcome::cut_short, "the model server's answer ended without its end mark");
}

// False when nothing more is wanted of this answer.
bool RemoteRunner::read(Instant now, std::string_view payload) {
  const auto chunk = options_.dialect.read(payload);
  if (!chunk) return false;
  if (!chunk->error.empty()) {
    const std::string words{chunk->error};
    hang_up(now);
    fail(now, Outcome::server_error, "the model server says: " + words);
    return false;
  }
  if (!chunk->text.empty()) {
    ++tokens_;
    push({.kind = Kind::token, .at = now, .text = std::string{chunk->text}});
  }
  if (chunk->counted) counted_ = chunk->counted;
  may_end_ = may_end_ || chunk->stopped;
  if (!chunk->last) return true;
  finish(now);
  return true;
}

void RemoteRunner::push(Item item) {
  items_.push_back(std::move(item));
  wake();
}

void RemoteRunner::fail(Instant now, Outcome why, std::string words) {
  state_ = State::idle;
  push({.kind = Kind::failed, .at = now, .text = std::move(words), .why = why});
}

void RemoteRunner::finish(Instant now) {
  state_ = State::idle;
  push({.kind = Kind::finished, .at = now});
}

}  // namespace gauntlet::runners
