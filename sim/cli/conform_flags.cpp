#include "sim/cli/conform_flags.hpp"

#include <memory>

#include "sim/cli/commands.hpp"
#include "sim/cli/duration_flag.hpp"
#include "sim/cli/read_app.hpp"
#include "sim/cli/secret_flag.hpp"
#include "sim/cli/tls_flags.hpp"

namespace gauntlet::sim {
namespace {

constexpr std::uint32_t kAtOnceMax = 256;

void add_choice(CLI::App& command, ConformFlags& flags) {
  command.add_flag("--list", flags.list, "Print the cases and ask nobody");
  command.add_flag("--markdown", flags.markdown,
                   "With --list: as docs/conformance_cases.md has them");
  command
      .add_option("--only", flags.only,
                  "Only these cases: ids, or patterns as ARC-ROUTE-*, with commas between them")
      ->type_name("CASES")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_option("--skip", flags.skip, "Not these cases")
      ->type_name("CASES")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_option("--level", flags.level, "The least that the documents must want of a case")
      ->check(CLI::IsMember({"must", "should", "may"}))
      ->capture_default_str();
  command.add_flag("--slow", flags.slow, "Also cases that take minutes, such as silent peers");
}

void add_judgement(CLI::App& command, ConformFlags& flags) {
  command.add_flag(
      "--strict", flags.strict,
      "What is non-strict, and a SHOULD or MAY that is inconclusive, counts against the "
      "server, too (an inconclusive MUST is never met)");
  command.add_option("--profile", flags.profile, "Accepted deviations and their reasons, in YAML")
      ->type_name(kFile)
      ->check(CLI::ExistingFile);
}

void add_manner(CLI::App& command, ConformFlags& flags) {
  const auto keep = [](auto& value) { return [&value](Duration time) { value = time; }; };
  command.add_option("--at-once", flags.at_once, "Cases beside each other")
      ->type_name(kNumber)
      ->check(CLI::Range(1U, kAtOnceMax).description(""))
      ->capture_default_str();
  add_duration(command, "--patience", keep(flags.patience),
               "How long to wait for what must come (5s)");
  add_duration(command, "--quiet-time", keep(flags.quiet), "How long nothing may come (300ms)");
  add_duration(command, "--wait", keep(flags.wait),
               "How long to wait for a server that is not up yet (not at all), or has died (10s)");
  command
      .add_option("--restart-command", flags.restart_command,
                  "A shell command that starts a server again that has died, and one that lives")
      ->type_name(kCommand);
}

void add_outputs(CLI::App& command, ConformFlags& flags) {
  command.add_flag("--all", flags.every, "A line for each case, not only for each area");
  const auto add_file = [&](const char* flag, auto& file, const char* what) {
    command.add_option(flag, file, what)->type_name(kFile);
  };
  add_file("--junit", flags.junit, "Also as JUnit XML, for CI systems");
  add_file("--json", flags.json, "Also as JSON, for programs");
  add_file("--tap", flags.tap, "Also as TAP");
  add_file("--html", flags.html, "Also as one HTML page, with every case's transcript");
}

void add_subject(CLI::App& conform, bool arena, ExitCode& code) {
  const auto flags = std::make_shared<ConformFlags>();
  flags->arena = arena;
  CLI::App* command = arena ? conform.add_subcommand("arena", "A Gambiarra arena")
                            : conform.add_subcommand("relay", "An ARC relay");
  command
      ->add_option("--url", flags->url,
                   arena ? "The arena's WebSocket: ws://localhost:3000/ws"
                         : "The relay: http://localhost:8080")
      ->type_name(kUrl);
  if (arena) {
    command
        ->add_option("--control", flags->control,
                     "The operator's side (the arena's own origin, unless there is a --pin)")
        ->type_name(kUrl);
    add_secret(*command, "--pin", flags->pin, "Of a session that is there and must not be ended")
        ->envname("ARENA_PIN");
  } else {
    command
        ->add_option("--register-url", flags->register_url,
                     "Where agents register, when it is not the relay's own address and port")
        ->type_name(kUrl);
    add_secret(*command, "--expired-token", flags->expired_token,
               "A token of this relay that has expired, for the case that is about it")
        ->envname("ARC_EXPIRED_TOKEN");
  }
  add_choice(*command, *flags);
  add_judgement(*command, *flags);
  add_manner(*command, *flags);
  add_outputs(*command, *flags);
  add_tls_flags(*command, flags->tls);
  command->callback([flags, &code] { code = conform_command(*flags); });
}

}  // namespace

void add_conform(CLI::App& app, ExitCode& code) {
  CLI::App* conform =
      app.add_subcommand("conform", "Say whether a server is a relay, or an arena, case by case");
  conform->require_subcommand(1);
  add_subject(*conform, false, code);
  add_subject(*conform, true, code);
}

}  // namespace gauntlet::sim
