// A suite is worth what it catches: each defect of the embedded servers is found by the case that
// is there for it, and by no case that is there for something else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "tests/sim/conformance/matrix.hpp"
#include "tests/sim/conformance/written_for.hpp"
#include "tests/support/golden.hpp"

namespace gauntlet::sim::conformance {
namespace {

bool may_show_in(Defect defect, std::string_view area) {
  return area == area_of(kWrittenFor[static_cast<std::size_t>(defect)].id) ||
         std::ranges::any_of(kAlsoIn, [&](const AlsoIn& also) {
           return also.defect == defect && also.area == area;
         });
}

class EveryDefect : public testing::TestWithParam<DefectDef> {};

TEST_P(EveryDefect, IsCaughtByItsCaseAndInNoOtherArea) {
  const DefectDef& defect = GetParam();
  const std::string_view its_case = kWrittenFor[static_cast<std::size_t>(defect.id)].id;
  const Broken broken = broken_by(defect);
  ASSERT_TRUE(broken.contains(its_case)) << its_case << " misses: " << defect.help;
  EXPECT_NE(broken.at(its_case), Verdict::inconclusive);
  for (const auto& [id, verdict] : broken)
    EXPECT_TRUE(may_show_in(defect.id, area_of(id)))
        << id << " is " << to_string(verdict) << ", too: " << defect.help;
  EXPECT_THAT(tests::read_file(tests::source_path(kMatrixFile)),
              testing::HasSubstr(matrix_row(defect, broken)))
      << "run ./dev docs";
}

INSTANTIATE_TEST_SUITE_P(Of, EveryDefect, testing::ValuesIn(kDefects), [](const auto& instance) {
  std::string name{instance.param.name};
  std::ranges::replace(name, '-', '_');
  return name;
});

// The lines of the defects are held against the suite above, each by its own test.
TEST(Matrix, SaysWhatTheSuiteCatches) {
  std::vector<std::string> rows;
  if (std::getenv("GAUNTLET_UPDATE_GOLDEN") != nullptr) {
    for (const DefectDef& defect : kDefects) rows.push_back(matrix_row(defect, broken_by(defect)));
    tests::golden(kMatrixFile, matrix(rows));
  }
  const std::string written = tests::read_file(tests::source_path(kMatrixFile));
  EXPECT_THAT(written, testing::StartsWith(matrix_head(written))) << "run ./dev docs";
  EXPECT_THAT(written, testing::EndsWith(matrix_tail(written))) << "run ./dev docs";
  EXPECT_THAT(written, testing::Not(testing::HasSubstr(std::string{kNoReason})));
}

}  // namespace
}  // namespace gauntlet::sim::conformance
