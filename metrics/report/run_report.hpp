// Everything that is known about a run once it is over, and the ways to write it down.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/record/snapshot.hpp"
#include "metrics/record/timeline.hpp"
#include "metrics/verdict/attainment.hpp"
#include "metrics/verdict/correctness.hpp"
#include "metrics/verdict/steadiness.hpp"
#include "metrics/verdict/threshold.hpp"
#include "metrics/verdict/validity.hpp"
#include "scenarios/terms/invariant.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// Where an invariant was first broken: "at agent-2, of message 3 of agent-0, after 1.24 s".
struct FirstBreach {
  Invariant invariant;
  std::string where;
};

/// Nothing in it is secret: a PIN or a token has no place here.
struct RunReport {
  std::string scenario_name;
  std::uint64_t seed{0};
  std::uint64_t plan_hash{0};
  std::optional<std::uint64_t> trace_hash;  // of a virtual run
  std::string effective_yaml;
  std::string started_at;  // ISO 8601
  std::string version;
  std::string host;
  std::string target;   // "embedded relay, arena at ws://host:3000/ws"
  std::string driver;   // "live" or "virtual"
  Duration duration{};  // of the whole run
  Duration measured{};  // of its measured window
  Snapshot snapshot;
  Intervals intervals;  // the same samples and totals, cut by time
  std::vector<Judged> judged;
  std::vector<Attainment> slo;
  std::vector<Correctness> correctness;  // of each target whose conformance was asked for
  std::vector<std::string> why_invalid;
  GeneratorFacts generator;
  Steadiness steadiness;
  std::vector<FirstBreach> first_breaches;  // of invariants that were broken
  std::vector<std::string> warnings;        // sentences: what was less than it should have been
  std::vector<std::string> notes;           // sentences
  std::string files;                        // where the files are; empty: nowhere
  std::string recording;                    // the name of the recording among them; empty: none
};

enum class Verdict : std::uint8_t { met, not_met, invalid };

/// Invalid before anything else: thresholds are not judged by a generator that could not keep up.
Verdict verdict(const RunReport& report);

/// "met", "not met", "invalid".
std::string_view name(Verdict verdict);

/// A sentence when operations were due but never sent: the numbers of the others lack them.
std::optional<std::string> unsent_note(const Snapshot& snapshot);

/// docs/summary.md says what is in it. The order of keys is fixed.
std::string summary_json(const RunReport& report);

/// A report of 80 columns of at most 38 lines, so that it fits a screen with the prompt, unless
/// thresholds and notes are many.
std::string terminal_report(const RunReport& report, bool colour);

struct ProgressTimes {
  Duration elapsed;       // since the start of the run
  Duration total;         // what it should last
  Duration since_before;  // between the two snapshots; rates divide by it
};

/// One line, without its end: time left, who is in, rates, p99 so far, failures.
std::string progress_line(const Snapshot& now, const Snapshot& before, const ProgressTimes& times);

}  // namespace gauntlet::metrics
