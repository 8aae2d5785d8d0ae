#include "sim/cli/found_file.hpp"

#include <fmt/format.h>

#include "metrics/summary/words.hpp"
#include "scenarios/parse/parse.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/sentences.hpp"
#include "sim/explore/story.hpp"

namespace gauntlet::sim {

std::string meaning_of(const std::string& what) {
  if (const auto invariant = invariant_named(what)) return std::string{def(*invariant).help};
  if (what == kBookkeeping) return "A bug in gauntlet: the books of a run do not balance.";
  return "A claim of the scenario.";
}

std::string size_of(const scenarios::Scenario& scenario) {
  return fmt::format("{}, {}, {}", counted(scenarios::make_plan(scenario).actors.size(), "actor"),
                     counted(scenario.faults.size(), "fault"),
                     metrics::in_words(scenario.duration));
}

std::string in_words(const Found& found) {
  const scenarios::Plan plan = scenarios::make_plan(found.scenario);
  return fmt::format("{}; seed {}, {}", in_words(found.failure.breach, plan), found.scenario.seed,
                     size_of(found.scenario));
}

// A claim has signs that are not fit for the name of a file.
std::string file_name_of(const std::string& what) {
  std::string name = "found-";
  for (const char c : what) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (plain)
      name += c;
    else if (name.back() != '-')
      name += '-';
  }
  while (name.back() == '-') name.pop_back();
  return name + ".yaml";
}

void expect_only(scenarios::Scenario& scenario, const std::string& what) {
  const auto is_another = [&](const scenarios::Threshold& claim) { return claim.text != what; };
  std::erase_if(scenario.thresholds, is_another);
  std::erase_if(scenario.invariants, is_another);
  scenario.expect = {.text = what, .where = {}};
}

std::string found_text(const scenarios::Scenario& scenario, const std::string& comment) {
  return comment + scenarios::to_brief_yaml(scenario, parse_options());
}

Result<bool, std::string> write_found(const scenarios::Scenario& scenario,
                                      const std::string& comment,
                                      const std::filesystem::path& file) {
  return write_file(file, found_text(scenario, comment));
}

}  // namespace gauntlet::sim
