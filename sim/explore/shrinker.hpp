// A scenario that breaks something -> a smaller one that breaks it still.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "sim/explore/exploration.hpp"

namespace gauntlet::sim {

/// Of each candidate, over sockets.
inline constexpr std::uint64_t kLiveTries = 3;

struct ShrinkSettings {
  Claims claims;
  std::uint64_t trials_max{5'000};
  /// Whether the parser would accept it.
  std::function<bool(const scenarios::Scenario&)> is_sound;
  /// Asked before each trial, with the smallest so far; true ends it. Empty: never.
  std::function<bool(const scenarios::Scenario&)> enough{};
  /// How a candidate is tried over sockets, up to kLiveTries times; empty: in virtual time. Such a
  /// run takes as long as its scenario says, so time is taken from it before anything else.
  std::function<std::optional<Failure>(const scenarios::Scenario&)> try_live{};
};

/// Leaves out and makes simpler whatever can be while the same thing is broken: faults, populations
/// and clients, rounds, traffic, time, the network. Ends when nothing can be left out any more, or
/// when it was enough.
///
/// What is left out moves other draws, so each candidate is tried with a few seeds in virtual time;
/// the result has the seed that works.
///
/// @source Zeller, Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 2002,
///         for the order in which parts of a list are left out.
class Shrinker {
 public:
  explicit Shrinker(ShrinkSettings settings) : settings_{std::move(settings)} {}

  Found shrink(Found found);
  std::uint64_t trials() const { return trials_; }

 private:
  using Scenario = scenarios::Scenario;
  using Change = std::function<void(Scenario&)>;

  /// Whether it left out or made simpler anything.
  bool take_a_turn();
  bool leave_out_faults();
  bool leave_out_populations();
  bool leave_out_clients();
  bool leave_out_rounds();
  bool leave_out_traffic();
  bool simplify_faults();
  bool simplify_runners();
  bool simplify_network();
  bool shorten();
  bool round_times();

  /// Whether the change leaves a scenario that breaks the same thing, which is the one then.
  bool works(const Change& change);
  /// The first change that works.
  bool any_works(const std::vector<Change>& changes);
  bool may_try();
  std::optional<Failure> try_out(const Scenario& candidate) const;

  ShrinkSettings settings_;
  Found found_;
  std::uint64_t trials_{0};
  bool over_{false};
};

}  // namespace gauntlet::sim
