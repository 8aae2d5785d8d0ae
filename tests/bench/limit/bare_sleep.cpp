// bare_sleep RATE_PER_S SECONDS [SLACK_NS]: wakes at absolute times, evenly spaced, with
// clock_nanosleep and nothing else, and prints by how much it woke too late: what the machine
// leaves to anybody who wants to be on time. The slack is prctl(2)'s PR_SET_TIMERSLACK; the
// kernel's own choice is 50,000.
#include <sys/prctl.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

namespace {

constexpr std::int64_t kNsPerS = 1'000'000'000;

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kNsPerS + now.tv_nsec;
}

void sleep_until(std::int64_t ns) {
  const timespec then{ns / kNsPerS, ns % kNsPerS};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t rate_per_s = argc > 1 ? std::strtoll(argv[1], nullptr, 10) : 0;
  const std::int64_t seconds = argc > 2 ? std::strtoll(argv[2], nullptr, 10) : 0;
  const std::int64_t count = rate_per_s * seconds;
  if (count <= 0) {
    std::fputs("usage: bare_sleep RATE_PER_S SECONDS [SLACK_NS]\n", stderr);
    return 2;
  }
  if (argc > 3) prctl(PR_SET_TIMERSLACK, std::strtoul(argv[3], nullptr, 10));

  std::vector<std::int64_t> late_ns(static_cast<std::size_t>(count));
  const std::int64_t begin = now_ns();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t due = begin + i * kNsPerS / rate_per_s;
    if (due > now_ns()) sleep_until(due);
    late_ns[static_cast<std::size_t>(i)] = now_ns() - due;
  }
  std::sort(late_ns.begin(), late_ns.end());
  const auto quantile = [&](std::size_t percent) {
    return late_ns[late_ns.size() * percent / 100];
  };
  std::printf(R"({"wakes":%lld,"p50_seconds":%.9f,"p99_seconds":%.9f})"
              "\n",
              static_cast<long long>(count), static_cast<double>(quantile(50)) * 1e-9,
              static_cast<double>(quantile(99)) * 1e-9);
}
