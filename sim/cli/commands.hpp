// The commands, one function each. What each prints and returns is a promise to scripts.
#pragma once

#include <chrono>
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
  std::optional<std::string> shard;     // "1/2": only this part of the clients
  std::optional<std::string> start_at;  // a moment, in UTC or as seconds since 1970
  bool quiet{false};
  bool record{false};
  LogFlags log;
};
ExitCode run_command(const RunFlags& flags);

struct SimulateFlags {
  ScenarioFlags scenario;
  std::optional<std::filesystem::path> out;
  std::uint32_t runs{1};
  bool check_determinism{false};
  std::optional<std::string> trace;  // every event, a line each
  bool record{false};                // into `out`
  LogFlags log;
};
ExitCode simulate_command(const SimulateFlags& flags);

/// Runs of an exploration, when nobody says how many.
inline constexpr std::uint64_t kVirtualRuns = 10'000;
inline constexpr std::uint64_t kLiveRuns = 20;

struct ExploreFlags {
  ScenarioFlags scenario;
  bool live{false};
  std::optional<std::uint64_t> runs;
  std::optional<double> minutes;
  unsigned threads{0};
  std::vector<std::string> ignore;           // names of invariants
  std::optional<std::filesystem::path> out;  // the file for what was found
  bool shrink{true};
  Duration wait{std::chrono::seconds{5}};  // for a target that died, with `live`
  std::optional<std::string> restart_command;

  /// When an exploration that begins now is to end at the latest.
  std::chrono::steady_clock::time_point deadline(std::chrono::steady_clock::time_point now) const;
};
ExitCode explore_command(const ExploreFlags& flags);

struct ReplayFlags {
  std::filesystem::path file;
  std::vector<std::string> targets;    // URL, relay=URL, arena=URL, embedded
  std::vector<std::string> overrides;  // --set key=value, of the run
  double speed{1};
  Secret pin;
  bool print{false};  // instead
  bool virtual_time{false};
  bool record{false};
  bool quiet{false};
  std::optional<std::filesystem::path> out;
  LogFlags log;
};
ExitCode replay_command(const ReplayFlags& flags);

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
  std::uint32_t processes{1};  // of each run
  bool quiet{false};
  std::optional<std::filesystem::path> out;
};
ExitCode find_capacity_command(const FindCapacityFlags& flags);

struct MergeFlags {
  std::vector<std::filesystem::path> folders;  // of the shards of one run
  std::optional<std::filesystem::path> out;
};
ExitCode merge_command(const MergeFlags& flags);

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
  std::vector<std::string> defects;  // by name
  LogFlags log;
};
ExitCode serve_command(const ServeFlags& flags);

struct ProxyFlags {
  std::string listen;            // HOST:PORT, or a port
  std::string to;                // HOST:PORT
  std::filesystem::path faults;  // YAML: `seed` and `faults`
  std::optional<std::uint64_t> seed;
  std::optional<Duration> duration;  // unset: until it is interrupted
};
ExitCode proxy_command(const ProxyFlags& flags);

struct ConformFlags {
  bool arena{false};
  std::string url;
  std::optional<std::string> register_url;  // of a relay, where it is not the relay's own
  Secret expired_token;                     // of a relay
  std::optional<std::string> control;       // of an arena, likewise
  Secret pin;                               // of an arena's session that somebody else has made
  TlsClientOptions tls;
  bool list{false};
  bool markdown{false};
  std::vector<std::string> only;  // patterns of ids
  std::vector<std::string> skip;
  std::string level{"may"};
  bool strict{false};
  bool slow{false};
  std::optional<std::filesystem::path> profile;
  std::uint32_t at_once{16};
  Duration patience{std::chrono::seconds{5}};
  Duration quiet{std::chrono::milliseconds{300}};
  std::optional<Duration> wait{};  // for a server that is not there yet, or has died
  std::optional<std::string> restart_command;
  bool every{false};  // a line for each case
  std::optional<std::filesystem::path> junit;
  std::optional<std::filesystem::path> json;
  std::optional<std::filesystem::path> tap;
  std::optional<std::filesystem::path> html;
};
ExitCode conform_command(const ConformFlags& flags);

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
