// The two forms of a line of the log, and what is in it at all.
#include "sim/cli/log_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "sim/cli/files.hpp"
#include "sim/session/chronicle.hpp"

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class LogFileTest : public testing::Test {
 protected:
  ~LogFileTest() override { std::filesystem::remove(path_); }

  // What the log holds of what is told to it.
  std::string written(LogFlags flags, const std::function<void(Log&)>& tell) {
    flags.file = path_;
    tell(*open_log(flags, LogClock::virtual_).value());
    return read_file(path_).value();
  }

  std::string path_{std::filesystem::temp_directory_path() /
                    ("gauntlet-log-" + std::to_string(getpid()))};
};

void lose_connection(Log& log) {
  chronicle(log, at(1500ms), {"agent", 17}, Closed{4029, "you talk too much", Outcome::reset});
}

TEST_F(LogFileTest, SaysWhenWhoWhatAndWhy) {
  EXPECT_EQ(written({.level = LogLevel::debug}, lose_connection),
            "   1.500000s debug   agent 17: closed  why=reset code=4029\n");
  EXPECT_EQ(written({.level = LogLevel::debug, .json = true}, lose_connection),
            R"({"at_s":1.500000,"level":"debug","whom":"agent 17","what":"closed",)"
            R"("why":"reset","code":4029})"
            "\n");
}

TEST_F(LogFileTest, HoldsNothingBelowItsLevel) {
  EXPECT_EQ(written({.level = LogLevel::info}, lose_connection), "");
  EXPECT_EQ(written({.level = LogLevel::off},
                    [](Log& log) { EXPECT_FALSE(log.wants(LogLevel::warning)); }),
            "");
}

TEST_F(LogFileTest, NamesAFailureAsItIsCounted) {
  const auto fail = [](Log& log) {
    chronicle(log, at(2s), {"agent", 0}, Effect{Count{metrics::relay_failure(Outcome::refused)}});
  };
  EXPECT_EQ(written({.level = LogLevel::warning}, fail),
            "   2.000000s warning agent 0: failed  counted_as=relay.failures why=refused\n");
}

TEST_F(LogFileTest, KnowsThatThereIsASecretAndNotWhich) {
  Outbox out;
  const Effect connect = Connect{.to = Endpoint::relay_socket, .bearer = out.hide("tok_1")};
  const std::string log = written({.level = LogLevel::trace}, [&](Log& to) {
    chronicle(to, at(0s), {"agent", 0}, connect);
    chronicle(to, at(0s), {"agent", 0}, Input{Announced{"4711"}});
    chronicle(to, at(0s), {"agent", 0}, Input{Received{R"({"pin":"4711"})"}});
    chronicle(to, at(0s), {"agent", 0}, Input{HttpReply{200, R"({"token":"tok_1"})"}});
    chronicle(to, at(0s), {"relay", 1},
              TargetInput{Asked{.query = "token=tok_1", .bearer = "tok_1"}});
  });
  EXPECT_THAT(log, HasSubstr("bearer=[secret]"));
  EXPECT_THAT(log, HasSubstr("pin=[secret]"));
  EXPECT_THAT(log, Not(HasSubstr("4711")));
  EXPECT_THAT(log, Not(HasSubstr("tok_1")));
}

TEST_F(LogFileTest, NamesTheTypeOfAMessageInItsOwnWords) {
  const std::string log = written({.level = LogLevel::trace}, [&](Log& to) {
    for (const char* text : {R"({"payload":{"type":"x"},"type":"question"})", R"({"type":"mine"})",
                             R"({"type":7})", "{"})
      chronicle(to, at(0s), {"agent", 0}, Input{Received{text}});
    chronicle(to, at(0s), {"relay", 1}, TargetInput{Heard{R"({"type":"ping"})"}});
  });
  EXPECT_EQ(log,
            "   0.000000s trace   agent 0: hears  type=question bytes=42\n"
            "   0.000000s trace   agent 0: hears  type=other bytes=15\n"
            "   0.000000s trace   agent 0: hears  type=none bytes=10\n"
            "   0.000000s trace   agent 0: hears  type=not_json bytes=1\n"
            "   0.000000s trace   relay 1: hears  type=ping bytes=15\n");
}

TEST_F(LogFileTest, IsRefusedWhereItCannotBeWritten) {
  EXPECT_THAT(open_log({.level = LogLevel::info, .file = "/dev/null/log"}, LogClock::wall).error(),
              HasSubstr("/dev/null/log"));
}

// Whatever a secret meets that shows text must not compile; this is as near as a test gets.
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<SecretView, std::string_view>);

}  // namespace
}  // namespace gauntlet::sim
