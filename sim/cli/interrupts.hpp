// Ctrl-C for a command that has no event loop, or that consists of many runs.
#pragma once

namespace gauntlet::sim {

/// While it lives, SIGINT, SIGTERM and SIGHUP are remembered, and a second one of the first two
/// ends the process at once. SIGHUP is left alone where it is ignored (`nohup`). A live run has
/// handlers of its own for as long as it lasts: rearm() puts these back after it.
class Interrupts {
 public:
  Interrupts() { rearm(); }
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  void rearm();
  bool seen() const;
};

}  // namespace gauntlet::sim
