// A real model, behind an HTTP API that streams its answers.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "runners/contract/runner.hpp"
#include "runners/remote/dialect.hpp"
#include "runners/remote/framing.hpp"
#include "runners/remote/model_line.hpp"

namespace gauntlet::runners {

/// Asks its server for one generation at a time and hands on its tokens as they come: a token is
/// planned for the moment at which it arrived here. It fails when the server refuses, breaks off,
/// says something that cannot be read, ends without the API's end mark, or is silent for too long.
class RemoteRunner final : public Runner, private ModelLine::Asker {
 public:
  struct Options {
    const Dialect& dialect;
    std::string_view model;  // must outlive the runner
    Duration silence_max;    // from the server, once the request has left
  };

  /// @param line  must outlive the runner.
  RemoteRunner(const Options& options, ModelLine& line) : options_{options}, line_{line} {}
  ~RemoteRunner() override;

  void start(Instant now, const Prompt& prompt) override;
  void cancel(Instant now) override;
  std::optional<Instant> next_deadline() const override;
  std::optional<Output> next(Instant now) override;

 private:
  enum class State : std::uint8_t { idle, queued, answering };
  enum class Kind : std::uint8_t { began, token, finished, failed };
  struct Item {
    Kind kind;
    Instant at;
    std::string text{};  // of a token, or of a failure
    Duration waited{};
    Outcome why{};
  };

  void began(Instant now, Duration waited) override;
  void heard(Instant now, int status, std::string_view body) override;
  void ended(Instant now, int status, std::optional<Outcome> broken) override;

  bool read(Instant now, std::string_view payload);
  void push(Item item);
  void fail(Instant now, Outcome why, std::string words);
  void finish(Instant now);
  void hang_up(Instant now);

  Options options_;
  ModelLine& line_;
  State state_{State::idle};  // of the generation
  bool on_line_{false};       // the line may still tell us something
  std::optional<Deframer> deframer_;
  std::deque<Item> items_;  // to be taken with next()
  std::string current_;     // what the view in the last output points into
  std::string error_body_;
  std::uint32_t tokens_{0};
  std::optional<std::uint32_t> counted_;
  bool may_end_{false};
  Instant heard_at_{};
};

}  // namespace gauntlet::runners
