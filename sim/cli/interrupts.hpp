// Ctrl-C for a command that consists of many runs.
#pragma once

namespace gauntlet::sim {

/// While it lives, SIGINT and SIGTERM are remembered, and the second one ends the process at once.
/// A live run has handlers of its own for as long as it lasts: rearm() puts these back after it.
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
