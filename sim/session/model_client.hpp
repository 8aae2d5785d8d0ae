// The connections of a population's runners to their model server: HTTP, kept alive, no more at a
// time than the server has places for.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "runners/remote/model_line.hpp"
#include "sim/session/context.hpp"
#include "sim/session/links.hpp"
#include "sim/wire/http.hpp"

namespace gauntlet::sim {

/// Questions wait their turn in the order in which they were asked. An answered connection is used
/// again; one that the server closed meanwhile is replaced without anybody noticing.
class ModelClient final : public runners::ModelLine, public LinkUser {
 public:
  struct Options {
    Endpoint to;
    ActorId actor;                    // for whom the links are dialed
    Secret bearer{};                  // an API key; empty: none
    std::uint32_t concurrent_max{0};  // questions under way at once; 0: any number
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
    Asker* asker;
    Question question;
    Instant asked;
    bool answered{false};  // something of the reply has come
  };
  struct Line {
    wire::ReplyReader reader;
    std::optional<Call> call;  // none: idle
    bool reused{false};
  };

  void begin(Call call, Instant now);
  void dial(Call call);
  void write(LinkId link, const Call& call);
  void read(LinkId link, std::span<char>& bytes, Instant now);
  void finish(LinkId link, Instant now);
  void lose(LinkId link, Outcome how, Instant now);
  void close_call(const Call& call, int status, std::optional<Outcome> broken, Instant now);
  void drop(LinkId link);

  Options options_;
  Context& context_;
  std::size_t active_{0};
  std::deque<Call> queue_;
  std::unordered_map<LinkId, Line> lines_;
  std::vector<LinkId> idle_;                         // the one that was used last behind
  std::unordered_map<const Asker*, LinkId> asking_;  // whose answer comes on which line
};

}  // namespace gauntlet::sim
