// The end of the terminal that a command was started from.
#pragma once

#include <boost/asio/signal_set.hpp>
#include <csignal>

namespace gauntlet::sim {

/// Adds SIGHUP, unless whoever started this process (`nohup`) wants it to go on without a terminal.
inline void add_hangup(boost::asio::signal_set& signals) {
  struct sigaction now {};
  const bool ignored = sigaction(SIGHUP, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
  if (!ignored) signals.add(SIGHUP);
}

}  // namespace gauntlet::sim
