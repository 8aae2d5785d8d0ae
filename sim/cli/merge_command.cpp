// `gauntlet merge`: one result of the shards of a run.
#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "metrics/comparison/recorded_run.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/results.hpp"
#include "sim/cli/shard_folder.hpp"
#include "sim/cli/version.hpp"
#include "sim/orchestrator/merged_run.hpp"

namespace gauntlet::sim {
namespace {

namespace fs = std::filesystem;

constexpr auto kUser = Obstacle::Whose::user;

/// Everything that was given; empty when some of it cannot be used, which has been said then.
struct Shards {
  std::vector<metrics::FoundPart> parts;
  std::vector<recording::MappedFile> events;
};

Shards read_shards(const std::vector<fs::path>& folders) {
  Shards shards;
  bool all_read = true;
  for (const fs::path& folder : folders) {
    auto read = read_shard_folder(folder);
    if (!read) {
      all_read = false;
      (void)refuse(
          {kUser, read.error(), "give folders that `gauntlet run --shard K/N` has written"});
      continue;
    }
    shards.parts.push_back(std::move(read.value().found));
    shards.events.push_back(std::move(read.value().events));
  }
  return all_read ? std::move(shards) : Shards{};
}

// The folder of a part would lose its own files.
bool is_among(const fs::path& out, const std::vector<fs::path>& folders) {
  std::error_code error;
  for (const fs::path& folder : folders)
    if (fs::equivalent(out, folder, error)) return true;
  return false;
}

// What the plan's hash leaves out decides about the result all the same: thresholds, drain.
std::optional<std::string> asked_otherwise(const std::vector<metrics::FoundPart>& parts) {
  const auto yaml_of = [](const metrics::FoundPart& part) {
    return read_file(fs::path{part.folder} / "scenario.yaml");
  };
  const auto first = yaml_of(parts.front());
  for (const metrics::FoundPart& part : parts) {
    const auto yaml = yaml_of(part);
    if (!yaml) return yaml.error();
    if (first && !metrics::same_question(first.value(), yaml.value()))
      return fmt::format("{}/scenario.yaml differs from {}/scenario.yaml by more than its targets",
                         part.folder, parts.front().folder);
  }
  return std::nullopt;
}

// A log that was not copied to its end.
std::optional<std::string> broken_log(const std::vector<metrics::FoundPart>& parts,
                                      const std::vector<metrics::EventDecoder>& logs) {
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (!logs[i].at_end() || logs[i].count() != parts[i].part.events)
      return fmt::format("{}/{} has {} events, and should have {}", parts[i].folder, kEventsName,
                         logs[i].count(), parts[i].part.events);
  return std::nullopt;
}

}  // namespace

ExitCode merge_command(const MergeFlags& flags) {
  const Shards shards = read_shards(flags.folders);
  if (shards.parts.empty()) return ExitCode::usage;
  if (const auto misfits = metrics::misfits(shards.parts); !misfits.empty()) {
    for (const metrics::Misfit& misfit : misfits) (void)refuse({kUser, misfit.what, misfit.fix});
    return ExitCode::usage;
  }
  const metrics::FoundPart& first = shards.parts.front();
  const auto scenario = load_kept(fs::path{first.folder} / "scenario.yaml");
  if (!scenario) return ExitCode::usage;
  const scenarios::Plan plan = scenarios::make_plan(*scenario);
  if (plan.hash != first.part.who.plan_hash)
    return refuse({kUser,
                   fmt::format("{}/scenario.yaml gives plan {:#018x} here, and gave {:#018x} there",
                               first.folder, plan.hash, first.part.who.plan_hash),
                   fmt::format("merge with the version that ran it, {}; this is {}",
                               first.part.version, kVersion)});
  if (const auto otherwise = asked_otherwise(shards.parts))
    return refuse({kUser, *otherwise, "run every shard with the same file, --set and --seed"});

  std::vector<metrics::EventDecoder> logs;
  for (const auto& events : shards.events) logs.emplace_back(events.bytes());
  MergedRun merged = merged_run(*scenario, plan, shards.parts, logs);
  if (const auto broken = broken_log(shards.parts, logs))
    return refuse({kUser, *broken, "copy the folder again"});

  const std::chrono::system_clock::time_point started{
      std::chrono::duration_cast<std::chrono::system_clock::duration>(merged.started)};
  const fs::path out = flags.out.value_or(default_folder(*scenario, started));
  if (is_among(out, flags.folders))
    return refuse({kUser, fmt::format("--out {} is the folder of a shard", out.string()),
                   "give another one"});
  auto before = OldResults::set_aside(out, {});
  if (!before) return refuse({kUser, before.error()});
  before.value().forget();
  return conclude({.scenario = *scenario,
                   .plan = plan,
                   .driver = "live",
                   .started = started,
                   .lasted = merged.lasted,
                   .out = out,
                   .warnings = merged.warnings,
                   .host = merged.host},
                  std::move(merged.result));
}

}  // namespace gauntlet::sim
