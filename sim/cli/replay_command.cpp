// `gauntlet replay`: a recording once more, or as text.
#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>

#include "sim/cli/commands.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/interrupts.hpp"
#include "sim/cli/load.hpp"
#include "sim/cli/record.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/replay_targets.hpp"
#include "sim/cli/results.hpp"
#include "sim/orchestrator/preflight.hpp"
#include "sim/recording/mapped_file.hpp"
#include "sim/recording/words.hpp"
#include "sim/replay/replayed_client.hpp"

namespace gauntlet::sim {
namespace {

Obstacle users(std::string sentence, std::string fix = {}) {
  return {Obstacle::Whose::user, std::move(sentence), std::move(fix)};
}

// What stands behind a broken block may be anything; what stands before it is worth keeping.
Obstacle broken(const ReplayFlags& flags, const recording::Ending& ending) {
  const std::string file = flags.file.string();
  return users(file + ": " + ending.in_words(),
               fmt::format("head -c {} {} > WHOLE keeps what can be read", ending.bytes, file));
}

Obstacle unreadable(const ReplayFlags& flags, const recording::Unreadable& why) {
  return users(flags.file.string() + ' ' + why.what, why.fix);
}

ExitCode print_recording(const ReplayFlags& flags, std::string_view bytes) {
  auto opened = recording::RecordingReader::open(bytes);
  if (!opened) return refuse(unreadable(flags, opened.error()));
  recording::RecordingReader& reader = opened.value();
  const recording::Head& head = reader.head();
  fmt::print("# {}, seed {}, {}, {}, by gauntlet {}\n", head.scenario, head.seed, head.driver,
             head.target, head.version);
  recording::Words words;
  while (const auto entry = reader.next()) fmt::print("{}\n", words.line(*entry));
  if (reader.lost() > 0) fmt::print(stderr, "gauntlet: {} entries are lost\n", reader.lost());
  if (reader.ending().how == recording::Ending::How::broken)
    return refuse(broken(flags, reader.ending()));
  if (const std::string mind = reader.ending().in_words(); !mind.empty())
    fmt::print(stderr, "gauntlet: mind: {}\n", mind);
  return ExitCode::met;
}

std::vector<std::string> warnings_of(const replay::Script& script) {
  std::vector<std::string> all;
  if (const std::string mind = script.ending().in_words(); !mind.empty()) all.push_back(mind + ".");
  if (script.lost() > 0)
    all.push_back(
        fmt::format("The recording lacks {} entries: what its actors did then is not "
                    "done again.",
                    script.lost()));
  return all;
}

/// A replay, with all that it takes.
struct Reprise {
  const ReplayFlags& flags;
  const replay::Script& script;
  scenarios::Scenario scenario;
  scenarios::Plan plan;
  std::filesystem::path folder;
};

Result<RunResult, Obstacle> play(const Reprise& reprise, Log& log, const Recording& recording,
                                 const std::function<bool()>& interrupted) {
  const ReplayFlags& flags = reprise.flags;
  replay::Stage stage{.script = reprise.script,
                      .speed = flags.speed,
                      .relays = reprise.plan.relays,
                      .pin = flags.pin};
  const Staging staging{.perform =
                            [&](const scenarios::PlannedActor& actor, Context&) {
                              return Performer{std::make_unique<replay::ReplayedClient>(
                                                   stage, reprise.script.parts()[actor.id]),
                                               nullptr};
                            },
                        .recording = recording.get()};
  if (flags.virtual_time)
    return run_virtual(reprise.scenario, reprise.plan,
                       {.log = log, .staging = staging, .interrupted = interrupted});
  // One thread: what an actor learns, the others need.
  LiveSettings settings{.threads = 1, .staging = staging, .log = log};
  if (!flags.quiet)
    settings.on_start = [&](auto) -> Result<std::shared_ptr<void>, std::string> {
      fmt::print(stderr, "gauntlet replay {}  {} actors, {:.1f} s\n", reprise.scenario.name,
                 reprise.plan.actors.size(),
                 seconds(reprise.plan.phases.measure.time_since_epoch()));
      return std::shared_ptr<void>{};
    };
  return run_live(reprise.scenario, reprise.plan, settings);
}

bool same_file(const std::filesystem::path& one, const std::filesystem::path& other) {
  std::error_code none;
  return std::filesystem::equivalent(one, other, none);
}

ExitCode perform(const Reprise& reprise) {
  const ReplayFlags& flags = reprise.flags;
  const auto log = open_log(flags.log, flags.virtual_time ? LogClock::virtual_ : LogClock::wall);
  if (!log) return refuse(users(log.error()));
  if (flags.record && same_file(reprise.folder / kRecordingName, flags.file))
    return refuse(
        users("the recording of the replay would take the place of the one that is replayed",
              "--out another folder"));
  auto before = OldResults::set_aside(reprise.folder, flags.file);
  if (!before) return refuse(users(before.error()));
  const std::string driver = flags.virtual_time ? "virtual" : "live";
  auto recording = flags.record
                       ? begin_recording(reprise.folder, head_of_run(reprise.scenario, driver))
                       : Result<Recording, std::string>{Recording{}};
  if (!recording) return refuse(users(recording.error()));

  const auto started = std::chrono::system_clock::now();
  std::optional<Interrupts> interrupts;  // a live run looks after its own
  if (flags.virtual_time) interrupts.emplace();
  auto result = play(reprise, *log.value(), recording.value(),
                     [&] { return interrupts && interrupts->seen(); });
  if (!result) return refuse(result.error());
  const Duration lasted = flags.virtual_time ? virtual_length(reprise.scenario, result.value())
                                             : std::chrono::system_clock::now() - started;
  before.value().forget();
  std::vector<std::string> warnings = warnings_of(reprise.script);
  for (std::string& trouble : troubles_of(recording.value()))
    warnings.push_back(std::move(trouble));
  return conclude({.scenario = reprise.scenario,
                   .plan = reprise.plan,
                   .driver = driver,
                   .started = started,
                   .lasted = lasted,
                   .out = reprise.folder,
                   .recorded = flags.record,
                   .warnings = std::move(warnings),
                   .foreword = "# Of a replay: this says where it went, and how it was judged.\n"},
                  std::move(result).value());
}

}  // namespace

ExitCode replay_command(const ReplayFlags& flags) {
  const auto file = recording::MappedFile::open(flags.file);
  if (!file) return refuse(users(file.error()));
  if (flags.print) return print_recording(flags, file.value().bytes());

  const auto script = replay::Script::read(file.value().bytes());
  if (!script) return refuse(unreadable(flags, script.error()));
  if (script.value().ending().how == recording::Ending::How::broken)
    return refuse(broken(flags, script.value().ending()));
  const auto scenario = replay_scenario(script.value(), flags);
  if (!scenario) return refuse(scenario.error());
  if (!scenario.value()) return ExitCode::usage;

  Reprise reprise{flags, script.value(), *scenario.value(), {}, {}};
  const auto relays = scenarios::relay_addresses(reprise.scenario.targets).size();
  reprise.plan = plan_of(reprise.script, flags.speed,
                         std::max<std::uint32_t>(1, static_cast<std::uint32_t>(relays)),
                         reprise.scenario.drain);
  reprise.scenario.duration = reprise.plan.phases.measure.time_since_epoch();
  reprise.folder =
      flags.out.value_or(default_folder(reprise.scenario, std::chrono::system_clock::now()));
  if (flags.virtual_time) return perform(reprise);
  const Needs needs = needs_of(reprise.scenario, reprise.plan, 1);
  const auto verdict = refuse(preflight(reprise.scenario, reprise.plan, needs, machine_limits()));
  return verdict == ExitCode::met ? perform(reprise) : verdict;
}

}  // namespace gauntlet::sim
