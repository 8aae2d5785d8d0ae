#include <algorithm>

#include "metrics/report/run_report.hpp"
#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

Verdict verdict(const RunReport& report) {
  if (!report.why_invalid.empty()) return Verdict::invalid;
  return std::ranges::all_of(report.judged, &Judged::met) ? Verdict::met : Verdict::not_met;
}

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::met:
      return "met";
    case Verdict::not_met:
      return "not met";
    case Verdict::invalid:
      break;
  }
  return "invalid";
}

std::optional<std::string> unsent_note(const Snapshot& snapshot) {
  const std::uint64_t unsent = snapshot.counter(Counter::relay_unsent);
  if (unsent == 0) return std::nullopt;
  return in_words(unsent) + " of " + in_words(snapshot.counter(Counter::relay_offered)) +
         " operations were never sent: their agents were not connected or held them back, or the "
         "relay did not read.";
}

}  // namespace gauntlet::metrics
