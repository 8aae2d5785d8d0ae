#include "sim/cli/files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace gauntlet::sim {
namespace {

namespace fs = std::filesystem;

class AResultsFolder : public testing::Test {
 protected:
  AResultsFolder()
      : folder_{fs::temp_directory_path() / ("gauntlet-files-" + std::to_string(getpid()))} {
    for (const char* name : {"summary.json", "timeline.json", "scenario.yaml",
                             "relay.delivery.hlog", "notes.txt", "seed-1/summary.json"})
      EXPECT_TRUE(write_file(folder_ / name, "old").ok());
  }
  ~AResultsFolder() override { fs::remove_all(folder_); }

  bool has(const char* name) const { return fs::exists(folder_ / name); }

  fs::path folder_;
};

TEST_F(AResultsFolder, HasNoResultsWhileARunIsOn) {
  const auto old = OldResults::set_aside(folder_, "elsewhere.yaml");
  ASSERT_TRUE(old.ok());
  EXPECT_FALSE(has("summary.json"));
  EXPECT_FALSE(has("scenario.yaml"));
  EXPECT_FALSE(has("relay.delivery.hlog"));
  EXPECT_FALSE(has("timeline.json"));
  EXPECT_TRUE(has("notes.txt"));
  EXPECT_TRUE(has("seed-1/summary.json"));
}

TEST_F(AResultsFolder, HasTheOldOnesBackWhenNoRunTookPlace) {
  {
    const auto old = OldResults::set_aside(folder_, "elsewhere.yaml");
    ASSERT_TRUE(write_file(folder_ / "summary.json", "new").ok());
    ASSERT_TRUE(write_file(folder_ / "recording.gauntlet", "new").ok());
  }
  EXPECT_EQ(read_file(folder_ / "summary.json").value(), "old");
  EXPECT_TRUE(has("relay.delivery.hlog"));
  EXPECT_FALSE(has("recording.gauntlet"));
  EXPECT_FALSE(has(".gauntlet-before"));
}

TEST_F(AResultsFolder, HasOnlyTheNewOnesAfterARun) {
  {
    auto old = OldResults::set_aside(folder_, "elsewhere.yaml");
    ASSERT_TRUE(write_file(folder_ / "summary.json", "new").ok());
    old.value().forget();
  }
  EXPECT_EQ(read_file(folder_ / "summary.json").value(), "new");
  EXPECT_FALSE(has("relay.delivery.hlog"));
  EXPECT_FALSE(has(".gauntlet-before"));
}

TEST_F(AResultsFolder, KeepsTheScenarioThatIsBeingRun) {
  const auto old = OldResults::set_aside(folder_, folder_ / "seed-1" / ".." / "scenario.yaml");
  ASSERT_TRUE(old.ok());
  EXPECT_TRUE(has("scenario.yaml"));
  EXPECT_FALSE(has("summary.json"));
}

TEST_F(AResultsFolder, IsNotMadeBeforeARun) {
  EXPECT_TRUE(OldResults::set_aside(folder_ / "new" / "newer", "elsewhere.yaml").ok());
  EXPECT_FALSE(has("new")) << "nothing has run yet";
}

TEST_F(AResultsFolder, IsOneThatCanBeWrittenTo) {
  EXPECT_FALSE(try_folder("").ok());
  EXPECT_FALSE(try_folder("/proc/results").ok());
  EXPECT_TRUE(try_folder(folder_).ok());
  EXPECT_FALSE(has(".gauntlet-trial"));
}

TEST_F(AResultsFolder, IsNoFile) {
  EXPECT_FALSE(OldResults::set_aside(folder_ / "notes.txt", "elsewhere.yaml").ok());
}

}  // namespace
}  // namespace gauntlet::sim
