#include "metrics/capacity/survey.hpp"

#include <algorithm>

namespace gauntlet::metrics {

namespace {

Ending ending_of(const CapacitySearch& search) {
  const auto failed = search.lowest_failed();
  if (!failed) return Ending::everywhere;
  if (search.tallies().at(*failed).verdict() == Verdict::invalid) return Ending::generator;
  return search.highest_met() ? Ending::edge : Ending::nowhere;
}

}  // namespace

std::string_view name(Ending ending) {
  switch (ending) {
    case Ending::edge:
      return "edge";
    case Ending::everywhere:
      return "everywhere";
    case Ending::nowhere:
      return "nowhere";
    case Ending::generator:
      return "generator";
    case Ending::stopped:
      break;
  }
  return "stopped";
}

Findings survey(const SearchRange& range, const MakeRun& make_run) {
  Findings findings{.range = range};
  CapacitySearch search{range};
  const auto run = [&](const Probe& probe) {
    auto step = make_run(probe);
    if (!step) {
      findings.stopped = step.error();
      return false;
    }
    search.tell(probe.load, step.value().verdict);
    findings.steps.push_back(std::move(step).value());
    return true;
  };

  auto probe = search.next();
  while (probe && run(*probe)) probe = search.next();
  findings.ending = probe ? Ending::stopped : ending_of(search);
  if (findings.ending == Ending::edge)
    if (const auto past = load_past(search, range)) run({*past, 0});

  findings.highest_met = search.highest_met();
  findings.highest_always_met = search.highest_always_met();
  findings.lowest_failed = search.lowest_failed();
  findings.knee = find_knee(search, findings.steps);
  return findings;
}

const Step* first_failure(const Findings& findings) {
  const auto found = std::ranges::find_if(findings.steps, [&](const Step& step) {
    return step.probe.load == findings.lowest_failed && step.verdict != Verdict::met;
  });
  return found == findings.steps.end() ? nullptr : &*found;
}

}  // namespace gauntlet::metrics
