#include "sim/cli/agent_flags.hpp"

#include <memory>
#include <string>
#include <string_view>

#include "scenarios/parse/quantity.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/duration_flag.hpp"
#include "sim/cli/log_flags.hpp"
#include "sim/cli/secret_flag.hpp"
#include "sim/cli/tls_flags.hpp"

namespace gauntlet::sim {
namespace {

using Errand = AgentFlags::Errand;

// What every errand of an agent has in common.
void add_relay_flags(CLI::App& command, AgentFlags& flags) {
  command.add_option("--relay", flags.relay, "The relay")
      ->type_name(kUrl)
      ->envname("ARC_RELAY_URL")
      ->capture_default_str();
  command
      .add_option("--register-url", flags.register_url,
                  "Where agents register, when it is not the relay's own address and port")
      ->type_name(kUrl);
  command.add_option("--id", flags.id, "Who to be; the relay assigns an id when none is wanted")
      ->type_name("ID");
  command.add_option("--reconnect", flags.reconnect, "After a failure")
      ->check(CLI::IsMember({"exponential", "linear", "never"}))
      ->capture_default_str();
  add_tls_flags(command, flags.tls);
  add_log_flags(command, flags.log);
  command.add_flag("--json", flags.json,
                   "JSON, an object a line, as whenever the output is no terminal");
}

void add_message_flags(CLI::App& command, AgentFlags& flags) {
  command.add_option("TEXT", flags.text, "What to say; - reads it from standard input")->required();
  command.add_option("--to", flags.to, "To this agent; may be repeated (default: to everybody)")
      ->type_name("ID")
      ->allow_extra_args(false);
  command.add_flag("--payload-json", flags.text_is_json, "TEXT is JSON, and sent as it is");
}

// Flags of its own for each errand: CLI11 looks the environment up for all of them, and the last
// one would win over the command line.
struct AgentCommand {
  CLI::App* command;
  std::shared_ptr<AgentFlags> flags;
};

AgentCommand add_errand(CLI::App& agent, Errand errand, const char* name, const char* what,
                        ExitCode& code) {
  CLI::App* command = agent.add_subcommand(name, what);
  auto flags = std::make_shared<AgentFlags>();
  flags->errand = errand;
  add_relay_flags(*command, *flags);
  if (errand != Errand::enroll)
    add_secret(*command, "--token", flags->token, "Of an agent that is registered already")
        ->envname("ARC_TOKEN");
  command->callback([flags, &code] { code = agent_command(*flags); });
  return {command, flags};
}

void add_question_flags(CLI::App& ask, AgentFlags& flags) {
  add_message_flags(ask, flags);
  add_duration(
      ask, "--timeout", [&flags](Duration timeout) { flags.timeout = timeout; },
      "How long to wait for an answer")
      ->default_str("30s");
}

std::optional<scenarios::Throttle> read_throttle(const std::string& text) {
  if (text == "arc") return scenarios::Throttle{};
  const auto rate = scenarios::parse_rate(text);
  if (!rate || rate.value().per_second <= 0) return std::nullopt;
  return scenarios::Throttle{.rate = rate.value(), .burst = 1};
}

void add_throttle_flag(CLI::App& command, AgentFlags& flags) {
  command
      .add_option_function<std::string>(
          "--throttle", [&flags](const std::string& text) { flags.throttle = read_throttle(text); },
          "Say no more than this, such as 100/min, evenly spaced; arc: what ARC's documents "
          "recommend, no more than 100 in any minute: 10 at once, and 90 a minute")
      ->type_name("RATE")
      ->check(CLI::Validator{[](std::string& text) -> std::string {
                               if (read_throttle(text)) return {};
                               return "`" + text + "` is neither arc nor a rate such as 100/min";
                             },
                             ""});
}

void add_answer_flag(CLI::App& command, AgentFlags& flags) {
  command
      .add_option("--answer-with", flags.answer_with,
                  "Answer each question with the output of this shell command, which gets the "
                  "question on its standard input")
      ->type_name(kCommand);
}

void add_listening_flags(CLI::App& command, AgentFlags& flags) {
  command
      .add_option("--only", flags.only,
                  "Print messages of this type only, such as discovery; may be repeated")
      ->type_name(kName)
      ->allow_extra_args(false);
  add_answer_flag(command, flags);
  add_throttle_flag(command, flags);
}

}  // namespace

void add_agent(CLI::App& app, ExitCode& code) {
  CLI::App* agent = app.add_subcommand("agent", "Be an agent of an ARC relay yourself");
  agent->require_subcommand(1);
  const auto add = [&](Errand errand, const char* name, const char* what) {
    return add_errand(*agent, errand, name, what, code);
  };
  add(Errand::enroll, "register", "Register, and print the id and the token");
  const auto talk = add(Errand::talk, "talk",
                        "Talk with the others, line by line; what `gauntlet agent` alone does");
  add_throttle_flag(*talk.command, *talk.flags);
  const auto listen = add(Errand::listen, "listen", "Print the messages that arrive, until Ctrl-C");
  add_listening_flags(*listen.command, *listen.flags);
  const auto send = add(Errand::send, "send", "Send one message");
  add_message_flags(*send.command, *send.flags);
  send.command->add_option("--type", send.flags->type, "The message's type")->type_name(kName);
  send.command
      ->add_option("--ref", send.flags->ref, "What it refers to: an answer has its question's")
      ->type_name("ID");
  const auto ask = add(Errand::ask, "ask", "Ask, and print the first answer (exit code 6: none)");
  add_question_flags(*ask.command, *ask.flags);
  const auto subscribe =
      add(Errand::subscribe, "subscribe", "Listen, and follow what other agents broadcast");
  add_listening_flags(*subscribe.command, *subscribe.flags);
  subscribe.command->add_option("ID", subscribe.flags->to, "Whom to follow")->required();
}

std::vector<const char*> with_default_errand(std::vector<const char*> words) {
  const auto is = [&](std::size_t at, std::string_view word) { return words[at] == word; };
  if (words.size() < 2 || !is(1, "agent")) return words;
  const bool talks = words.size() == 2 || (words[2][0] == '-' && !is(2, "-h") && !is(2, "--help"));
  if (talks) words.insert(words.begin() + 2, "talk");
  return words;
}

}  // namespace gauntlet::sim
