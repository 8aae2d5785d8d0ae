// What all actors of one run share. Everything in it is fixed before the run, but for the boards:
// in memory that processes share, what one writes there the others read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/model/scenario.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/actor/boards.hpp"

namespace gauntlet::sim {

/// Who the only participant is, where somebody chose: at a terminal.
struct Guise {
  std::string id;
  std::string nickname;
};

struct Crew {
  const scenarios::Scenario& scenario;
  const scenarios::Plan& plan;
  /// Eight hex digits that tell this run's clients and messages from another's: drawn from the
  /// clock in a live run (ids stay taken for the life of a relay), from the seed in virtual time.
  std::string run;
  ContactBook contacts;
  TokenTally tally;
  RoundBoard rounds;
  SessionBoard session;
  std::optional<Guise> guise;

  Crew(const scenarios::Scenario& s, const scenarios::Plan& p, std::string run_name,
       std::pmr::memory_resource& memory = *std::pmr::get_default_resource())
      : scenario{s},
        plan{p},
        run{std::move(run_name)},
        contacts{p.count(scenarios::Role::agent), memory},
        tally{p.count(scenarios::Role::participant), s.rounds.size(), memory},
        rounds{s.rounds.size(), memory} {}

  /// "gauntlet-<run>-<number>": within ARC's rules for ids.
  std::string agent_name(std::uint32_t number) const;
  /// How all of them begin.
  std::string agent_prefix() const;
  /// Whether a conformance case gave this name that is played beside this run: "g<run>-...".
  bool is_of_a_case(std::string_view name) const;
  /// "gauntlet-<run>-p<number>", unless somebody chose.
  std::string participant_name(std::uint32_t number) const;
  /// The same, unless somebody chose.
  std::string participant_nickname(std::uint32_t number) const;
  /// The number in a name that participant_name() of this run made; unset for any other name.
  std::optional<std::uint32_t> participant_number(std::string_view name) const;

  /// Which of the scenario's rounds the arena's round `number` is; unset when it is none of them,
  /// as when others start the rounds. An arena counts from 1 within a session, so in a session
  /// that was there before us the board is asked what was started last.
  std::optional<std::size_t> round_index(std::int64_t number) const;
  /// What keeps the tokens of the arena's round `number` apart from those of all others, in the
  /// ledger: an arena counts from 1 again in the session that follows one that is gone.
  std::uint32_t round_lane(std::uint32_t number) const;
  /// The same, of one of the scenario's rounds in the current session; has_own_rounds() only.
  std::uint32_t own_round_lane(std::size_t index) const;
};

/// The PIN that the scenario gives, for an arena of somebody else's.
std::optional<Secret> given_pin(const scenarios::Scenario& scenario);

/// Whether the arena's session and its rounds are made by our operator, and by nobody else.
bool has_own_rounds(const scenarios::Scenario& scenario);

}  // namespace gauntlet::sim
