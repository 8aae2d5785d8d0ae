// Where a case plays: its connections, its waiting, and what it has found out. Neither sockets nor
// clocks: bytes go over links, time is handed in.
#pragma once

#include <chrono>
#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/conformance/case.hpp"
#include "sim/conformance/connection.hpp"
#include "sim/conformance/message.hpp"
#include "sim/conformance/task.hpp"
#include "sim/conformance/verdict.hpp"
#include "sim/session/context.hpp"

namespace gauntlet::sim::conformance {

/// How long to wait for what.
struct Waits {
  Duration answer{std::chrono::seconds{5}};        // for what must come
  Duration quiet{std::chrono::milliseconds{300}};  // in which nothing may come
  Duration whole{std::chrono::seconds{30}};        // for a case; slow ones have three minutes
};

/// What an arena answers that has no session yet.
struct WithoutSession {
  Reply asked{};                        // to GET /session
  Reply health{};                       // to GET /health
  std::optional<Message> registered{};  // to who registers
  bool stayed_open{false};              // and whether its socket stays open
};

/// A round that cases have begun and not stopped.
struct RoundOn {
  std::string id{};
  std::int64_t index{0};
};

/// What was found out about the server, and every case must know.
struct Premises {
  std::string pin{};
  bool control{false};      // there is an operator's side
  bool own_session{false};  // and the session may be ended
  bool welcomes{false};     // the relay sends a welcome
  std::string expired_token{};
  /// What the time of day was when the suite's clock began, as we know it; zero: not known.
  std::int64_t began_unix_ms{0};
  Duration answers_in{};  // about how long the server takes for an answer; zero: not known
  std::optional<WithoutSession> without_session{};  // unset: it had one when we came
  std::optional<RoundOn> round_on{};                // the last that cases have begun in the arena
  bool one_round_at_a_time{false};  // the arena refuses a second round while one is on
  /// Somebody who was challenged says a word in this round, and that it was all; unset: nobody can.
  std::function<void(const RoundOn&)> answers{};
};

/// Called when a request was met by 429 and waits to be asked again.
using OnLimit = std::function<void(std::string_view method, std::string_view path)>;

/// An upgrade to ask for.
struct Knock {
  Endpoint to;
  std::string who;       // for the transcript
  std::string query{};   // behind the place's path: "token=..."
  std::string bearer{};  // Authorization: Bearer
};

struct Upgrade;

class Stage final : public Listener {
 public:
  struct Setting {
    Links& links;
    const Places& places;
    Premises& premises;
    const Case& row;
    Endpoint door;  // where the server's WebSockets are: the relay's or the arena's
    Waits waits;
    std::string prefix;   // of every name that the case gives; nobody else's
    std::string crowd{};  // see Connection::Setting
    ActorId actor;        // numbers the case
    Stream random;
    OnLimit on_limit{};
    std::function<void()> restart{};  // ends the server and starts it again; may block
  };

  Stage(Setting setting, Instant now);

  // ---- For scripts: whom to talk to.

  /// A connection on which nothing has been said. Ends the case when there is none to be had.
  Task<Connection*> dials(Endpoint to, std::string who);
  /// Whether a connection can be opened at all.
  Task<bool> finds_somebody(Endpoint at);
  /// One request and its reply. What is met by 429 is asked again, as long as there is time.
  Task<Reply> asks(Endpoint to, std::string method, std::string path, std::string body = {});
  /// Bytes instead of a request: what comes back, if it is only the end (status 0).
  Task<Reply> sends_raw(Endpoint to, std::string bytes, std::string words = {});
  Task<Upgrade> knocks(Knock knock);
  /// By the command that is there for it (Need::restart), which takes its time: the case has as
  /// much again.
  void restart_server();

  /// "gt1a2b3c4-7-alice": an id that is nobody else's.
  std::string name(std::string_view who) const { return setting_.prefix + '-' + std::string{who}; }
  /// "alice-1", then "alice-2": for who may come more than once in a case.
  std::string numbered(std::string_view who) {
    return std::string{who} + '-' + std::to_string(++named_);
  }
  Endpoint door() const { return setting_.door; }
  std::string_view argument() const { return setting_.row.argument; }
  const Place& place(Endpoint at) const { return setting_.places[static_cast<std::size_t>(at)]; }
  Premises& premises() { return setting_.premises; }
  const Waits& waits() const { return setting_.waits; }
  Stream& random() { return setting_.random; }
  Instant now() const { return now_; }

  // ---- For scripts: waiting.

  /// Until `ready` holds, which is asked whenever something has come, or the time is over.
  /// co_await says which: true when it holds.
  auto until(std::function<bool()> ready, Duration at_most);
  /// Whatever comes meanwhile.
  auto pause(Duration time);
  /// The case is over here; what it has found out stands.
  auto over();

  // ---- For scripts: findings. The first failure stands; it outdoes what is milder.

  void fail(std::string expected, std::string came);
  void expect(bool holds, std::string_view expected, std::string came) {
    if (!holds) fail(std::string{expected}, std::move(came));
  }
  /// What came is not what the documents say first, but something they leave room for.
  void deviates(std::string why) { find({Verdict::non_strict, {}, std::move(why)}); }
  void cannot_tell(std::string why) { find({Verdict::inconclusive, {}, std::move(why)}); }
  void skip(std::string why) { find({Verdict::skipped, {}, std::move(why)}); }
  void note(std::string_view text) { transcript_.add(now_, Entry::Way::note, {}, text); }
  Transcript& transcript() { return transcript_; }

  // ---- For whoever runs it.

  void begin(Steps steps, Instant now);
  /// Goes on with the script if what it waits for has come, or is overdue.
  void run_due(Instant now);
  /// Closes what is open.
  void leave(Instant now);
  bool done() const { return over_ || !steps_ || steps_->done(); }
  std::optional<Instant> next_deadline() const;
  const Case& row() const { return setting_.row; }
  const Ruling& ruling() const { return ruling_; }
  Instant began() const { return began_; }
  /// A connection could not be opened: the server may have gone.
  bool met_nobody() const { return met_nobody_; }

  void stirred(Instant now) override;

 private:
  friend class Waiting;
  Task<Connection*> tries(Endpoint to, std::string who);
  struct Wait {
    std::coroutine_handle<> script;
    std::function<bool()> ready;
    Instant until;
  };

  void find(Ruling ruling);
  bool wait_is_over() const;

  Setting setting_;
  Instant began_;
  Instant now_;
  Instant ends_;
  Transcript transcript_;
  Ruling ruling_;
  bool over_{false};
  bool met_nobody_{false};
  bool stirred_{false};
  std::uint32_t asked_{0};
  std::uint32_t named_{0};
  std::vector<std::unique_ptr<Connection>> connections_;
  std::optional<Wait> wait_;
  std::optional<Steps> steps_;  // last: it goes before what it uses
};

/// What co_await does to a script.
class Waiting {
 public:
  Waiting(Stage& stage, std::function<bool()> ready, Instant until)
      : stage_{stage}, ready_{std::move(ready)}, until_{until} {}

  bool await_ready() const { return ready_(); }
  void await_suspend(std::coroutine_handle<> script) {
    stage_.wait_ = Stage::Wait{script, ready_, until_};
  }
  bool await_resume() const { return ready_(); }

 private:
  Stage& stage_;
  std::function<bool()> ready_;
  Instant until_;
};

inline auto Stage::until(std::function<bool()> ready, Duration at_most) {
  return Waiting{*this, std::move(ready), now_ + at_most};
}
inline auto Stage::pause(Duration time) {
  return Waiting{*this, [] { return false; }, now_ + time};
}
inline auto Stage::over() {
  over_ = true;
  return std::suspend_always{};
}

}  // namespace gauntlet::sim::conformance
