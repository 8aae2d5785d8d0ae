// `gauntlet compare`: did it get worse?
#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "metrics/comparison/comparison.hpp"
#include "scenarios/parse/quantity.hpp"
#include "sim/cli/colours.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/refuse.hpp"

namespace gauntlet::sim {
namespace {

namespace fs = std::filesystem;

constexpr double kToleranceMax = 10;

Result<metrics::RecordedRun, std::string> read_results(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return fail(folder.string() + " is not a folder");
  metrics::ResultFiles files;
  for (const auto& [name, text] :
       {std::pair{"summary.json", &files.summary}, std::pair{"timeline.json", &files.timeline}}) {
    auto read = read_file(folder / name);
    if (!read) return fail(read.error());
    *text = std::move(read).value();
  }
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() != ".hlog") continue;
    auto read = read_file(entry->path());
    if (!read) return fail(read.error());
    files.hlogs[entry->path().stem().string()] = std::move(read).value();
  }
  if (error) return fail(folder.string() + " cannot be read: " + error.message());
  auto run = metrics::read_run(files);
  if (!run) return fail(folder.string() + ": " + run.error());
  return run;
}

Obstacle not_results(const std::string& sentence) {
  return {Obstacle::Whose::user, sentence,
          "give two folders of results, as `gauntlet run --out DIR` writes them"};
}

}  // namespace

ExitCode compare_command(const CompareFlags& flags) {
  const auto tolerance = scenarios::parse_percentage(flags.tolerance);
  if (!tolerance || tolerance.value() > kToleranceMax)
    return refuse({Obstacle::Whose::user,
                   fmt::format("--tolerance {}: must be from 0% to 1000%", flags.tolerance),
                   "write `--tolerance 5%`"});
  const auto first = read_results(flags.first);
  const auto second = read_results(flags.second);
  for (const auto* run : {&first, &second})
    if (!*run) fmt::print(stderr, "gauntlet: {}\n", run->error());
  if (!first || !second) return refuse(not_results("there are no two runs to compare"));
  if (const auto why = metrics::why_incomparable(first.value(), second.value()))
    return refuse({Obstacle::Whose::user, "these runs cannot be compared: " + *why,
                   "run the same scenario again, until both are valid"});
  const metrics::Comparison comparison =
      metrics::compare(first.value(), second.value(), {.tolerance = tolerance.value()});
  if (flags.json)
    fmt::print("{}", metrics::comparison_json(comparison));
  else
    fmt::print("{}", metrics::comparison_text(comparison, shows_colours()));
  return comparison.regression() ? ExitCode::not_met : ExitCode::met;
}

}  // namespace gauntlet::sim
