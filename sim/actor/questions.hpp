// Questions and answers between agents. ARC has no notion of a question's id that its asker knows,
// so the asker sends a ref of its own, which relays copy and answerers give back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/model/population.hpp"
#include "scenarios/terms/actor_id.hpp"
#include "sim/actor/patience.hpp"

namespace gauntlet::sim {

/// "q-<run>-<asker>-<n>".
std::string question_ref(std::string_view run, ActorId asker, std::uint32_t n);
/// The n of a ref that question_ref() made for this asker; unset for any other text.
std::optional<std::uint32_t> question_number(std::string_view ref, std::string_view run,
                                             ActorId asker);

/// How long `answerer` thinks about a question, or nothing when it does not answer it. A function
/// of who asks whom what, not of the order of arrival, so that live and virtual runs decide alike.
std::optional<Duration> think_time(const scenarios::Answer& rule, std::uint64_t seed, ActorId asker,
                                   std::uint32_t n, ActorId answerer);

struct PendingAnswer {
  Instant due;
  std::uint64_t order;  // of arrival: decides between two that are due together
  ActorId asker;
  std::string to;          // as the relay named the asker
  std::string ref;         // of the question, or else its id
  std::string question{};  // its payload, for a command
};

/// The answers that one agent still thinks about.
class PendingAnswers {
 public:
  /// True for the first copy of a question: a subscriber may get it twice.
  bool is_new(ActorId asker, std::uint32_t n);
  void add(PendingAnswer answer);
  /// The next answer that is due.
  std::optional<PendingAnswer> take(Instant now);
  void clear() { heap_.clear(); }

  bool empty() const { return heap_.empty(); }
  Instant next() const { return heap_.empty() ? kNever : heap_.front().due; }

 private:
  static constexpr std::size_t kRemembered = 16;
  std::vector<PendingAnswer> heap_;    // the soonest first
  std::vector<std::uint64_t> seen_{};  // the last questions, a ring
  std::size_t seen_next_{0};
  std::uint64_t added_{0};
};

}  // namespace gauntlet::sim
