// What holds of every run, whatever goes wrong on purpose: each under its own name, in scenarios,
// in metrics and in the docs.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gauntlet {

enum class Invariant : std::uint8_t {
  delivered,
  addressed,
  once,
  in_order,
  true_sender,
  tokens_delivered,
  tokens_once,
  tokens_in_order,
  tokens_true,
  scoreboard,
  nobody_stuck,
  all_closed,
};

struct InvariantDef {
  Invariant id;
  std::string_view name;
  std::string_view help;  // one sentence
};

inline constexpr std::array kInvariants{
    InvariantDef{Invariant::delivered, "delivered",
                 "What is sent to an agent that is in arrives, unless one of the two loses its "
                 "connection first or the relay refuses it."},
    InvariantDef{Invariant::addressed, "addressed",
                 "A message reaches nobody to whom it was not sent."},
    InvariantDef{Invariant::once, "once",
                 "A message reaches nobody twice, but for a subscriber's second copy of a "
                 "broadcast."},
    InvariantDef{Invariant::in_order, "in_order",
                 "The messages of a sender reach a receiver in the order in which they were sent."},
    InvariantDef{Invariant::true_sender, "true_sender",
                 "The `from` of a message names who sent it."},
    InvariantDef{Invariant::tokens_delivered, "tokens_delivered",
                 "A token of a round that is on reaches every observer that is in, unless one of "
                 "the two loses its connection first or the arena refuses it."},
    InvariantDef{Invariant::tokens_once, "tokens_once", "A token reaches no observer twice."},
    InvariantDef{Invariant::tokens_in_order, "tokens_in_order",
                 "The tokens of a participant reach an observer in order and without a gap."},
    InvariantDef{Invariant::tokens_true, "tokens_true",
                 "An observer is shown no token that its participant did not send."},
    InvariantDef{Invariant::scoreboard, "scoreboard",
                 "The scoreboard of a round counts, of a participant whose tokens were all shown, "
                 "exactly those."},
    InvariantDef{Invariant::nobody_stuck, "nobody_stuck",
                 "Nobody waits for something without a deadline."},
    InvariantDef{Invariant::all_closed, "all_closed",
                 "When everybody has left, no connection is open, but those that a fault let "
                 "vanish."},
};
inline constexpr std::size_t kInvariantCount = kInvariants.size();

namespace detail {
constexpr bool invariants_match_ids() {
  for (std::size_t i = 0; i < kInvariantCount; ++i)
    if (static_cast<std::size_t>(kInvariants[i].id) != i || !kInvariants[i].help.ends_with('.'))
      return false;
  return true;
}
static_assert(invariants_match_ids());
}  // namespace detail

constexpr const InvariantDef& def(Invariant invariant) {
  return kInvariants[static_cast<std::size_t>(invariant)];
}

constexpr std::optional<Invariant> invariant_named(std::string_view name) {
  const auto* const found = std::ranges::find(kInvariants, name, &InvariantDef::name);
  return found == kInvariants.end() ? std::nullopt : std::optional{found->id};
}

/// Whether it is held against what observers see of an arena, and nobody else.
constexpr bool needs_observers(Invariant invariant) {
  return invariant >= Invariant::tokens_delivered && invariant <= Invariant::scoreboard;
}

}  // namespace gauntlet
