#include "metrics/verdict/machine_reasons.hpp"

#include <algorithm>

#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

// "0.012 %", "8.1 %": two digits that count.
std::string percent(double share) {
  const double percentage = 100 * share;
  int decimals = 1;
  for (double edge = 1; percentage > 0 && percentage < edge && decimals < 6; edge /= 10) ++decimals;
  return in_words(percentage, decimals) + " %";
}

std::string limit_of(double share) { return ", its limit " + percent(share); }

}  // namespace

std::optional<std::string> paused(const Snapshot& snapshot, const GeneratorFacts& generator,
                                  Duration limit) {
  const auto pauses = snapshot.series("generator.pause");
  if (!pauses || pauses->max() <= limit) return std::nullopt;
  return "The generator did not run for " + in_words(pauses->max()) + ", " +
         in_words(generator.longest_pause_at.time_since_epoch()) +
         " after the start of the run; at most " + in_words(limit) +
         " are allowed. Something stopped it, or the whole machine: a signal, a debugger, "
         "swapping, a paused or overbooked virtual machine. Keep it running, and let nothing else "
         "run beside it.";
}

std::optional<std::string> starved(const GeneratorFacts& generator, double limit) {
  if (generator.loop_starved.empty()) return std::nullopt;
  const double most = *std::ranges::max_element(generator.loop_starved);
  if (most <= limit) return std::nullopt;
  return "A generator thread was ready to run but had no core for " + percent(most) +
         " of the measured time" + limit_of(limit) +
         ": other programs, or embedded targets, had it. End what else runs on this machine, give "
         "the generator more cores, or give the target a machine of its own.";
}

std::optional<std::string> stolen(const HostFacts& host, double limit) {
  if (!host.stolen || *host.stolen <= limit) return std::nullopt;
  return "The hypervisor gave " + percent(*host.stolen) +
         " of this machine's CPU time to other machines (steal)" + limit_of(limit) +
         ". Take a machine whose cores are its own, or run when its neighbours are quiet.";
}

std::optional<std::string> throttled(const HostFacts& host, double limit) {
  if (!host.throttled || host.throttled->share <= limit) return std::nullopt;
  return "The CPU limit of its control group stopped the generator " +
         in_words(host.throttled->times) + " times, for " + in_words(host.throttled->lasting) +
         " in all, " + percent(host.throttled->share) + " of the measured time" + limit_of(limit) +
         ". Raise the limit (Docker: `--cpus`; Kubernetes: `resources.limits.cpu`; systemd: "
         "`CPUQuota`), or lower the load.";
}

std::optional<std::string> packets_dropped(const HostFacts& host, double limit) {
  if (!host.packets || host.packets->dropped == 0) return std::nullopt;
  const auto all = static_cast<double>(host.packets->segments + host.packets->dropped);
  const double share = static_cast<double>(host.packets->dropped) / all;
  if (share <= limit) return std::nullopt;
  return "This machine's kernel had no room for " + in_words(host.packets->dropped) +
         " packets that had arrived, " + percent(share) + " of all" + limit_of(limit) +
         ": each was sent again a fifth of a second later, or later still. Raise "
         "net.core.netdev_max_backlog and net.core.rmem_max (sysctl), or lower the load.";
}

}  // namespace gauntlet::metrics
