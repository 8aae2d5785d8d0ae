#include "sim/cli/files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace gauntlet::sim {
namespace {

namespace fs = std::filesystem;

class OldResults : public testing::Test {
 protected:
  OldResults()
      : folder_{fs::temp_directory_path() / ("gauntlet-files-" + std::to_string(getpid()))} {
    for (const char* name : {"summary.json", "timeline.json", "scenario.yaml",
                             "relay.delivery.hlog", "notes.txt", "seed-1/summary.json"})
      EXPECT_TRUE(write_file(folder_ / name, "old").ok());
  }
  ~OldResults() override { fs::remove_all(folder_); }

  bool has(const char* name) const { return fs::exists(folder_ / name); }

  fs::path folder_;
};

TEST_F(OldResults, AreRemovedAndNothingElse) {
  ASSERT_TRUE(prepare_folder(folder_, "elsewhere.yaml").ok());
  EXPECT_FALSE(has("summary.json"));
  EXPECT_FALSE(has("scenario.yaml"));
  EXPECT_FALSE(has("relay.delivery.hlog"));
  EXPECT_FALSE(has("timeline.json"));
  EXPECT_TRUE(has("notes.txt"));
  EXPECT_TRUE(has("seed-1/summary.json"));
}

TEST_F(OldResults, KeepTheScenarioThatIsBeingRun) {
  ASSERT_TRUE(prepare_folder(folder_, folder_ / "seed-1" / ".." / "scenario.yaml").ok());
  EXPECT_TRUE(has("scenario.yaml"));
  EXPECT_FALSE(has("summary.json"));
}

TEST_F(OldResults, AreNoneInAFolderThatIsNotThere) {
  EXPECT_TRUE(prepare_folder(folder_ / "new" / "newer", "elsewhere.yaml").ok());
  EXPECT_FALSE(has("new")) << "nothing has run yet";
}

TEST_F(OldResults, HaveNoSuccessorsWhereNothingCanBeWritten) {
  EXPECT_FALSE(try_folder("").ok());
  EXPECT_FALSE(try_folder("/proc/results").ok());
  EXPECT_TRUE(try_folder(folder_).ok());
  EXPECT_FALSE(has(".gauntlet-trial"));
}

TEST_F(OldResults, CannotBeRemovedFromAFile) {
  EXPECT_FALSE(prepare_folder(folder_ / "notes.txt", "elsewhere.yaml").ok());
}

}  // namespace
}  // namespace gauntlet::sim
