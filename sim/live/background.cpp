#include "sim/live/background.hpp"

#include <sys/resource.h>

#include <chrono>
#include <utility>

namespace gauntlet::sim {
namespace {

// A tenth of a core that others want whole: enough to keep up with what they report.
constexpr int kNiceness = 10;

}  // namespace

Background::Background(Work work)
    : done_{std::async(std::launch::async, [work = std::move(work), over = over_.get_token()] {
        // Linux keeps a niceness for each thread, whatever POSIX says. Without it, work goes on.
        ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + kNiceness);
        work(over);
      })} {}

Background::~Background() { ask_to_end(); }

bool Background::ended() {
  if (done_.valid() && done_.wait_for(std::chrono::seconds{0}) == std::future_status::ready)
    done_.get();
  return !done_.valid();
}

void Background::end() {
  ask_to_end();
  if (done_.valid()) done_.get();
}

}  // namespace gauntlet::sim
