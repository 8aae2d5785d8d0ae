#include "sim/cli/interrupts.hpp"

#include <unistd.h>

#include <csignal>

#include "runners/command/running_commands.hpp"
#include "sim/cli/exit_code.hpp"

namespace gauntlet::sim {
namespace {

// A handler may touch nothing else.
volatile std::sig_atomic_t signals_seen = 0;

extern "C" void remember_signal(int) {
  if (signals_seen != 0) {
    runners::RunningCommands::kill_all();
    _exit(static_cast<int>(ExitCode::interrupted));
  }
  signals_seen = 1;
}

// A shell and the terminal both tell of its end, so the second time is no impatience.
extern "C" void remember_hangup(int) { signals_seen = 1; }

void on_hangup(void (*handler)(int)) {
  if (std::signal(SIGHUP, handler) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
}

}  // namespace

void Interrupts::rearm() {
  on_hangup(remember_hangup);
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, remember_signal);
}

Interrupts::~Interrupts() {
  on_hangup(SIG_DFL);
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
  signals_seen = 0;
}

bool Interrupts::seen() const { return signals_seen != 0; }

}  // namespace gauntlet::sim
