// Conformance cases that were played with the target idle and again while the load was on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/verdict/threshold.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// What came of a case, once.
struct CaseOutcome {
  std::string verdict;  // "pass", "fail" ...
  bool holds{false};    // nothing speaks against the target
  std::string expected{};
  std::string came{};  // what did not fit, or why there is no answer
  Duration took{};
  std::vector<std::string> transcript{};  // one to a line; empty where all was well
};

struct CaseTwice {
  std::string id;      // "ARC-ROUTE-03"
  std::string level;   // "must"
  std::string does;    // one clause
  std::string clause;  // what the documents say, and where
  CaseOutcome idle{};
  CaseOutcome loaded{};

  bool holds() const { return idle.holds && loaded.holds; }
  /// Correct when idle is not correct under load.
  bool worse_under_load() const { return idle.holds && !loaded.holds; }
};

/// A case that was asked for, and cannot be played beside a load.
struct CaseLeftOut {
  std::string id;
  std::string why;  // a phrase
};

/// Of one target.
struct Correctness {
  std::string subject;             // "relay"
  std::vector<CaseTwice> cases{};  // in the order of the catalogue
  std::vector<CaseLeftOut> left_out{};
};

/// How many of the cases had this verdict; member is &CaseTwice::idle or &CaseTwice::loaded.
std::size_t count(const Correctness& all, CaseOutcome CaseTwice::*when, std::string_view verdict);

/// The verdicts that there were, in the order in which they came up.
std::vector<std::string> verdicts(const Correctness& all);

/// Two claims that a verdict rests on: that the target is correct idle, and under load. Without a
/// case, neither is met.
std::vector<Judged> judge(const Correctness& all);

}  // namespace gauntlet::metrics
