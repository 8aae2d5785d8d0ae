// `gauntlet agent`: one ARC agent at a terminal, or in a pipe.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>

#include "runners/command/shell_runner.hpp"
#include "scenarios/terms/result.hpp"
#include "sim/cli/at_terminal.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/keyboard.hpp"
#include "sim/cli/refuse.hpp"
#include "sim/orchestrator/whereabouts.hpp"
#include "sim/terminal/terminal_agent.hpp"

namespace gauntlet::sim {
namespace {

using Errand = AgentFlags::Errand;

void write(std::FILE* to, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fflush(to);
}

AgentVoice voice_of(const AgentFlags& flags) {
  const bool json = flags.json || isatty(STDOUT_FILENO) == 0;
  return {json ? AgentVoice::Form::json : AgentVoice::Form::words,
          [](std::string_view text) { write(stdout, text); },
          [](std::string_view text) { write(stderr, text); }};
}

// A base URL may be given as it is, or as `gauntlet serve` prints the whole.
std::string without(std::string_view leaf, std::string path) {
  if (path.ends_with(leaf)) path.resize(path.size() - leaf.size());
  while (path.ends_with('/')) path.pop_back();
  return path;
}

std::optional<Obstacle> prepare(const AgentFlags& flags, Whereabouts& where) {
  const bool enrolls = flags.errand == Errand::enroll;
  if (enrolls || flags.token.empty()) {
    const std::string url = flags.register_url.value_or(flags.relay);
    const auto base = [](const std::string& given) {
      return without("/arc", without("/register", given));
    };
    if (auto gone = where.find(Endpoint::relay_http, "relay", url, flags.tls, base)) return gone;
  }
  if (enrolls) return std::nullopt;
  return where.find(Endpoint::relay_socket, "relay", flags.relay, flags.tls,
                    [](const std::string& given) { return without("/arc", given) + "/arc"; });
}

/// "-" stands for what comes through standard input.
std::string words_of(const AgentFlags& flags) {
  if (flags.text != "-") return flags.text;
  std::string words{std::istreambuf_iterator<char>{std::cin}, {}};
  while (words.ends_with('\n') || words.ends_with('\r')) words.pop_back();
  return words;
}

Result<TerminalAgent::Message, Obstacle> message_of(const AgentFlags& flags) {
  const std::string words = words_of(flags);
  if (flags.text_is_json && !is_json(words))
    return fail(Obstacle{Obstacle::Whose::user, fmt::format("`{}` is not JSON", words)});
  return TerminalAgent::Message{.to = flags.to,
                                .payload = flags.text_is_json ? words : payload_of(words),
                                .type = flags.type,
                                .ref = flags.ref};
}

Result<TerminalAgent::Errand, Obstacle> errand_of(const AgentFlags& flags) {
  using Wanted = TerminalAgent::Errand;
  if (flags.errand == Errand::enroll) return Wanted{TerminalAgent::Register{}};
  using Runner = TerminalAgent::Listen::Runner;
  if (flags.errand == Errand::talk) return Wanted{TerminalAgent::Listen{{}, Runner::types}};
  if (flags.errand == Errand::listen || flags.errand == Errand::subscribe)
    return Wanted{TerminalAgent::Listen{
        flags.to, flags.answer_with.empty() ? Runner::none : Runner::answers, flags.only}};
  auto message = message_of(flags);
  if (!message) return fail(message.error());
  if (flags.errand == Errand::send) return Wanted{TerminalAgent::Tell{std::move(message).value()}};
  message.value().type = "question";
  message.value().ref = fmt::format("ask-{:x}", seed_of_the_moment());
  return Wanted{TerminalAgent::Ask{std::move(message).value(), flags.timeout}};
}

ExitCode code_of(TerminalAgent::Ending ending) {
  switch (ending) {
    case TerminalAgent::Ending::met:
      return ExitCode::met;
    case TerminalAgent::Ending::no_answer:
      return ExitCode::no_answer;
    case TerminalAgent::Ending::turned_away:
      return ExitCode::unreachable;
  }
  return ExitCode::bug;
}

std::unique_ptr<runners::Runner> runner_of(const AgentFlags& flags, Worker& worker) {
  const auto post = [&worker](std::function<void()> work) { worker.post(std::move(work)); };
  if (flags.errand == Errand::talk) return std::make_unique<Keyboard>(post);
  if (flags.answer_with.empty()) return nullptr;
  return std::make_unique<runners::ShellRunner>(
      runners::ShellRunner::Options{.command = flags.answer_with, .post = post});
}

ExitCode play(TerminalAgent::Orders orders, const AgentFlags& flags, const Whereabouts& where) {
  const bool stays = std::holds_alternative<TerminalAgent::Listen>(orders.errand);
  const auto log = open_log(flags.log, LogClock::wall);
  if (!log) return refuse({Obstacle::Whose::user, log.error()});
  const TerminalAgent* agent = nullptr;
  const Clock clock;
  NoAnnouncer nobody;
  Worker worker{clock, *log.value()};
  worker.links().set_destinations(where.destinations);
  worker.set_cast(
      {{.id = 0}},
      [&](const auto&, Context&) {
        auto machine = std::make_unique<TerminalAgent>(std::move(orders), voice_of(flags));
        agent = machine.get();
        return Performer{std::move(machine), runner_of(flags, worker)};
      },
      where.places, seed_of_the_moment(), {}, {}, nobody);
  worker.start();
  // Whoever read the results may have had enough of them.
  const bool interrupted = stay(worker, clock, [] { return std::ferror(stdout) != 0; });
  worker.stop();
  if (interrupted && !stays) return ExitCode::interrupted;
  return agent == nullptr ? ExitCode::met : code_of(agent->ending());
}

}  // namespace

ExitCode agent_command(const AgentFlags& flags) {
  Whereabouts where;
  auto errand = errand_of(flags);
  const auto obstacle = errand ? prepare(flags, where) : errand.error();
  if (obstacle) return refuse(*obstacle);
  return play({.relay = flags.relay,
               .id = flags.id,
               .token = flags.errand == Errand::enroll ? Secret{} : flags.token,
               .errand = std::move(errand).value(),
               .reconnect = reconnect_of(flags.reconnect),
               .throttle = flags.throttle},
              flags, where);
}

}  // namespace gauntlet::sim
