// The connections of a population's runners to their model server: HTTP, kept alive and pipelined,
// no more questions at a time than the server has places for.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "runners/remote/model_line.hpp"
#include "sim/session/context.hpp"
#include "sim/session/links.hpp"
#include "sim/wire/http.hpp"

namespace gauntlet::sim {

/// Questions wait for a free place in the order in which they were asked. One that has a place goes
/// to the connection with the fewest answers to come, behind them: on a new one only when all have
/// as many as they may. Answers come in the order of the questions.
///
/// A connection ends with the answer that is cut off, fails, or says so. The questions behind it,
/// of which nothing has come, go back to the head of the queue, and nobody notices; nor when the
/// server closed a connection that was idle.
class ModelClient final : public runners::ModelLine, public LinkUser {
 public:
  struct Options {
    Endpoint to;
    ActorId actor;                    // for whom the links are dialed
    Secret bearer{};                  // an API key; empty: none
    std::uint32_t concurrent_max{0};  // questions under way at once; 0: any number
    std::uint32_t pipeline_max{1};    // of them on one connection
  };

  ModelClient(Options options, Context& context);
  ~ModelClient() override;

  void ask(Asker& asker, Question question, Instant now) override;
  void forget(Asker& asker) override;
  void serve(Instant now) override;

  /// Questions under way and waiting.
  std::size_t active() const { return active_; }
  std::size_t waiting() const { return queue_.size(); }

  void opened(LinkId link, Instant now) override;
  void failed(LinkId link, Outcome why, Instant now) override;
  void bytes(LinkId link, std::span<char> bytes, Instant now) override;
  void ended(LinkId link, Outcome how, Instant now) override;

 private:
  struct Call {
    Asker* asker;  // null: no longer wanted, but written
    Question question;
    Instant asked;
    bool began{false};  // the asker was told
  };
  struct Line {
    wire::ReplyReader reader;
    std::deque<Call> calls{};  // in the order of their answers
    bool open{false};
    bool used{false};       // an answer has come to its end
    bool answering{false};  // something of the first call's answer has come
    bool leads_on{true};    // false: a call that is not wanted will end it
  };

  void place(Call call, Instant now);
  void write(LinkId link, const Call& call);
  static void take_turn(Line& line, Instant now);
  void read(LinkId link, std::span<char>& bytes, Instant now);
  void finish(LinkId link, Instant now);
  void lose(LinkId link, Outcome how, Instant now);
  void end_call(const Call& call, int status, std::optional<Outcome> broken, Instant now);
  void let_go(const Call& call);
  void close(LinkId link);
  Call take_first(LinkId link, Line& line);
  void forget_on_line(Asker& asker, LinkId link);
  void offer_room(LinkId link, const Line& line);
  void withdraw_room(LinkId link, const Line& line);

  Options options_;
  Context& context_;
  std::size_t active_{0};
  std::deque<Call> queue_;
  std::unordered_map<LinkId, Line> lines_;
  std::set<std::pair<std::size_t, LinkId>> room_;    // for another call, by those that are there
  std::unordered_map<const Asker*, LinkId> asking_;  // whose answer comes on which line
};

}  // namespace gauntlet::sim
