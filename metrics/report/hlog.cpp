#include "metrics/report/hlog.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <bit>
#include <cstdint>

#include "metrics/record/rows.hpp"
#include "metrics/report/hlog_format.hpp"

namespace gauntlet::metrics {

namespace {

template <class Unsigned>
void append_big_endian(std::string& out, Unsigned number) {
  for (int shift = 8 * (static_cast<int>(sizeof number) - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(number >> shift & 0xFFU);
}

// Seven bits a byte, lowest first; the ninth byte holds eight.
void append_zig_zag(std::string& out, std::int64_t signed_number) {
  auto number = static_cast<std::uint64_t>(signed_number) << 1U;
  if (signed_number < 0) number = ~number;
  for (int byte = 0; byte < 8 && number >= 0x80; ++byte) {
    out += static_cast<char>((number & 0x7FU) | 0x80U);
    number >>= 7U;
  }
  out += static_cast<char>(number);
}

void append_empty(std::string& out, std::size_t buckets) {
  if (buckets > 0) append_zig_zag(out, buckets == 1 ? 0 : -static_cast<std::int64_t>(buckets));
}

std::string encoded(std::span<const BucketCounts::Bucket> buckets) {
  std::string out;
  std::size_t next = 0;
  for (const auto& [index, count] : buckets) {
    append_empty(out, index - next);
    append_zig_zag(out, static_cast<std::int64_t>(count));
    next = index + 1;
  }
  return out;
}

std::string encode(const BucketCounts& buckets) {
  const std::string counts = encoded(buckets.buckets());
  std::string bytes;
  append_big_endian(bytes, hlog::kCookie);
  append_big_endian(bytes, static_cast<std::uint32_t>(counts.size()));
  append_big_endian(bytes, std::uint32_t{0});  // normalizing index offset
  append_big_endian(bytes, static_cast<std::uint32_t>(Histogram::kSignificantDigits));
  append_big_endian(bytes, Histogram::kLowestNs);
  append_big_endian(bytes, Histogram::kHighestNs);
  append_big_endian(bytes, std::bit_cast<std::uint64_t>(1.0));  // integer to double ratio
  return bytes + counts;
}

std::string deflated(const std::string& bytes) {
  uLongf size = compressBound(bytes.size());
  std::string out(size, '\0');
  // Cannot fail: the buffer has the size that zlib asks for.
  compress(reinterpret_cast<Bytef*>(out.data()), &size,
           reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  out.resize(size);
  return out;
}

double since_start_s(Instant instant) { return seconds(instant.time_since_epoch()); }

}  // namespace

std::string encode_compressed(const BucketCounts& counts) {
  const std::string payload = deflated(encode(counts));
  std::string bytes;
  append_big_endian(bytes, hlog::kCompressedCookie);
  append_big_endian(bytes, static_cast<std::uint32_t>(payload.size()));
  return bytes + payload;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      text += i + j <= bytes.size() ? kAlphabet[group >> (18 - 6 * j) & 0x3FU] : '=';
  }
  return text;
}

std::string hlog_header(const HlogTimes& times) {
  return fmt::format(
      "#[Logged by Gauntlet; values are nanoseconds]\n"
      "#[Histogram log format version 1.3]\n"
      "#[StartTime: {:.3f} (seconds since epoch)]\n"
      "#[Measured: {:.3f} to {:.3f} (seconds after StartTime)]\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
      times.epoch_s, since_start_s(times.measured_begin), since_start_s(times.measured_end));
}

std::string hlog_line(std::string_view tag, Instant begin, Instant end,
                      const BucketCounts& counts) {
  return fmt::format("Tag={},{:.3f},{:.3f},{:.3f},{}\n", tag, since_start_s(begin),
                     seconds(end - begin), seconds(counts.max()) * 1e3,
                     base64(encode_compressed(counts)));
}

std::vector<HlogFile> hlog_files(const Snapshot& snapshot, const Intervals& intervals,
                                 const HlogTimes& times) {
  std::vector<HlogFile> files;
  for_each_name(series_table(), [&](std::span<const SeriesDef> rows) {
    std::string lines;
    for (const SeriesDef& row : rows) {
      const std::string tag = row_name(row.name, row.label);
      if (const auto& warm_up = snapshot.warm_up[static_cast<std::size_t>(row.id)])
        lines += hlog_line("warm-up:" + tag, times.warm_up_begin, times.measured_begin,
                           BucketCounts{*warm_up});
      for_each_interval(intervals, [&](const Interval& interval) {
        const BucketCounts& counts = interval.of(row.id);
        if (!counts.empty()) lines += hlog_line(tag, interval.begin, interval.end, counts);
      });
    }
    if (lines.empty()) return;
    files.push_back({std::string{rows.front().name} + ".hlog", hlog_header(times) + lines});
  });
  return files;
}

}  // namespace gauntlet::metrics
