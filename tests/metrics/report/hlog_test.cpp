#include "metrics/report/hlog.hpp"

#include <zlib.h>

#include <array>

#include "metrics/record/recorder.hpp"
#include "scenarios/terms/distribution.hpp"

namespace gauntlet::metrics {
namespace {

using namespace std::chrono_literals;

using testing::HasSubstr;

/// Reads what HdrHistogram's decoder reads, written from its format rather than from our encoder.
class Reader {
 public:
  explicit Reader(std::string bytes) : bytes_{std::move(bytes)} {}

  std::uint64_t big_endian(int size) {
    std::uint64_t number = 0;
    for (int i = 0; i < size; ++i) number = number * 256 + next();
    return number;
  }

  std::int64_t zig_zag() {
    std::uint64_t number = 0;
    for (unsigned i = 0; i < 9; ++i) {
      const std::uint64_t byte = next();
      if (i == 8) return decoded(number | byte << 56U);
      number |= (byte & 127U) << (7 * i);
      if (byte < 128) break;
    }
    return decoded(number);
  }

  std::string rest() const { return bytes_.substr(at_); }
  bool at_end() const { return at_ == bytes_.size(); }

 private:
  static std::int64_t decoded(std::uint64_t number) {
    return static_cast<std::int64_t>(number >> 1U) ^ -static_cast<std::int64_t>(number & 1U);
  }
  std::uint64_t next() { return static_cast<unsigned char>(bytes_.at(at_++)); }

  std::string bytes_;
  std::size_t at_{0};
};

std::string inflated(const std::string& bytes) {
  std::string out(1 << 20, '\0');
  uLongf size = out.size();
  EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                       reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()),
            Z_OK);
  out.resize(size);
  return out;
}

std::map<std::size_t, std::int64_t> decoded_counts(const std::string& compressed) {
  Reader outer{compressed};
  EXPECT_EQ(outer.big_endian(4), 0x1c849314U);
  const std::uint64_t compressed_size = outer.big_endian(4);
  EXPECT_EQ(outer.rest().size(), compressed_size);
  Reader inner{inflated(outer.rest())};
  EXPECT_EQ(inner.big_endian(4), 0x1c849313U);
  const std::uint64_t size = inner.big_endian(4);
  EXPECT_EQ(inner.big_endian(4), 0U);
  EXPECT_EQ(inner.big_endian(4), 3U);
  EXPECT_EQ(inner.big_endian(8), 1U);
  EXPECT_EQ(inner.big_endian(8), 3'600'000'000'000U);
  EXPECT_EQ(inner.big_endian(8), 0x3FF0'0000'0000'0000U);
  EXPECT_EQ(inner.rest().size(), size);
  std::map<std::size_t, std::int64_t> counts;
  for (std::size_t i = 0; !inner.at_end();) {
    const std::int64_t number = inner.zig_zag();
    if (number < 0) {
      i += static_cast<std::size_t>(-number);
    } else {
      if (number > 0) counts[i] = number;
      ++i;
    }
  }
  return counts;
}

std::map<std::size_t, std::int64_t> counts_of(const Histogram& histogram) {
  std::map<std::size_t, std::int64_t> counts;
  for (std::size_t i = 0; i < Histogram::bucket_count(); ++i)
    if (const auto n = histogram.bucket(i); n > 0) counts[i] = static_cast<std::int64_t>(n);
  return counts;
}

TEST(Hlog, DecodesToTheSameCounts) {
  Histogram histogram;
  Stream random{3};
  for (int i = 0; i < 10'000; ++i) histogram.record(draw(LogNormal{1ms, 90ms}, random));
  for (int i = 0; i < 100'000; ++i) histogram.record(5ns);  // a count of three bytes
  histogram.record(7ns);                                    // after a single empty bucket
  histogram.record(2h);
  EXPECT_EQ(decoded_counts(encode_compressed(BucketCounts{histogram})), counts_of(histogram));
}

TEST(Hlog, KeepsCountsOfEverySizeExact) {
  Histogram histogram;
  histogram.record(1ns);
  for (int i = 0; i < 62; ++i) {  // doubles it each time, up to 2^62: nine bytes
    Histogram copy;
    copy.merge(histogram);
    histogram.merge(copy);
    ASSERT_EQ(decoded_counts(encode_compressed(BucketCounts{histogram})), counts_of(histogram))
        << i;
  }
}

TEST(Hlog, OfAnEmptyHistogramIsReadableToo) {
  EXPECT_TRUE(decoded_counts(encode_compressed(BucketCounts{})).empty());
}

constexpr HlogTimes kTimes{.epoch_s = 1'700'000'000.25,
                           .warm_up_begin = at(1s),
                           .measured_begin = at(3s),
                           .measured_end = at(13s)};

TEST(Hlog, HasTheHeaderThatToolsLookFor) {
  EXPECT_THAT(hlog_header(kTimes), HasSubstr("#[Histogram log format version 1.3]\n"
                                             "#[StartTime: 1700000000.250 (seconds since epoch)"));
}

TEST(Hlog, WritesAFilePerSeriesAndATaggedLinePerRowAndInterval) {
  Recorder recorder;
  const std::array<const Recorder*, 1> recorders{&recorder};
  Timeline timeline{at(3s), at(13s)};
  timeline.cut(at(3s), recorders);
  recorder.observe(Series::relay_delivery_direct, 2us, Window::measured);
  recorder.observe(Series::relay_delivery_broadcast, 3us, Window::warm_up);
  timeline.cut(at(3500ms), recorders);
  recorder.observe(Series::relay_delivery_direct, 1us, Window::measured);
  recorder.observe(Series::relay_fanout, 4ms, Window::measured);
  timeline.cut(at(4s), recorders);
  Snapshot snapshot;
  snapshot.add(recorder);
  const auto files = hlog_files(snapshot, std::move(timeline).finish(at(14s), recorders), kTimes);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].name, "relay.delivery.hlog");
  EXPECT_THAT(files[0].text, HasSubstr("\nTag=relay.delivery{kind=direct},3.000,0.500,0.002,"));
  EXPECT_THAT(files[0].text, HasSubstr("\nTag=relay.delivery{kind=direct},3.500,0.500,0.001,"));
  EXPECT_THAT(files[0].text,
              HasSubstr("\nTag=warm-up:relay.delivery{kind=broadcast},1.000,2.000,0.003,"));
  EXPECT_EQ(files[1].name, "relay.fanout.hlog");
}

TEST(Base64, IsThatOfTheRfc) {  // RFC 4648 §10
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xFB\xFF\xFE"), "+//+");
}

}  // namespace
}  // namespace gauntlet::metrics
