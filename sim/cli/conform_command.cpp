// `gauntlet conform`: the cases against a server, and what a person and CI are told of it.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <random>
#include <thread>
#include <utility>

#include "scenarios/terms/url.hpp"
#include "sim/cli/at_terminal.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/conform_outputs.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/cli/restart_command.hpp"
#include "sim/conformance/cases/catalogue.hpp"
#include "sim/conformance/report/case_list.hpp"
#include "sim/conformance/report/conformance_report.hpp"
#include "sim/conformance/selection.hpp"
#include "sim/live/solo.hpp"
#include "sim/orchestrator/whereabouts.hpp"

namespace gauntlet::sim {
namespace {

using namespace conformance;
using Whose = Obstacle::Whose;

constexpr std::chrono::milliseconds kLookAgain{200};
constexpr Duration kComesBack = std::chrono::seconds{10};

Level level_of(std::string_view name) {
  for (std::size_t index = 0; index < kLevelNames.size(); ++index)
    if (kLevelNames[index] == name) return static_cast<Level>(index);
  return Level::may;
}

// A base URL may be given as it is, or as `gauntlet serve` prints the whole.
std::string without(std::string_view leaf, std::string path) {
  if (path.ends_with(leaf)) path.resize(path.size() - leaf.size());
  while (path.ends_with('/')) path.pop_back();
  return path;
}

std::optional<Obstacle> find_relay(const ConformFlags& flags, Whereabouts& where) {
  const auto base = [](const std::string& given) {
    return without("/arc", without("/register", given));
  };
  if (auto gone = where.find(Endpoint::relay_http, "relay", flags.register_url.value_or(flags.url),
                             flags.tls, base))
    return gone;
  return where.find(Endpoint::relay_socket, "relay", flags.url, flags.tls,
                    [&](const std::string& given) { return base(given) + "/arc"; });
}

// The origin of a WebSocket, as HTTP names it.
std::string origin_of(const std::string& url) {
  auto parsed = parse_url(url);
  if (!parsed) return url;
  parsed.value().scheme = parsed.value().secure() ? "https" : "http";
  parsed.value().path = "/";
  return to_string(parsed.value());
}

std::optional<Obstacle> find_arena(const ConformFlags& flags, Whereabouts& where,
                                   Premises& premises) {
  if (auto gone = where.find(
          Endpoint::arena_socket, "arena", flags.url, flags.tls,
          [](const std::string& given) { return given == "/" ? std::string{"/ws"} : given; }))
    return gone;
  premises.pin = flags.pin.reveal();
  premises.control = flags.control || premises.pin.empty();
  premises.own_session = premises.pin.empty();
  if (!premises.control) return std::nullopt;
  return where.find(Endpoint::arena_http, "arena", flags.control.value_or(origin_of(flags.url)),
                    flags.tls);
}

// Who has said how long to wait, may ask before the server is up.
std::optional<Obstacle> find_server(const ConformFlags& flags, Whereabouts& where,
                                    Premises& premises) {
  using Seconds = std::chrono::duration<double>;
  const auto find = [&] {
    return flags.arena ? find_arena(flags, where, premises) : find_relay(flags, where);
  };
  auto obstacle = find();
  if (!flags.wait || !obstacle || obstacle->whose != Whose::target) return obstacle;
  const double patience = Seconds{*flags.wait}.count();
  const auto until = std::chrono::steady_clock::now() + *flags.wait;
  fmt::print(stderr, "gauntlet: waiting up to {:g} s: {}\n", patience, obstacle->sentence);
  while (obstacle && obstacle->whose == Whose::target && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(kLookAgain);
    obstacle = find();
  }
  if (obstacle) obstacle->sentence += fmt::format(", after waiting for {:g} s", patience);
  return obstacle;
}

std::string again(const ConformFlags& flags) {
  std::string text =
      fmt::format("gauntlet conform {} --url {}", flags.arena ? "arena" : "relay", flags.url);
  if (flags.register_url) text += " --register-url " + *flags.register_url;
  if (flags.control) text += " --control " + *flags.control;
  if (flags.slow) text += " --slow";
  return text;
}

Result<Profile, Obstacle> profile_of(const ConformFlags& flags, const Subject& subject) {
  if (!flags.profile) return Profile{};
  const auto text = read_file(*flags.profile);
  if (!text) return fail(Obstacle{Whose::user, text.error()});
  std::vector<std::string_view> known;
  for (const Case* row : subject.cases) known.push_back(row->id);
  auto profile = parse_profile(flags.profile->string(), text.value(), known);
  if (profile) return std::move(profile).value();
  std::string all = "the profile is wrong";
  for (const Diagnostic& problem : profile.error()) all += '\n' + to_string(problem);
  return fail(Obstacle{Whose::user, std::move(all)});
}

// How far it is, on a terminal.
class ProgressLine {
 public:
  explicit ProgressLine(std::size_t all) : all_{all}, on_{isatty(STDERR_FILENO) != 0 && all > 1} {}
  ~ProgressLine() {
    if (on_) fmt::print(stderr, "\r\033[K");
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const CaseResult& result) {
    ++ended_;
    if (on_) fmt::print(stderr, "\r\033[K{} of {}  {}", ended_, all_, result.row->id);
  }

  /// Why nothing seems to happen: once is enough.
  void say_limit(std::string_view method, std::string_view path) {
    if (std::exchange(limit_said_, true)) return;
    fmt::print(stderr,
               "{}gauntlet: mind: {} {} is met by 429, a limit of the server: such requests wait "
               "and are asked again\n",
               on_ ? "\r\033[K" : "", method, path);
  }

 private:
  std::size_t all_;
  std::size_t ended_{0};
  bool limit_said_{false};
  bool on_;
};

Suite::Options options_of(const ConformFlags& flags, const Premises& premises, Endpoint door) {
  std::random_device entropy;
  Suite::Options options{.waits = {.answer = flags.patience, .quiet = flags.quiet},
                         .at_once = flags.at_once,
                         .slow = flags.slow,
                         .comes_back = flags.wait.value_or(kComesBack),
                         .run_name = fmt::format("{:08x}", entropy()),
                         .seed = seed_of_the_moment(),
                         .premises = premises,
                         .door = door};
  if (flags.restart_command)
    options.restart = [command = *flags.restart_command] { run_restart_command(command); };
  return options;
}

Obstacle no_such_case(const std::string& pattern, const conformance::Subject& subject) {
  const std::string meant = meant_by(pattern, subject.cases);
  return {Whose::user, fmt::format("--only {}: there is no such case for this server", pattern),
          meant.empty() ? fmt::format("look at the ids: gauntlet conform {} --list", subject.name)
                        : "write `" + meant + '`'};
}

std::int64_t unix_ms_at_start(const Solo& driver) {
  const auto since = std::chrono::system_clock::now() - driver.now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since.time_since_epoch()).count();
}

}  // namespace

ExitCode conform_command(const ConformFlags& flags) {
  const conformance::Subject subject = flags.arena ? arena_subject() : relay_subject();
  const Selection selection{.only = flags.only, .skip = flags.skip, .level = level_of(flags.level)};
  if (const auto unknown = selection.unknown(subject.cases))
    return refuse(no_such_case(*unknown, subject));
  const std::vector<const Case*> cases = selection.of(subject.cases);
  if (cases.empty())
    return refuse({Whose::user, "no case is left to be played",
                   fmt::format("look at the ids: gauntlet conform {} --list", subject.name)});
  if (flags.list) {
    fmt::print("{}", flags.markdown ? case_list_markdown(subject.name, cases) : case_list(cases));
    return ExitCode::met;
  }
  if (flags.url.empty()) return refuse({Whose::user, "--url is needed", "say where the server is"});
  const auto profile = profile_of(flags, subject);
  if (!profile) return refuse(profile.error());
  Whereabouts where;
  Premises premises;
  if (const auto obstacle = find_server(flags, where, premises)) return refuse(*obstacle);

  Solo driver;
  premises.began_unix_ms = unix_ms_at_start(driver);
  premises.expired_token = flags.expired_token.reveal();
  driver.links().set_destinations(where.destinations);
  Suite::Options options = options_of(flags, premises, subject.door);
  std::optional<ProgressLine> progress{cases.size()};
  options.on_result = [&](const CaseResult& result) { progress->show(result); };
  options.on_limit = [&](std::string_view method, std::string_view path) {
    progress->say_limit(method, path);
  };
  Suite suite{cases, *subject.bystanders, driver.links(), where.places, std::move(options)};
  const auto began = std::chrono::steady_clock::now();
  const bool interrupted = driver.run(suite);
  progress.reset();

  ConformanceReport report{.subject = std::string{subject.name},
                           .url = flags.url,
                           .again = again(flags),
                           .strict = flags.strict,
                           .took = std::chrono::steady_clock::now() - began};
  judge(report, suite.results(), profile.value());
  report.not_played = cases.size() - report.cases.size();
  if (auto problem = write_report(report, flags)) return refuse({Whose::user, std::move(*problem)});
  if (interrupted) return ExitCode::interrupted;
  return report.conforms() ? ExitCode::met : ExitCode::not_met;
}

}  // namespace gauntlet::sim
