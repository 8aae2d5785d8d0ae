// A scenario file's text <-> a Scenario, and what people and editors need to write one: the JSON
// Schema and the reference. All of them are made from one set of definitions (see kind.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/model/scenario.hpp"
#include "scenarios/terms/diagnostic.hpp"
#include "scenarios/terms/result.hpp"

namespace gauntlet::scenarios {

/// What is wrong with a threshold's text: where in it (0-based offset), what, and the fix.
struct ThresholdProblem {
  std::size_t offset;
  std::string what;
  std::string fix;
};

/// Why no case is left of those that a pattern was to name.
struct CaseProblem {
  std::string what;  // "is the name of no case"
  std::string fix;
};

struct ParseOptions {
  /// The file's name, for messages.
  std::string file;
  /// The value of an environment variable, or nothing. Empty: no variable is set.
  std::function<std::optional<std::string>(std::string_view)> environment;
  /// The content of another file that the scenario names, or why there is none. Empty: there are
  /// no other files.
  std::function<Result<std::string, std::string>(const std::string& path)> read_file;
  /// "key.path=value", as given to --set: "duration=5s", "population.0.agents=100". A first key
  /// that only one population has may stand alone: "agents=50". Later ones win.
  std::vector<std::string> overrides;
  /// Wins over the file's.
  std::optional<std::uint64_t> seed;
  /// The grammar of thresholds belongs to metrics. Empty: any text will do.
  std::function<std::optional<ThresholdProblem>(std::string_view)> check_threshold;
  /// The conformance cases belong to sim. Empty: any pattern will do.
  std::function<std::optional<CaseProblem>(std::string_view pattern, const Targets&)> check_cases{};
};

/// `scenario` is set exactly when there are no problems.
struct Parsed {
  std::optional<Scenario> scenario;
  Diagnostics problems;
};

/// Reads a scenario and reports every mistake in it, in the order of their places: those of the
/// file first, then those of the overrides. Fills in, clamps and edits nothing.
Parsed parse_scenario(std::string_view text, const ParseOptions& options);

/// The scenario with every default written out, as YAML that parses to the same Scenario. The PIN
/// is a secret: in its place stands ${ARENA_PIN}; of tokens, the name of their file.
std::string to_yaml(const Scenario& scenario);

/// The same without what can be left out: a file as short as a person would write it.
/// @param options  Of which those count that say how to read files that it names.
std::string to_brief_yaml(const Scenario& scenario, const ParseOptions& options = {});

/// Whether the parser accepts what to_yaml() writes of it, thresholds aside: a scenario that was
/// made by changing another may ask for what cannot be.
bool is_sound(const Scenario& scenario, const ParseOptions& options = {});

/// The JSON Schema (draft 2020-12) of scenario files.
/// @param threshold_pattern  A regular expression (ECMA 262) that every threshold matches.
std::string json_schema(std::string_view threshold_pattern);

/// Every key with its unit, default and meaning, as Markdown.
std::string reference_markdown();

}  // namespace gauntlet::scenarios
