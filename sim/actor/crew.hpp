// What all actors of one run share. Everything in it is fixed before the run, but for the boards
// that actors write for others to read: the contact book, the token tally and the round board.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/model/scenario.hpp"
#include "scenarios/plan/plan.hpp"

namespace gauntlet::sim {

/// Names that become known while the run goes on, by number, each from one actor.
/// @threads Any; an entry is published with release and read with acquire.
class NameBoard {
 public:
  explicit NameBoard(std::size_t names) : entries_(names) {}

  void publish(std::size_t number, std::string_view name) {
    if (number >= entries_.size()) return;
    Entry& entry = entries_[number];
    entry.owned.push_front(std::string{name});
    entry.shown.store(&entry.owned.front(), std::memory_order_release);
  }
  /// Empty while unknown; else valid for the life of the board, even if a newer name comes.
  std::string_view look_up(std::size_t number) const {
    if (number >= entries_.size()) return {};
    const std::string* name = entries_[number].shown.load(std::memory_order_acquire);
    return name == nullptr ? std::string_view{} : std::string_view{*name};
  }

 private:
  struct Entry {
    std::atomic<const std::string*> shown{nullptr};
    std::forward_list<std::string> owned;  // the writer's; newest first, none ever goes
  };
  std::vector<Entry> entries_;
};

/// The ids under which the relay knows the agents, by agent number. An agent that has to register
/// anew may get another.
using ContactBook = NameBoard;

/// What the operator knows of the scenario's rounds and voters and participants need: the arena's
/// ids of them, as JSON text, and which was started last.
/// @threads Any; one writer, the operator.
class RoundBoard {
 public:
  explicit RoundBoard(std::size_t rounds) : ids_{rounds} {}

  void publish(std::size_t round_index, std::string_view id_json) {
    ids_.publish(round_index, id_json);
  }
  /// Empty while unknown.
  std::string_view id(std::size_t round_index) const { return ids_.look_up(round_index); }

  void start(std::size_t round_index) {
    started_.store(static_cast<std::uint32_t>(round_index) + 1, std::memory_order_release);
  }
  /// How many rounds were started.
  std::size_t started() const { return started_.load(std::memory_order_acquire); }

 private:
  NameBoard ids_;
  std::atomic<std::uint32_t> started_{0};
};

/// How many tokens each participant sent in each round, to hold a scoreboard against.
/// @threads Any; each cell has one writer.
class TokenTally {
 public:
  TokenTally(std::size_t participants, std::size_t rounds)
      : rounds_{rounds}, cells_(participants * rounds) {}

  void set(std::uint32_t participant, std::size_t round_index, std::uint32_t tokens) {
    if (round_index < rounds_)
      cells_[participant * rounds_ + round_index].store(tokens, std::memory_order_relaxed);
  }
  std::uint32_t get(std::uint32_t participant, std::size_t round_index) const {
    return round_index < rounds_
               ? cells_[participant * rounds_ + round_index].load(std::memory_order_relaxed)
               : 0;
  }

 private:
  std::size_t rounds_;
  std::vector<std::atomic<std::uint32_t>> cells_;
};

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
  std::optional<Guise> guise;

  Crew(const scenarios::Scenario& s, const scenarios::Plan& p, std::string run_name)
      : scenario{s},
        plan{p},
        run{std::move(run_name)},
        contacts{p.count(scenarios::Role::agent)},
        tally{p.count(scenarios::Role::participant), s.rounds.size()},
        rounds{s.rounds.size()} {}

  /// "gauntlet-<run>-<number>": within ARC's rules for ids.
  std::string agent_name(std::uint32_t number) const;
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
};

/// The PIN that the scenario gives, for an arena of somebody else's.
std::optional<Secret> given_pin(const scenarios::Scenario& scenario);

}  // namespace gauntlet::sim
