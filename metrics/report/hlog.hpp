// Histograms as HdrHistogram's own log files, so that its plotters and analysers open them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/record/snapshot.hpp"
#include "metrics/record/timeline.hpp"
#include "metrics/summary/bucket_counts.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// A histogram in HdrHistogram's compressed V2 encoding: 40 bytes of header and the counts as
/// ZigZag LEB128 numbers, with a run of n > 1 empty buckets as -n, deflated.
/// @source  AbstractHistogram.encodeIntoCompressedByteBuffer, HdrHistogram 2.1.
std::string encode_compressed(const BucketCounts& counts);

/// RFC 4648 §4, with padding.
std::string base64(std::string_view bytes);

/// When the run began, and its measured window and what came before and after it.
struct HlogTimes {
  double epoch_s;  // Unix time of the start of the run
  Instant warm_up_begin;
  Instant measured_begin;
  Instant measured_end;
};

/// The comment lines and the legend that a log starts with. A comment of ours says when was
/// measured:
/// `#[Measured: begin to end (seconds after StartTime)]`.
std::string hlog_header(const HlogTimes& times);

/// One interval: `Tag=tag,start,length,max,histogram`, in seconds; max in milliseconds.
std::string hlog_line(std::string_view tag, Instant begin, Instant end, const BucketCounts& counts);

struct HlogFile {
  std::string name;  // "relay.delivery.hlog"
  std::string text;
};

/// A file per series that has samples. Every row has a line, tagged with its name
/// ("relay.delivery{kind=direct}"), for each interval in which it has samples: together they are
/// all samples of the row but those of the warm-up, which are one more line, tagged
/// "warm-up:relay.delivery{kind=direct}".
std::vector<HlogFile> hlog_files(const Snapshot& snapshot, const Intervals& intervals,
                                 const HlogTimes& times);

}  // namespace gauntlet::metrics
