#include "sim/cli/coverage_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "metrics/report/lines.hpp"
#include "metrics/summary/words.hpp"

namespace gauntlet::sim {
namespace {

using metrics::in_words;

std::string block(std::string_view head, const std::vector<std::string>& items) {
  if (items.empty()) return "";
  std::string text;
  for (const std::string& line :
       metrics::wrapped(fmt::format("  {:<14}", head), fmt::format("{}", fmt::join(items, ", "))))
    text += line + '\n';
  return text;
}

std::string faults(const Coverage& coverage, const std::vector<FaultKind>& drawn) {
  std::vector<std::string> reached;
  std::vector<std::string> never;
  Coverage::Fate all;
  for (const FaultDef& fault : kFaults) {
    const Coverage::Fate& fate = coverage.of(fault.kind);
    all.injected += fate.injected;
    all.noticed += fate.noticed;
    all.recovered += fate.recovered;
    if (fate.injected > 0)
      reached.push_back(fmt::format("{} {}", fault.name, in_words(fate.injected)));
    else if (std::ranges::count(drawn, fault.kind) > 0)
      never.emplace_back(fault.name);
  }
  return fmt::format(
             "faults: {} of {} kinds befell someone, {} in all: {} noticed, {} recovered from\n",
             reached.size(), reached.size() + never.size(), in_words(all.injected),
             in_words(all.noticed), in_words(all.recovered)) +
         block("befell", reached) + block("never", never);
}

bool is_foreseen(const StateChart& chart, std::uint8_t from, std::uint8_t to) {
  return std::ranges::any_of(chart.steps, [&](const StateChart::Step& each) {
    return each.from == from && each.to == to;
  });
}

std::string machine(const StateChart& chart, const Coverage::Steps& taken) {
  std::set<std::uint8_t> states{0};
  std::vector<std::string> never;
  std::vector<std::string> unknown;
  const auto in_words_of = [&](std::uint8_t from, std::uint8_t to) {
    return fmt::format("{} -> {}", chart.states[from], chart.states[to]);
  };
  for (const auto& each : taken) {
    const auto [from, to] = each.first;
    states.insert({from, to});
    if (!is_foreseen(chart, from, to)) unknown.push_back(in_words_of(from, to));
  }
  for (const StateChart::Step& step : chart.steps)
    if (!taken.contains({step.from, step.to})) never.push_back(in_words_of(step.from, step.to));
  return fmt::format("{}: {} of {} states, {} of {} steps between them\n", chart.machine,
                     states.size(), chart.states.size(), chart.steps.size() - never.size(),
                     chart.steps.size()) +
         block("never", never) + block("unforeseen", unknown);
}

}  // namespace

std::string coverage_text(const Coverage& coverage, const std::vector<FaultKind>& drawn) {
  std::vector<std::pair<const StateChart*, const Coverage::Steps*>> machines;
  for (const auto& [chart, steps] : coverage.steps()) machines.emplace_back(chart, &steps);
  std::ranges::sort(machines, {}, [](const auto& each) { return each.first->machine; });
  std::string text = faults(coverage, drawn);
  for (const auto& [chart, steps] : machines) text += machine(*chart, *steps);
  return text;
}

}  // namespace gauntlet::sim
