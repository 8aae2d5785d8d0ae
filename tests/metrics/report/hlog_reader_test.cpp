#include "metrics/report/hlog_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/report/hlog.hpp"
#include "scenarios/terms/distribution.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

using testing::HasSubstr;

constexpr HlogTimes kTimes{.epoch_s = 1'700'000'000,
                           .warm_up_begin = at(1s),
                           .measured_begin = at(3s),
                           .measured_end = at(13s)};

BucketCounts some_counts(std::uint64_t seed) {
  Histogram histogram;
  Stream random{seed};
  for (int i = 0; i < 5'000; ++i) histogram.record(draw(LogNormal{1ms, 90ms}, random));
  for (int i = 0; i < 70'000; ++i) histogram.record(5ns);
  histogram.record(0ns);
  histogram.record(2h);
  return BucketCounts{histogram};
}

std::string some_log() {
  return hlog_header(kTimes) + hlog_line("a{kind=b}", at(3s), at(3500ms), some_counts(1)) +
         hlog_line("warm-up:a", at(1s), at(3s), some_counts(2));
}

TEST(HlogReader, ReadsWhatWasWritten) {
  const auto log = read_hlog(some_log());
  ASSERT_TRUE(log) << log.error();
  EXPECT_EQ(log.value().measured_begin, at(3s));
  EXPECT_EQ(log.value().measured_end, at(13s));
  ASSERT_EQ(log.value().intervals.size(), 2U);
  const HlogInterval& first = log.value().intervals[0];
  EXPECT_EQ(first.tag, "a{kind=b}");
  EXPECT_EQ(first.begin, at(3s));
  EXPECT_EQ(first.end, at(3500ms));
  EXPECT_EQ(first.counts, some_counts(1));
  EXPECT_EQ(log.value().intervals[1].counts, some_counts(2));
}

TEST(HlogReader, ReadsAHistogramWithoutSamples) {
  const auto counts = decode_compressed(encode_compressed(BucketCounts{}));
  ASSERT_TRUE(counts) << counts.error();
  EXPECT_TRUE(counts.value().empty());
}

TEST(HlogReader, ReadsCountsOfEverySize) {
  BucketCounts counts;
  for (unsigned bit = 0; bit < 63; ++bit) counts.append(bit, std::uint64_t{1} << bit);
  const auto read = decode_compressed(encode_compressed(counts));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read.value(), counts);
}

TEST(HlogReader, SaysWhichLineIsWrongAndWhy) {
  const auto why = [](const std::string& line) {
    const auto log = read_hlog(hlog_header(kTimes) + line + "\n");
    return log ? "nothing" : log.error();
  };
  EXPECT_EQ(why("Tag=a"), "line 6: there is nothing behind its tag");
  EXPECT_THAT(why("Tag=a,1.0,x,3,AAAA"), HasSubstr("line 6: it does not begin with a start"));
  EXPECT_THAT(why("1.0,-2.0,3,AAAA"), HasSubstr("does not begin with a start"));
  EXPECT_THAT(why("1.0,2.0,3,A!AA"), HasSubstr("is not base64"));
  EXPECT_THAT(why("1.0,2.0,3,AAAA"), HasSubstr("not in the compressed encoding V2"));
  const auto unmeasured = read_hlog("#[StartTime: 1.000 (seconds since epoch)]\n");
  EXPECT_THAT(unmeasured.error(), HasSubstr("when was measured"));
}

// Whatever is cut off or broken, the reader refuses it or reads something; it never goes astray.
TEST(HlogReader, RefusesEveryPieceOfAHistogram) {
  const std::string whole = encode_compressed(some_counts(3));
  for (std::size_t size = 0; size < whole.size(); ++size)
    ASSERT_FALSE(decode_compressed(whole.substr(0, size))) << size;
}

TEST(HlogReader, RefusesAHistogramWithABrokenByte) {
  const std::string whole = encode_compressed(some_counts(3));
  Stream random{7};
  for (int i = 0; i < 2'000; ++i) {
    std::string broken = whole;
    char& byte = broken[random.below(broken.size())];
    byte = static_cast<char>(byte ^ static_cast<char>(1 + random.below(255)));
    ASSERT_FALSE(decode_compressed(broken));  // the deflated part has a checksum
  }
}

TEST(FromBase64, IsTheInverse) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(from_base64(base64(bytes)).value(), bytes);
    bytes += static_cast<char>(i * 7);
  }
  for (const char* wrong : {"Zg=", "Zg", "=g==", "Z===", "Zm9v\n", "Zm 9v"})
    EXPECT_FALSE(from_base64(wrong)) << wrong;
}

}  // namespace
}  // namespace gauntlet::metrics
