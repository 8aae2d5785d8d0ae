// The commands that start or reset a target: what is said of their ends, and that they do end.
#include "sim/cli/restart_command.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "sim/cli/interrupts.hpp"

namespace gauntlet::sim {
namespace {

using testing::HasSubstr;
using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

const std::string kForEver = "sleep 1000";

TEST(TargetCommand, SaysHowItEndedUnlessThatWasWell) {
  EXPECT_EQ(run_target_command("true").trouble, "");
  EXPECT_EQ(run_target_command("exit 7").trouble, "ended with 7");
  EXPECT_EQ(run_target_command("kill -9 $$").trouble, "was ended by signal 9");
}

TEST(TargetCommand, IsKilledWhenItDoesNotReturn) {
  const auto end = run_target_command(kForEver, std::chrono::milliseconds{50});
  EXPECT_FALSE(end.interrupted);
  EXPECT_EQ(end.trouble, "was not over after 50.0 ms, and was killed");
  EXPECT_THAT(end.fix, HasSubstr("end the command with `&`"));
}

TEST(TargetCommand, IsKilledWithAllThatItStarted) {
  const std::string pipe = testing::TempDir() + "restart_command." + std::to_string(getpid());
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  run_target_command(kForEver + " > " + pipe + " & wait", std::chrono::seconds{1});
  fcntl(reader, F_SETFL, 0);
  char byte = 0;
  EXPECT_EQ(read(reader, &byte, 1), 0);  // the end: nobody holds it open any more
  close(reader);
  unlink(pipe.c_str());
}

TEST(TargetCommand, LeavesAServerInTheBackground) {
  const std::string server = "sleep 20 > /dev/null 2>&1 &";
  EXPECT_EQ(run_target_command(server, std::chrono::seconds{10}).trouble, "");
}

TEST(TargetCommand, IsCutShortByAnInterruptWhichReachesWhoeverWaitsForOne) {
  const Interrupts interrupts;
  const auto end = run_target_command("kill -INT $PPID; " + kForEver);
  EXPECT_TRUE(end.interrupted);
  EXPECT_EQ(end.trouble, "");
  EXPECT_TRUE(interrupts.seen());
}

TEST(TargetCommand, WritesBesideTheReportNotIntoIt) {
  CaptureStdout();
  CaptureStderr();
  run_target_command("echo started");
  EXPECT_EQ(GetCapturedStdout(), "");
  EXPECT_EQ(GetCapturedStderr(), "started\n");
}

TEST(RestartCommand, NamesItsExitCode) {
  CaptureStderr();
  EXPECT_TRUE(run_restart_command("exit 7"));
  EXPECT_EQ(GetCapturedStderr(), "gauntlet: mind: the restart command `exit 7` ended with 7\n");
}

}  // namespace
}  // namespace gauntlet::sim
