#include <algorithm>

#include "metrics/report/run_report.hpp"

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

}  // namespace gauntlet::metrics
