#include "metrics/verdict/correctness.hpp"

#include <algorithm>

namespace gauntlet::metrics {
namespace {

Judged judge(const Correctness& all, CaseOutcome CaseTwice::*when, std::string_view when_in_words) {
  const auto held =
      std::ranges::count_if(all.cases, [when](const CaseTwice& one) { return (one.*when).holds; });
  const auto played = static_cast<std::ptrdiff_t>(all.cases.size());
  Judged judged{.text = "conformance of the " + all.subject + ' ' + std::string{when_in_words},
                .met = played > 0 && held == played,
                .value = std::to_string(held) + " of " + std::to_string(played),
                .number = static_cast<double>(held),
                .measured = played > 0};
  return judged;
}

}  // namespace

std::size_t count(const Correctness& all, CaseOutcome CaseTwice::*when, std::string_view verdict) {
  return static_cast<std::size_t>(std::ranges::count_if(
      all.cases, [&](const CaseTwice& one) { return (one.*when).verdict == verdict; }));
}

std::vector<std::string> verdicts(const Correctness& all) {
  std::vector<std::string> found;
  const auto note = [&](const std::string& verdict) {
    if (std::ranges::find(found, verdict) == found.end()) found.push_back(verdict);
  };
  for (const CaseTwice& one : all.cases) note(one.idle.verdict);
  for (const CaseTwice& one : all.cases) note(one.loaded.verdict);
  return found;
}

std::vector<Judged> judge(const Correctness& all) {
  return {judge(all, &CaseTwice::idle, "idle"), judge(all, &CaseTwice::loaded, "under load")};
}

}  // namespace gauntlet::metrics
