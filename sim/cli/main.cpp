// gauntlet: the command line.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/cli/agent_flags.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/sentences.hpp"
#include "sim/cli/tls_flags.hpp"
#include "sim/cli/version.hpp"

namespace gauntlet::sim {
namespace {

std::string exit_code_help() {
  std::string text = "Exit codes:\n";
  for (const ExitSentence& row : kExitCodes)
    text +=
        "  " + std::to_string(static_cast<int>(row.code)) + "\t" + std::string{row.sentence} + "\n";
  return text;
}

// One file each for two thousand clients and more: take what the system allows.
void raise_open_files_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

constexpr std::uint64_t kThreadsMax = 256;
constexpr std::uint64_t kRunsMax = 1'000'000;
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

CLI::Validator any_seed() { return whole_number(0, std::numeric_limits<std::uint64_t>::max()); }

// The problem with the first words when they should name a command, and then its kind.
std::optional<std::string> misspelt_command(const CLI::App& app, std::span<char*> words) {
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    known.push_back(command->get_name());
  if (known.empty() || words.empty() || words.front()[0] == '-') return std::nullopt;
  const std::string word = words.front();
  if (std::find(known.begin(), known.end(), word) == known.end())
    return unknown_command(word, known);
  return misspelt_command(*app.get_subcommand(word), words.subspan(1));
}

void add_scenario_flags(CLI::App& command, ScenarioFlags& flags) {
  command.add_option("FILE", flags.file, "The scenario, a YAML file")->required();
  command.add_option("--set", flags.overrides,
                     "Override one key: duration=5s, population.0.agents=50; may be repeated");
  command.add_option("--seed", flags.seed, "Instead of the scenario's seed")->transform(any_seed());
}

void add_participant(CLI::App& app, ParticipantFlags& flags, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "participant", "Take part in an arena, with a real model or the mock runner");
  command->add_option("--url", flags.url, "The arena's WebSocket")->capture_default_str();
  command->add_option("--pin", flags.pin, "The session's PIN")->envname("ARENA_PIN")->required();
  command->add_option("--participant-id", flags.id, "Who takes part")->required();
  command->add_option("--nickname", flags.nickname, "As the audience sees it")->required();
  command->add_option("--runner", flags.runner, "What generates the tokens")
      ->check(CLI::IsMember({"ollama", "lmstudio", "openai", "mock"}))
      ->capture_default_str();
  command->add_option("--model", flags.model, "The model's name")->capture_default_str();
  command->add_option("--temperature", flags.temperature, "Where a challenge does not say")
      ->check(CLI::Range(0.0, kTemperatureMax))
      ->capture_default_str();
  command->add_option("--max-tokens", flags.max_tokens, "Where a challenge does not say")
      ->transform(whole_number(1, kTokensMax))
      ->capture_default_str();
  command->add_option("--ollama-url", flags.ollama_url, "The Ollama server")->capture_default_str();
  command->add_option("--lmstudio-url", flags.lmstudio_url, "The server with OpenAI's API")
      ->capture_default_str();
  command->add_option("--endpoint", flags.endpoint, "Of OpenAI's API")
      ->check(CLI::IsMember({"completions", "chat"}))
      ->capture_default_str();
  command->add_option("--api-key-env", flags.api_key_env,
                      "The environment variable that holds the model server's API key");
  command->add_option("--reconnect", flags.reconnect, "After a lost connection")
      ->check(CLI::IsMember({"exponential", "linear", "never"}))
      ->capture_default_str();
  add_tls_flags(*command, flags.tls);
  command->callback([&] { code = participant_command(flags); });
}

int run(int argc, char** argv) {
  CLI::App app{
      "Puts an agent relay (ARC) or an LLM arena (Gambiarra) through thousands of clients that "
      "one\n"
      "YAML file describes, and says with numbers that can be trusted where it bends.",
      "gauntlet"};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string{kVersion});
  app.footer(exit_code_help());
  ExitCode code = ExitCode::met;

  RunFlags run_flags;
  CLI::App* run = app.add_subcommand("run", "Run a scenario over sockets");
  add_scenario_flags(*run, run_flags.scenario);
  add_ca_flag(*run, run_flags.scenario.overrides);
  run->add_option("--out", run_flags.out, "Folder for the results (runs/<scenario>-<time>)");
  run->add_option("--prometheus", run_flags.prometheus,
                  "Serve /metrics while the run is on: a port of 127.0.0.1, or HOST:PORT");
  run->add_option("--threads", run_flags.threads, "Generator threads (default: by the cores)")
      ->transform(whole_number(0, kThreadsMax));
  run->add_flag("--quiet", run_flags.quiet,
                "No header and no live progress; only the report at the end");
  run->callback([&] { code = run_command(run_flags); });

  SimulateFlags simulate_flags;
  CLI::App* simulate = app.add_subcommand(
      "simulate", "Run a scenario against the embedded targets in deterministic virtual time");
  add_scenario_flags(*simulate, simulate_flags.scenario);
  simulate->add_option("--out", simulate_flags.out, "Folder for the results");
  simulate->add_option("--runs", simulate_flags.runs, "Run this many seeds, one after another")
      ->transform(whole_number(1, kRunsMax));
  simulate->add_flag("--check-determinism", simulate_flags.check_determinism,
                     "Run each seed twice and compare the trace hashes");
  simulate->callback([&] { code = simulate_command(simulate_flags); });

  ScenarioFlags check_flags;
  CLI::App* check =
      app.add_subcommand("check", "Validate a scenario; print its effective form and its plan");
  add_scenario_flags(*check, check_flags);
  check->callback([&] { code = check_command(check_flags); });

  ServeFlags serve_flags;
  CLI::App* serve = app.add_subcommand("serve", "Run an embedded target alone");
  serve->require_subcommand(1);
  const auto add_serve = [&](const char* name, const char* what, bool arena) {
    CLI::App* command = serve->add_subcommand(name, what);
    command
        ->add_option("--port", serve_flags.port,
                     arena ? "TCP port (3000); 0: any free one" : "TCP port (8080); 0: any")
        ->transform(whole_number(0, std::numeric_limits<std::uint16_t>::max()));
    command->add_option("--bind", serve_flags.bind, "Address to listen on (127.0.0.1)");
    command->add_option("--seed", serve_flags.seed, "For tokens, PINs and service times")
        ->transform(any_seed());
    command->add_option("--set", serve_flags.options,
                        "An option, as under `embedded:` in a scenario: service_time=1ms");
    add_certificate_flags(*command, serve_flags.options);
    command->callback([&, arena] {
      serve_flags.arena = arena;
      code = serve_command(serve_flags);
    });
  };
  add_serve("relay", "The ARC relay", false);
  add_serve("arena", "The Gambiarra arena", true);

  ParticipantFlags participant_flags;
  add_participant(app, participant_flags, code);

  add_agent(app, code);

  bool markdown = false;
  CLI::App* schema = app.add_subcommand("schema", "Print the JSON Schema of scenario files");
  schema->add_flag("--markdown", markdown, "The reference in docs/scenario.md instead");
  schema->callback([&] {
    code = print_reference(markdown ? Reference::scenario_markdown : Reference::json_schema);
  });

  CLI::App* metrics = app.add_subcommand("metrics", "Print the table of all metrics, as Markdown");
  metrics->callback([&] { code = print_reference(Reference::metrics_markdown); });

  const std::span words{argv, static_cast<std::size_t>(argc)};
  if (const auto problem = misspelt_command(app, words.subspan(words.empty() ? 0 : 1))) {
    std::cerr << "gauntlet: " << *problem << '\n';
    return static_cast<int>(ExitCode::usage);
  }
  try {
    const auto all = with_default_errand(words);
    app.parse(static_cast<int>(all.size()), all.data());
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return static_cast<int>(ExitCode::usage);
  }
  return static_cast<int>(code);
}

// A full disk shows no later than here.
bool output_lost() {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return false;
  std::cerr << "gauntlet: standard output cannot be written";
  if (errno != 0) std::cerr << ": " << std::strerror(errno);
  std::cerr << '\n';
  return true;
}

}  // namespace
}  // namespace gauntlet::sim

int main(int argc, char** argv) {
  using gauntlet::sim::ExitCode;
  std::signal(SIGPIPE, SIG_IGN);
  try {
    gauntlet::sim::raise_open_files_limit();
    const int code = gauntlet::sim::run(argc, argv);
    return gauntlet::sim::output_lost() ? static_cast<int>(ExitCode::usage) : code;
  } catch (const std::exception& bug) {
    // Printing throws when the output is full; that is nobody's bug.
    if (gauntlet::sim::output_lost()) return static_cast<int>(ExitCode::usage);
    std::cerr << "gauntlet: a bug: " << bug.what() << "\nplease report it with the seed\n";
    return static_cast<int>(ExitCode::bug);
  }
}
