#include "sim/cli/app.hpp"

#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/parse/quantity.hpp"
#include "sim/cli/agent_flags.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/completion.hpp"
#include "sim/cli/conform_flags.hpp"
#include "sim/cli/duration_flag.hpp"
#include "sim/cli/help.hpp"
#include "sim/cli/log_flags.hpp"
#include "sim/cli/read_app.hpp"
#include "sim/cli/replay_flags.hpp"
#include "sim/cli/secret_flag.hpp"
#include "sim/cli/tls_flags.hpp"
#include "sim/cli/version.hpp"
#include "sim/orchestrator/preflight.hpp"

namespace gauntlet::sim {
namespace {

std::string exit_code_help() {
  std::string text = "Exit codes:\n";
  for (const ExitSentence& row : kExitCodes) text += help_of(row);
  return text;
}

constexpr std::uint64_t kThreadsMax = 256;
constexpr std::uint64_t kRunsMax = 1'000'000;
constexpr std::uint64_t kRepeatsMax = 99;
constexpr std::uint64_t kTokensMax = 1'000'000;
constexpr double kTemperatureMax = 2;

// Decimal digits and nothing else; CLI11 alone would take -1 for the largest number there is.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  return {[=](std::string& text) -> std::string {
            std::uint64_t number = 0;
            const char* end = text.data() + text.size();
            const auto [rest, error] = std::from_chars(text.data(), end, number);
            if (error != std::errc{} || rest != end || number < least || number > most)
              return "`" + text + "` is not a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most);
            text = std::to_string(number);  // without leading zeros: they would mean octal
            return {};
          },
          ""};
}

CLI::Validator positive_minutes() {
  return {[](const std::string& text) -> std::string {
            const auto number = scenarios::parse_number(text);
            return number && *number > 0 ? "" : "`" + text + "` is not a number of minutes above 0";
          },
          ""};
}

CLI::Validator any_seed() { return whole_number(0, std::numeric_limits<std::uint64_t>::max()); }

void add_scenario_flags(CLI::App& command, ScenarioFlags& flags) {
  command.add_option("FILE", flags.file, "The scenario, a YAML file")
      ->type_name(kScenarioFile)
      ->required();
  command
      .add_option("--set", flags.overrides,
                  "Override one key: duration=5s, population.0.agents=50; may be repeated")
      ->type_name(kAssignment);
  command.add_option("--seed", flags.seed, "Instead of the scenario's seed")
      ->type_name(kNumber)
      ->transform(any_seed());
}

void add_processes_flag(CLI::App& command, std::uint32_t& processes) {
  command
      .add_option("--processes", processes,
                  "Spread the clients over this many processes: each has files of its own (1)")
      ->type_name(kNumber)
      ->transform(whole_number(1, kProcessesMax));
}

// The flags of a command live as long as its callback does, and so as long as the app.

void add_run(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand("run", "Run a scenario over sockets");
  const auto flags = std::make_shared<RunFlags>();
  add_scenario_flags(*command, flags->scenario);
  add_ca_flag(*command, flags->scenario.overrides);
  command->add_option("--out", flags->out, "Folder for the results (runs/<scenario>-<time>)")
      ->type_name(kFolder);
  command
      ->add_option("--prometheus", flags->prometheus,
                   "Serve /metrics while the run is on: a port of 127.0.0.1, or HOST:PORT")
      ->type_name(kAddress);
  command
      ->add_option("--threads", flags->threads,
                   "Generator threads of each process (default: by the cores)")
      ->type_name(kNumber)
      ->transform(whole_number(0, kThreadsMax));
  add_processes_flag(*command, flags->processes);
  command
      ->add_option("--shard", flags->shard,
                   "Run only this part of the clients, 1/2 is the first of two: for `merge`")
      ->type_name("K/N");
  command
      ->add_option("--start-at", flags->start_at,
                   "When to start, the same for every shard: 2026-01-31T14:30:00Z, or seconds "
                   "since 1970")
      ->type_name("TIME");
  command->add_flag("--quiet", flags->quiet,
                    "No header and no live progress; only the report at the end");
  command->add_flag("--record", flags->record,
                    "Keep what every actor sends and hears, among the results: for `replay`");
  add_log_flags(*command, flags->log);
  command->callback([flags, &code] { code = run_command(*flags); });
}

void add_simulate(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "simulate", "Run a scenario against the embedded targets in deterministic virtual time");
  const auto flags = std::make_shared<SimulateFlags>();
  add_scenario_flags(*command, flags->scenario);
  auto* out =
      command->add_option("--out", flags->out, "Folder for the results")->type_name(kFolder);
  command
      ->add_flag("--record", flags->record,
                 "Keep what every actor sends and hears, among the results: for `replay`")
      ->needs(out);
  command->add_option("--runs", flags->runs, "Run this many seeds, one after another")
      ->type_name(kNumber)
      ->transform(whole_number(1, kRunsMax));
  command->add_flag("--check-determinism", flags->check_determinism,
                    "Run each seed twice and compare the trace hashes");
  add_log_flags(*command, flags->log);
  command
      ->add_option("--trace", flags->trace,
                   "Write every event of the run to this file, a line each: for `trace diff`")
      ->type_name(kFile)
      ->excludes("--log");
  command->callback([flags, &code] { code = simulate_command(*flags); });
}

void add_explore(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "explore",
      "Look for faults that break something, and shrink them to a small scenario that shows it");
  const auto flags = std::make_shared<ExploreFlags>();
  add_scenario_flags(*command, flags->scenario);
  command->add_flag(
      "--live", flags->live,
      "Over sockets instead of virtual time; ends when a target is dead or hung, too");
  command
      ->add_option("--runs", flags->runs,
                   "Runs, each with faults and a seed of its own (10000; 20 with --live)")
      ->type_name(kNumber)
      ->transform(whole_number(1, kRunsMax));
  command->add_option("--minutes", flags->minutes, "End after that long, if nothing was found")
      ->type_name(kNumber)
      ->check(positive_minutes());
  command->add_option("--threads", flags->threads, "Runs at the same time (default: by the cores)")
      ->type_name(kNumber)
      ->transform(whole_number(0, kThreadsMax));
  command
      ->add_option("--ignore", flags->ignore,
                   "An invariant that may be broken, by its name; may be repeated")
      ->type_name(kName);
  command->add_option("--out", flags->out, "The file for what was found (found-<invariant>.yaml)")
      ->type_name(kScenarioFile);
  command->add_flag_callback(
      "--no-shrink", [flags = flags.get()] { flags->shrink = false; },
      "Write what was found as it is");
  add_duration(
      *command, "--wait", [flags = flags.get()](Duration time) { flags->wait = time; },
      "With --live: how long to wait for a target that has died to be back (5s)")
      ->needs("--live");
  command
      ->add_option("--restart-command", flags->restart_command,
                   "With --live: a shell command that starts a target again that has died or "
                   "hangs, for what it died of to be shrunk")
      ->type_name(kCommand)
      ->needs("--live");
  command->callback([flags, &code] { code = explore_command(*flags); });
}

void add_trace(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand("trace", "Compare what happened in runs of virtual time");
  command->require_subcommand(1);
  CLI::App* diff = command->add_subcommand(
      "diff", "Say where two traces of `simulate --trace` part: the first event that differs");
  const auto flags = std::make_shared<TraceDiffFlags>();
  diff->add_option("FIRST", flags->first, "A trace")->type_name(kFile)->required();
  diff->add_option("SECOND", flags->second, "Another")->type_name(kFile)->required();
  diff->callback([flags, &code] { code = trace_diff_command(*flags); });
}

void add_find_capacity(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "find-capacity", "Search the most of something that still meets the thresholds");
  const auto flags = std::make_shared<FindCapacityFlags>();
  add_scenario_flags(*command, flags->scenario);
  add_ca_flag(*command, flags->scenario.overrides);
  command
      ->add_option("--vary", flags->vary,
                   "What to vary, a number of the scenario: population.agents, send.rate")
      ->type_name(kKey)
      ->required();
  command->add_option("--max", flags->max, "The most to try: 20000, 50/s, 16KiB")
      ->type_name(kNumber)
      ->required();
  command->add_option("--min", flags->min, "The least to try (a small part of --max)")
      ->type_name(kNumber);
  command->add_option("--repeats", flags->repeats, "Runs that decide about a load at the edge")
      ->type_name(kNumber)
      ->transform(whole_number(1, kRepeatsMax))
      ->capture_default_str();
  command->add_option("--tolerance", flags->tolerance, "How closely to find the edge")
      ->type_name(kPercent)
      ->capture_default_str();
  command
      ->add_option("--reset-command", flags->reset_command,
                   "A shell command that resets the target between two runs")
      ->type_name(kCommand);
  command->add_flag("--virtual", flags->virtual_time,
                    "In deterministic virtual time, against the embedded targets");
  command->add_option("--out", flags->out, "Folder for capacity.json (runs/<scenario>-<time>)")
      ->type_name(kFolder);
  command
      ->add_option("--threads", flags->threads,
                   "Generator threads of each process (default: by the cores)")
      ->type_name(kNumber)
      ->transform(whole_number(0, kThreadsMax));
  add_processes_flag(*command, flags->processes);
  command->add_flag("--quiet", flags->quiet, "No line for each run; only the report at the end");
  command->callback([flags, &code] { code = find_capacity_command(*flags); });
}

void add_merge(CLI::App& app, ExitCode& code) {
  CLI::App* command =
      app.add_subcommand("merge", "Make one result of the shards of a run: `run --shard`");
  const auto flags = std::make_shared<MergeFlags>();
  command->add_option("DIR", flags->folders, "The results of the shards, a folder each")
      ->type_name(kFolder)
      ->required();
  command->add_option("--out", flags->out, "Folder for the result (runs/<scenario>-<time>)")
      ->type_name(kFolder);
  command->callback([flags, &code] { code = merge_command(*flags); });
}

void add_compare(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand("compare", "Say whether a run is worse than another");
  const auto flags = std::make_shared<CompareFlags>();
  command->add_option("FIRST", flags->first, "The results to compare with, a folder")
      ->type_name(kFolder)
      ->required();
  command->add_option("SECOND", flags->second, "The results to judge, a folder")
      ->type_name(kFolder)
      ->required();
  command->add_option("--tolerance", flags->tolerance, "Smaller differences count for none")
      ->type_name(kPercent)
      ->capture_default_str();
  command->add_flag("--json", flags->json, "JSON instead of a table");
  command->callback([flags, &code] { code = compare_command(*flags); });
}

void add_check(CLI::App& app, ExitCode& code) {
  CLI::App* command =
      app.add_subcommand("check", "Validate a scenario; print its effective form and its plan");
  const auto flags = std::make_shared<CheckFlags>();
  add_scenario_flags(*command, flags->scenario);
  add_processes_flag(*command, flags->processes);
  command->callback([flags, &code] { code = check_command(*flags); });
}

CLI::App* add_target(CLI::App& serve, const char* name, const char* what, const char* port,
                     ServeFlags& flags) {
  CLI::App* command = serve.add_subcommand(name, what);
  command->add_option("--port", flags.port, port)
      ->type_name(kNumber)
      ->transform(whole_number(0, std::numeric_limits<std::uint16_t>::max()));
  command->add_option("--bind", flags.bind, "Address to listen on (127.0.0.1)")
      ->type_name(kAddress);
  command->add_option("--seed", flags.seed, "For tokens, PINs and service times")
      ->type_name(kNumber)
      ->transform(any_seed());
  command
      ->add_option("--set", flags.options,
                   "An option, as under `embedded:` in a scenario: service_time=1ms")
      ->type_name(kAssignment);
  command
      ->add_option("--defect", flags.defects,
                   "Something to do wrong on purpose, by its name in docs/scenario.md")
      ->type_name(kName);
  add_certificate_flags(*command, flags.options);
  add_log_flags(*command, flags.log);
  return command;
}

void add_serve(CLI::App& app, ExitCode& code) {
  CLI::App* serve = app.add_subcommand("serve", "Run an embedded target alone");
  serve->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, const char* port, bool arena) {
    const auto flags = std::make_shared<ServeFlags>();
    flags->arena = arena;
    add_target(*serve, name, what, port, *flags)->callback([flags, &code] {
      code = serve_command(*flags);
    });
  };
  add("relay", "The ARC relay", "TCP port (8080); 0: any", false);
  add("arena", "The Gambiarra arena", "TCP port (3000); 0: any free one", true);
}

void add_proxy(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "proxy", "Let the network fail between any clients and any server, as a file of faults says");
  const auto flags = std::make_shared<ProxyFlags>();
  command->add_option("--listen", flags->listen, "Where clients come to: HOST:PORT, or a port")
      ->type_name(kAddress)
      ->required();
  command->add_option("--to", flags->to, "The server behind: HOST:PORT")
      ->type_name(kAddress)
      ->required();
  command->add_option("--faults", flags->faults, "YAML with `seed` and `faults`, as in a scenario")
      ->type_name(kScenarioFile)
      ->required();
  command->add_option("--seed", flags->seed, "Instead of the file's seed")
      ->type_name(kNumber)
      ->transform(any_seed());
  add_duration(
      *command, "--duration", [flags = flags.get()](Duration time) { flags->duration = time; },
      "End after this time (default: when interrupted)");
  command->callback([flags, &code] { code = proxy_command(*flags); });
}

void add_model_flags(CLI::App& command, ParticipantFlags& flags) {
  command.add_option("--runner", flags.runner, "What generates the tokens")
      ->check(CLI::IsMember({"ollama", "lmstudio", "openai", "mock"}))
      ->capture_default_str();
  command.add_option("--model", flags.model, "The model's name")
      ->type_name(kName)
      ->capture_default_str();
  command.add_option("--temperature", flags.temperature, "Where a challenge does not say")
      ->type_name(kNumber)
      ->check(CLI::Range(0.0, kTemperatureMax).description(""))
      ->capture_default_str();
  command.add_option("--max-tokens", flags.max_tokens, "Where a challenge does not say")
      ->type_name(kNumber)
      ->transform(whole_number(1, kTokensMax))
      ->capture_default_str();
  command.add_option("--ollama-url", flags.ollama_url, "The Ollama server")
      ->type_name(kUrl)
      ->capture_default_str();
  command.add_option("--lmstudio-url", flags.lmstudio_url, "The server with OpenAI's API")
      ->type_name(kUrl)
      ->capture_default_str();
  command.add_option("--endpoint", flags.endpoint, "Of OpenAI's API")
      ->check(CLI::IsMember({"completions", "chat"}))
      ->capture_default_str();
  command
      .add_option("--api-key-env", flags.api_key_env,
                  "The environment variable that holds the model server's API key")
      ->type_name("VARIABLE");
}

void add_participant(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "participant", "Take part in an arena, with a real model or the mock runner");
  const auto flags = std::make_shared<ParticipantFlags>();
  command->add_option("--url", flags->url, "The arena's WebSocket")
      ->type_name(kUrl)
      ->capture_default_str();
  add_secret(*command, "--pin", flags->pin, "The session's PIN")->envname("ARENA_PIN")->required();
  command->add_option("--participant-id", flags->id, "Who takes part")->type_name("ID")->required();
  command->add_option("--nickname", flags->nickname, "As the audience sees it")
      ->type_name(kName)
      ->required();
  add_model_flags(*command, *flags);
  command->add_option("--reconnect", flags->reconnect, "After a lost connection")
      ->check(CLI::IsMember({"exponential", "linear", "never"}))
      ->capture_default_str();
  add_tls_flags(*command, flags->tls);
  add_log_flags(*command, flags->log);
  command->callback([flags, &code] { code = participant_command(*flags); });
}

void add_references(CLI::App& app, ExitCode& code) {
  CLI::App* schema = app.add_subcommand("schema", "Print the JSON Schema of scenario files");
  const auto markdown = std::make_shared<bool>(false);
  schema->add_flag("--markdown", *markdown, "The reference in docs/scenario.md instead");
  schema->callback([markdown, &code] {
    code = print_reference(*markdown ? Reference::scenario_markdown : Reference::json_schema);
  });
  app.add_subcommand("metrics", "Print the table of all metrics, as Markdown")->callback([&code] {
    code = print_reference(Reference::metrics_markdown);
  });
}

void add_completion(CLI::App& app, ExitCode& code) {
  std::vector<std::string> shells;
  for (const Shell& shell : kShells) shells.emplace_back(shell.name);
  CLI::App* command = app.add_subcommand("completion", "Print a shell's completion script");
  const auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "The shell")
      ->check(CLI::IsMember(std::move(shells)))
      ->required();
  command->callback([shell, &app, &code] { code = print_completion(read_app(app), *shell); });
  app.add_subcommand("man", "Print the manual page, in roff")->callback([&app, &code] {
    code = print_man_page(read_app(app));
  });
}

}  // namespace

std::unique_ptr<CLI::App> make_app(ExitCode& code) {
  auto app = std::make_unique<CLI::App>(
      "Load, faults and conformance for agent relays (ARC) and LLM arenas (Gambiarra)\n\n"
      "Puts one of them, or both, through thousands of clients that one YAML file describes, and\n"
      "says with numbers that can be trusted where it bends.",
      "gauntlet");
  app->formatter(std::make_shared<HelpFormatter>());
  app->require_subcommand(1);
  app->set_version_flag("--version", std::string{kVersion});
  app->footer(exit_code_help());
  add_run(*app, code);
  add_simulate(*app, code);
  add_find_capacity(*app, code);
  add_merge(*app, code);
  add_compare(*app, code);
  add_explore(*app, code);
  add_trace(*app, code);
  add_replay(*app, code);
  add_check(*app, code);
  add_conform(*app, code);
  add_serve(*app, code);
  add_proxy(*app, code);
  add_participant(*app, code);
  add_agent(*app, code);
  add_references(*app, code);
  add_completion(*app, code);
  return app;
}

}  // namespace gauntlet::sim
