// The results of a suite, judged: what every output reads.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/conformance/report/profile.hpp"
#include "sim/conformance/suite.hpp"

namespace gauntlet::sim::conformance {

struct JudgedCase {
  CaseResult result;
  std::string accepted_because{};  // by the profile; empty: it is not
  bool counts{false};              // against the server

  const Case& row() const { return *result.row; }
  Verdict verdict() const { return result.ruling.verdict; }
};

struct ConformanceReport {
  std::string subject;  // "relay"
  std::string url;
  std::string again;   // the command that plays a case again, but for its id
  bool strict{false};  // what is non-strict, or inconclusive and no must, counts, too
  Duration took{};
  std::vector<JudgedCase> cases{};
  Profile no_longer_deviate{};  // accepted, and not needed any more
  std::size_t not_played{0};    // when it was interrupted

  std::size_t count(Verdict verdict) const;
  std::size_t count_against() const;
  /// Of these: how many are inconclusive.
  std::size_t count_untold() const;
  /// Nothing counts against the server, something speaks for it, and all has been played.
  bool conforms() const;
  /// By area, in the order of the cases.
  std::vector<std::pair<std::string_view, std::vector<const JudgedCase*>>> areas() const;
};

/// Weighs results by the profile.
void judge(ConformanceReport& report, std::vector<CaseResult> results, const Profile& profile);

/// "conforms", "does not conform", or "cannot be told: 3 inconclusive" where nothing else counts,
/// or where nothing was asked that could be judged;
/// or "interrupted: 12 more to be played".
std::string in_words(const ConformanceReport& report);
/// "a hears b; but c came" of a failure, the reason of anything else.
std::string in_a_sentence(const Ruling& ruling);
/// The last things that were sent, as the transcript has them, one to a line.
std::vector<std::string> last_sent(const Transcript& transcript, std::size_t most);
/// One to a line: "   12 ms  alice > {...}".
std::vector<std::string> lines_of(const CaseResult& result);

}  // namespace gauntlet::sim::conformance
