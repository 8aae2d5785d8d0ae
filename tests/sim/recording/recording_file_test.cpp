#include "sim/recording/recording_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/sim/recording/entries.hpp"

namespace gauntlet::sim::recording {
namespace {

class RecordingOnDisk : public testing::TestWithParam<RecordingFile::Pace> {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  std::string content() const {
    std::ifstream file{path_, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  std::filesystem::path path_{testing::TempDir() + "gauntlet-recording-" +
                              std::to_string(::getpid())};
};

// Each in the order of its own; how they are interleaved is nobody's business.
TEST_P(RecordingOnDisk, HasWhatEveryThreadWroteInItsOrder) {
  constexpr ActorId kThreads = 4;
  constexpr std::uint64_t kEach = 20'000;
  auto file = RecordingFile::create(path_, {.scenario = "threads"}, GetParam());
  ASSERT_TRUE(file.ok()) << file.error();
  if (GetParam() == RecordingFile::Pace::behind) {
    std::vector<std::thread> threads;
    for (ActorId actor = 0; actor < kThreads; ++actor)
      threads.emplace_back([actor, &tape = file.value()->new_tape()] {
        for (std::uint64_t i = 0; i < kEach; ++i)
          tape.add({.kind = Kind::closes, .actor = actor, .at = Instant{Duration{i}}, .number = i});
      });
    for (std::thread& thread : threads) thread.join();
  } else {
    Tape& tape = file.value()->new_tape();
    for (std::uint64_t i = 0; i < kEach; ++i)
      for (ActorId actor = 0; actor < kThreads; ++actor)
        tape.add({.kind = Kind::closes, .actor = actor, .at = Instant{Duration{i}}, .number = i});
  }
  file.value()->finish();
  EXPECT_EQ(file.value()->problem(), "");

  const std::string bytes = content();
  auto reader = RecordingReader::open(bytes);
  ASSERT_TRUE(reader.ok()) << reader.error().what;
  std::vector<std::uint64_t> next(kThreads);
  while (const auto entry = reader.value().next())
    ASSERT_EQ(entry->number, next[entry->actor]++) << "of thread " << entry->actor;
  EXPECT_EQ(next, std::vector<std::uint64_t>(kThreads, kEach));
  EXPECT_EQ(reader.value().ending().how, Ending::How::whole);
  EXPECT_EQ(reader.value().lost(), 0U);
}

TEST_P(RecordingOnDisk, OfAProcessThatCouldNotWriteIsKnownToTheOneThatBeganIt) {
  auto file = RecordingFile::create(path_, {.scenario = "processes"}, GetParam());
  ASSERT_TRUE(file.ok()) << file.error();
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit nothing_more{.rlim_cur = std::filesystem::file_size(path_),
                              .rlim_max = RLIM_INFINITY};
    std::signal(SIGXFSZ, SIG_IGN);
    if (::setrlimit(RLIMIT_FSIZE, &nothing_more) != 0) ::_exit(1);
    file.value()->new_tape().add({.kind = Kind::closes, .actor = 0, .at = {}});
    file.value()->finish();
    ::_exit(0);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_EQ(file.value()->problem(), path_.string() + " cannot be written: File too large");
}

INSTANTIATE_TEST_SUITE_P(BothPaces, RecordingOnDisk,
                         testing::Values(RecordingFile::Pace::behind, RecordingFile::Pace::at_once),
                         [](const auto& pace) {
                           return pace.param == RecordingFile::Pace::behind ? "Behind" : "AtOnce";
                         });

TEST(RecordingFile, SaysWhereItCannotBeWritten) {
  const auto file = RecordingFile::create("/proc/nowhere/recording", {}, {});
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(file.error(), testing::HasSubstr("/proc/nowhere"));
  EXPECT_EQ(RecordingFile::create("/dev/full", {}, {}).error(),
            "/dev/full cannot be written: No space left on device");
}

TEST(Tape, ThatNobodyEmptiesStaysWithinItsBoundsAndCountsWhatItLost) {
  Tape tape;
  const std::string text(1U << 20U, 'x');
  std::uint64_t lost = 0;
  for (std::uint64_t i = 0; i < 40; ++i) {
    const std::string other = std::to_string(i) + text;
    if (!tape.add({.kind = Kind::hears, .actor = 0, .at = {}, .text = {other}})) ++lost;
  }
  EXPECT_GT(lost, 20U);
  const auto payload = tape.take();
  ASSERT_TRUE(payload);
  EXPECT_LE(payload->size(), Tape::kBytesMax + text.size() + 100);
  EXPECT_EQ((*payload)[1], static_cast<char>(lost));
}

}  // namespace
}  // namespace gauntlet::sim::recording
