// raw_client WORK PORT [NAME=VALUE]...: does a piece of work as fast as the machine allows, and
// prints how much, in how much time and CPU time, as a line of JSON.
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "tests/bench/limit/work.hpp"

namespace {

using gauntlet::limit::Done;
using gauntlet::limit::Task;

struct Work {
  std::string_view name;
  Done (*carry_out)(const Task&);
};

constexpr std::array kWorks{
    Work{"closed-loop", gauntlet::limit::closed_loop},
    Work{"paced", gauntlet::limit::paced},
    Work{"fan-out", gauntlet::limit::fan_out},
    Work{"connects", gauntlet::limit::connects},
    Work{"arena", gauntlet::limit::arena},
};

constexpr const char* kUsage =
    "usage: raw_client closed-loop|paced|fan-out|connects|arena PORT [clients=N] [outstanding=N] "
    "[batch=N] [rate_per_s=R] [seconds=S]\n";

[[noreturn]] void refuse(std::string_view what) {
  std::fprintf(stderr, "raw_client: `%.*s` is not understood\n%s", static_cast<int>(what.size()),
               what.data(), kUsage);
  std::exit(2);
}

template <class Number>
Number number(std::string_view word, std::string_view digits) {
  Number value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value <= 0) refuse(word);
  return value;
}

void set(Task& task, std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) refuse(word);
  const std::string_view name = word.substr(0, equals);
  const std::string_view value = word.substr(equals + 1);
  if (name == "clients")
    task.clients = number<std::size_t>(word, value);
  else if (name == "outstanding")
    task.outstanding = number<std::size_t>(word, value);
  else if (name == "batch")
    task.batch = number<std::size_t>(word, value);
  else if (name == "rate_per_s")
    task.rate_per_s = number<double>(word, value);
  else if (name == "seconds")
    task.seconds = number<double>(word, value);
  else
    refuse(word);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  Task task{.port = number<std::uint16_t>(argv[2], argv[2])};
  for (int i = 3; i < argc; ++i) set(task, argv[i]);
  for (const Work& work : kWorks) {
    if (work.name != argv[1]) continue;
    const Done done = work.carry_out(task);
    std::printf(R"({"work":%llu,"wall_seconds":%.6f,"cpu_seconds":%.6f})"
                "\n",
                static_cast<unsigned long long>(done.work), done.wall_seconds, done.cpu_seconds);
    return 0;
  }
  refuse(argv[1]);
}
