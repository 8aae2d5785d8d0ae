#include "sim/live/background.hpp"

#include <sys/resource.h>

#include <future>

namespace gauntlet::sim {
namespace {

// A tenth of a core that others want whole: enough to keep up with what they report.
constexpr int kNiceness = 10;

}  // namespace

void in_background(const std::function<void()>& work) {
  std::async(std::launch::async, [&work] {
    // Linux keeps a niceness for each thread, whatever POSIX says. Without it, work goes on.
    ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + kNiceness);
    work();
  }).get();
}

}  // namespace gauntlet::sim
