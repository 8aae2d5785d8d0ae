#include "runners/command/shell_runner.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <mutex>

#include "runners/command/running_commands.hpp"

namespace gauntlet::runners {
namespace {

using namespace std::chrono_literals;

/// The worker's thread, which is the test's.
class Posts {
 public:
  ShellRunner::Post post() {
    return [this](std::function<void()> work) {
      const std::lock_guard lock{mutex_};
      work_.push_back(std::move(work));
      come_.notify_one();
    };
  }
  /// Waits for one, and does it.
  void serve() {
    std::unique_lock lock{mutex_};
    come_.wait(lock, [this] { return !work_.empty(); });
    const auto work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work();
  }

 private:
  std::mutex mutex_;
  std::condition_variable come_;
  std::list<std::function<void()>> work_;
};

constexpr Prompt asking(std::string_view text) { return {text, 0, 0, std::nullopt, 0}; }
constexpr Instant at(Duration since_start) { return Instant{since_start}; }

/// All that comes at `now`, in words.
std::string outputs(Runner& runner, Instant now) {
  std::string all;
  while (const auto output = runner.next(now)) {
    if (const auto* began = std::get_if<Began>(&*output))
      all += "began after " + std::to_string(began->waited / 1s) + " s;";
    if (const auto* token = std::get_if<TokenOut>(&*output)) all += std::string{token->text} + ';';
    if (std::holds_alternative<Finished>(*output)) all += "finished;";
    if (const auto* failed = std::get_if<Failed>(&*output))
      all += std::string{name(failed->why)} + ": " + std::string{failed->words} + ';';
  }
  return all;
}

/// What comes next of it at `now`.
std::string awaited(Runner& runner, Posts& posts, Instant now) {
  std::string all = outputs(runner, now);
  for (; all.empty(); all = outputs(runner, now)) posts.serve();
  return all;
}

TEST(ShellRunner, GivesTheCommandThePromptAndItsOutputBack) {
  Posts posts;
  ShellRunner runner{{.command = "tr a-z A-Z", .post = posts.post()}};
  for (const char* text : {"why?", "what?"}) {
    runner.start(at(0s), asking(text));
    EXPECT_EQ(outputs(runner, at(0s)), "began after 0 s;");
    EXPECT_EQ(awaited(runner, posts, at(1s)),
              (text[2] == 'y' ? "WHY?;finished;" : "WHAT?;finished;"));
  }
}

TEST(ShellRunner, FailsWithItsCommand) {
  Posts posts;
  ShellRunner runner{{.command = "echo no; exit 3", .post = posts.post()}};
  runner.start(at(0s), asking(""));
  outputs(runner, at(0s));
  EXPECT_EQ(awaited(runner, posts, at(0s)), "rejected: the command ended with 3;");
}

TEST(ShellRunner, EndsACommandThatTakesTooLong) {
  Posts posts;
  ShellRunner runner{{.command = "sleep 1000", .post = posts.post(), .time_max = 30s}};
  runner.start(at(10s), asking(""));
  outputs(runner, at(10s));
  EXPECT_EQ(runner.next_deadline(), at(40s));
  EXPECT_EQ(outputs(runner, at(39s)), "");
  EXPECT_EQ(outputs(runner, at(40s)), "timed_out: the command took too long;");
  EXPECT_EQ(runner.next_deadline(), std::nullopt);
}

/// While it lives, no thread can be started: the address space has no room for its stack.
class NoMoreThreads {
 public:
  NoMoreThreads() {
    pthread_getattr_default_np(&usual_);
    pthread_attr_t huge{};
    pthread_getattr_default_np(&huge);
    pthread_attr_setstacksize(&huge, std::size_t{1} << 47U);
    EXPECT_EQ(pthread_setattr_default_np(&huge), 0);
    pthread_attr_destroy(&huge);
  }
  ~NoMoreThreads() {
    pthread_setattr_default_np(&usual_);
    pthread_attr_destroy(&usual_);
  }
  NoMoreThreads(const NoMoreThreads&) = delete;
  NoMoreThreads& operator=(const NoMoreThreads&) = delete;

 private:
  pthread_attr_t usual_{};
};

TEST(ShellRunner, FailsWhereNoThreadCanWaitForTheCommand) {
  Posts posts;
  ShellRunner runner{{.command = "sleep 1000", .post = posts.post()}};
  runner.start(at(0s), asking(""));
  {
    const NoMoreThreads full;
    EXPECT_EQ(outputs(runner, at(0s)), "began after 0 s;rejected: the command cannot be started;");
  }
  runner.start(at(1s), asking(""));
  EXPECT_EQ(outputs(runner, at(1s)), "began after 0 s;") << "the next one has a thread again";
}

TEST(ShellRunner, LetsTheCommandHearTheSignalsThatItsProcessIgnores) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const auto before = std::signal(signal, SIG_IGN);
    Posts posts;
    ShellRunner runner{
        {.command = "kill -" + std::to_string(signal) + " $$; echo deaf", .post = posts.post()}};
    runner.start(at(0s), asking(""));
    outputs(runner, at(0s));
    EXPECT_EQ(awaited(runner, posts, at(0s)),
              "rejected: the command was ended by signal " + std::to_string(signal) + ";");
    std::signal(signal, before);
  }
}

// In a process of its own, in which there are no commands any more afterwards.
TEST(RunningCommands, AreKilledAllAtOnceAndNoneBeginsAfterwards) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto kill_two = [] {
    Posts posts;
    ShellRunner first{{.command = "sleep 1000 & wait", .post = posts.post()}};
    ShellRunner second{{.command = "sleep 1000", .post = posts.post()}};
    ShellRunner late{{.command = "echo late", .post = posts.post()}};
    for (ShellRunner* runner : {&first, &second}) {
      runner->start(at(0s), asking(""));
      outputs(*runner, at(0s));
    }
    RunningCommands::kill_all();
    std::string all = awaited(first, posts, at(0s)) + awaited(second, posts, at(0s));
    late.start(at(0s), asking(""));
    all += outputs(late, at(0s));
    std::fputs(all.c_str(), stderr);
  };
  EXPECT_EXIT((kill_two(), std::exit(0)), testing::ExitedWithCode(0),
              "^rejected: the command was ended by signal 9;"
              "rejected: the command was ended by signal 9;"
              "began after 0 s;rejected: the command cannot be started;$");
}

TEST(RunningCommands, OfAProcessThatIsNoMoreAreKilledByWhoForkedIt) {
  RunningCommands::prepare();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  std::array<int, 2> report{};
  ASSERT_EQ(pipe2(report.data(), O_CLOEXEC), 0);
  const pid_t worker = fork();
  if (worker == 0) {
    const pid_t command = fork();
    if (command == 0) {
      setpgid(0, 0);
      for (;;) pause();
    }
    setpgid(command, command);
    RunningCommands::start([command] { return command; });
    write(report[1], &command, sizeof(command));
    for (;;) pause();
  }
  pid_t command = 0;
  ASSERT_EQ(read(report[0], &command, sizeof(command)), static_cast<ssize_t>(sizeof(command)));
  for (const int end : report) close(end);

  kill(worker, SIGKILL);
  ASSERT_EQ(waitpid(worker, nullptr, 0), worker);
  EXPECT_EQ(waitpid(command, nullptr, WNOHANG), 0) << "it does not die of that";
  RunningCommands::kill_of(getpid());
  EXPECT_EQ(waitpid(command, nullptr, WNOHANG), 0) << "it is not of this process";
  RunningCommands::kill_of(worker);
  int status = 0;
  ASSERT_EQ(waitpid(command, &status, 0), command);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST(ShellRunner, WaitsForAPlaceInTheOrderOfAsking) {
  Posts posts;
  Places places{1};
  const auto options = [&](const char* command) {
    return ShellRunner::Options{
        .command = command, .post = posts.post(), .time_max = 30s, .places = &places};
  };
  ShellRunner first{options("sleep 1000")};
  ShellRunner second{options("echo 2")};
  ShellRunner third{options("echo 3")};
  ShellRunner impatient{options("echo 4")};
  for (ShellRunner* runner : {&first, &second, &third, &impatient})
    runner->start(at(0s), asking(""));
  EXPECT_EQ(outputs(first, at(0s)), "began after 0 s;");
  EXPECT_EQ(outputs(second, at(5s)), "");
  impatient.cancel(at(5s));
  first.cancel(at(6s));
  EXPECT_EQ(awaited(second, posts, at(6s)), "began after 6 s;");
  EXPECT_EQ(outputs(third, at(6s)), "");
  EXPECT_EQ(awaited(second, posts, at(7s)), "2\n;finished;");
  EXPECT_EQ(awaited(third, posts, at(8s)), "began after 8 s;");
  EXPECT_EQ(awaited(third, posts, at(8s)), "3\n;finished;");
  impatient.start(at(9s), asking(""));
  EXPECT_EQ(outputs(impatient, at(9s)), "began after 0 s;") << "every place was given back";
}

TEST(ShellRunner, DoesNotWaitForAPlaceForEver) {
  Posts posts;
  Places places{0};
  ShellRunner runner{{.command = "echo", .post = posts.post(), .time_max = 30s, .places = &places}};
  runner.start(at(0s), asking(""));
  EXPECT_EQ(runner.next_deadline(), at(30s));
  EXPECT_EQ(outputs(runner, at(30s)), "timed_out: the command took too long;");
}

}  // namespace
}  // namespace gauntlet::runners
