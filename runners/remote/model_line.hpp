// What a remote runner needs of its model server's connection: ask once, hear the answer as it
// comes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/terms/outcome.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::runners {

/// The way to one model server, shared by the runners of a population. It may make a request wait
/// until the server has a free place. A driver's business: see sim/session.
/// @threads One, that of its runners.
class ModelLine {
 public:
  /// Who asked; told in this order, each at its moment.
  class Asker {
   public:
    /// The request leaves now, after it has waited so long for its turn.
    virtual void began(Instant now, Duration waited) = 0;
    /// More of the reply's body.
    virtual void heard(Instant now, int status, std::string_view body) = 0;
    /// The last call: the reply is whole, or this is what broke it.
    virtual void ended(Instant now, int status, std::optional<Outcome> broken) = 0;

   protected:
    ~Asker() = default;
  };

  struct Question {
    std::string_view path;
    std::string body;
  };

  ModelLine() = default;
  ModelLine(const ModelLine&) = delete;
  ModelLine& operator=(const ModelLine&) = delete;
  virtual ~ModelLine() = default;

  /// One question per asker at a time. It may begin before this returns.
  virtual void ask(Asker& asker, Question question, Instant now) = 0;
  /// The asker no longer wants its answer and hears nothing more. A connection on which it was
  /// coming is closed, so that the server stops generating.
  virtual void forget(Asker& asker) = 0;
  /// Gives free places to those who wait, after a forget().
  virtual void serve(Instant now) = 0;
};

}  // namespace gauntlet::runners
