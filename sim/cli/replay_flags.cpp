#include "sim/cli/replay_flags.hpp"

#include <memory>
#include <string>

#include "scenarios/parse/quantity.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/log_flags.hpp"
#include "sim/cli/read_app.hpp"
#include "sim/cli/secret_flag.hpp"
#include "sim/cli/tls_flags.hpp"

namespace gauntlet::sim {
namespace {

constexpr double kSpeedMax = 1000;

// "2x", or "2".
CLI::Validator a_speed() {
  return {[](std::string& text) -> std::string {
            std::string number = text;
            if (number.ends_with('x')) number.pop_back();
            const auto speed = scenarios::parse_number(number);
            if (!speed || *speed < 1 / kSpeedMax || *speed > kSpeedMax)
              return "`" + text + "` is no speed from 0.001x to 1000x";
            text = number;
            return {};
          },
          ""};
}

}  // namespace

void add_replay(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "replay", "Send once more what the actors of a recording (run --record) sent, or print it");
  const auto flags = std::make_shared<ReplayFlags>();
  command->add_option("FILE", flags->file, "The recording")->type_name(kFile)->required();
  auto* target =
      command
          ->add_option("--target", flags->targets,
                       "Where to: a URL, embedded, or relay=URL and arena=URL; may be repeated")
          ->type_name(kUrl);
  command->add_option("--speed", flags->speed, "2x: twice as fast as it was recorded (1x)")
      ->type_name("TIMES")
      ->transform(a_speed());
  add_secret(*command, "--pin", flags->pin, "The PIN of an arena's session that is there already")
      ->envname("ARENA_PIN");
  command
      ->add_option("--set", flags->overrides,
                   "A key of the run: drain=10s, thresholds=[...]; may be repeated")
      ->type_name(kAssignment);
  add_ca_flag(*command, flags->overrides);
  command->add_flag("--virtual", flags->virtual_time,
                    "In deterministic virtual time, against embedded targets");
  command->add_option("--out", flags->out, "Folder for the results (runs/replay-<scenario>-<time>)")
      ->type_name(kFolder);
  command->add_flag("--record", flags->record, "Record the replay in turn");
  command->add_flag("--quiet", flags->quiet, "No header; only the report at the end");
  add_log_flags(*command, flags->log);
  command
      ->add_flag("--print", flags->print,
                 "Print the recording instead, a line for each entry; `| sort -n` puts those of "
                 "several threads in order")
      ->excludes(target);
  command->callback([flags, &code] { code = replay_command(*flags); });
}

}  // namespace gauntlet::sim
