// The commands, one function each. What each prints and returns is a promise to scripts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/model/population.hpp"
#include "scenarios/terms/secret.hpp"
#include "scenarios/terms/time.hpp"
#include "scenarios/terms/tls.hpp"
#include "sim/cli/command_tree.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/log_file.hpp"

namespace gauntlet::sim {

/// A scenario file and what the command line says over it.
struct ScenarioFlags {
  std::filesystem::path file;
  std::vector<std::string> overrides;  // --set key=value
  std::optional<std::uint64_t> seed;
};

struct RunFlags {
  ScenarioFlags scenario;
  std::optional<std::filesystem::path> out;
  std::optional<std::string> prometheus;
  unsigned threads{0};
  std::uint32_t processes{1};
  bool quiet{false};
  LogFlags log;
};
ExitCode run_command(const RunFlags& flags);

struct SimulateFlags {
  ScenarioFlags scenario;
  std::optional<std::filesystem::path> out;
  std::uint32_t runs{1};
  bool check_determinism{false};
  std::optional<std::string> trace;  // every event, a line each
  LogFlags log;
};
ExitCode simulate_command(const SimulateFlags& flags);

struct TraceDiffFlags {
  std::filesystem::path first;
  std::filesystem::path second;
};
ExitCode trace_diff_command(const TraceDiffFlags& flags);

struct FindCapacityFlags {
  ScenarioFlags scenario;
  std::string vary;  // a path, as --set takes it, or a short form of one
  std::string max;   // values of that path
  std::optional<std::string> min;
  std::uint32_t repeats{3};
  std::string tolerance{"5%"};
  std::optional<std::string> reset_command;  // for sh, before every run but the first
  bool virtual_time{false};
  unsigned threads{0};
  bool quiet{false};
  std::optional<std::filesystem::path> out;
};
ExitCode find_capacity_command(const FindCapacityFlags& flags);

struct CompareFlags {
  std::filesystem::path first;
  std::filesystem::path second;
  std::string tolerance{"5%"};
  bool json{false};
};
ExitCode compare_command(const CompareFlags& flags);

struct CheckFlags {
  ScenarioFlags scenario;
  std::uint32_t processes{1};
};
ExitCode check_command(const CheckFlags& flags);

struct ServeFlags {
  bool arena{false};
  std::string bind{"127.0.0.1"};
  std::optional<std::uint16_t> port;
  std::uint64_t seed{1};
  std::vector<std::string> options;  // key=value, as under `embedded:` in a scenario
  LogFlags log;
};
ExitCode serve_command(const ServeFlags& flags);

/// The options of the arena's Python client, with its names and defaults.
struct ParticipantFlags {
  std::string url{"ws://localhost:3000/ws"};
  Secret pin;
  std::string id;
  std::string nickname;
  std::string runner{"ollama"};
  std::string model{"llama3.1:8b"};
  double temperature{0.8};
  std::uint32_t max_tokens{400};
  std::string ollama_url{"http://localhost:11434"};
  std::string lmstudio_url{"http://localhost:1234"};
  std::string endpoint{"completions"};
  std::optional<std::string> api_key_env;
  std::string reconnect{"exponential"};
  TlsClientOptions tls;  // for the arena and for the model server
  LogFlags log;
};
ExitCode participant_command(const ParticipantFlags& flags);

struct AgentFlags {
  enum class Errand : std::uint8_t { enroll, listen, send, ask, subscribe, talk };
  Errand errand{Errand::listen};
  std::string relay{"http://localhost:8080"};
  std::optional<std::string> register_url;  // where it is not the relay's
  Secret token;
  std::string id;
  std::string reconnect{"linear"};
  bool json{false};
  std::string answer_with;        // a shell command; empty: none
  std::vector<std::string> only;  // print messages of these types; empty: of any
  std::optional<scenarios::Throttle> throttle;
  // What to say, and to whom; nobody: to everybody.
  std::vector<std::string> to;
  std::string text;
  bool text_is_json{false};
  std::string type;
  std::string ref;
  Duration timeout{std::chrono::seconds{30}};  // of a question
  TlsClientOptions tls;
  LogFlags log;
};
ExitCode agent_command(const AgentFlags& flags);

enum class Reference : std::uint8_t { json_schema, scenario_markdown, metrics_markdown };
ExitCode print_reference(Reference which);

/// @param shell  a name from kShells.
ExitCode print_completion(const Command& root, std::string_view shell);
ExitCode print_man_page(const Command& root);

}  // namespace gauntlet::sim
