// HdrHistogram's log files, read back: those that hlog.hpp writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/summary/bucket_counts.hpp"
#include "scenarios/terms/result.hpp"
#include "scenarios/terms/time.hpp"

namespace gauntlet::metrics {

/// The inverse of encode_compressed().
/// @error Why it is no histogram of our layout, as a clause: "its counts end in the middle of one".
Result<BucketCounts, std::string> decode_compressed(std::string_view bytes);

/// RFC 4648 §4; padding is required and no other character is let pass.
/// @error A clause.
Result<std::string, std::string> from_base64(std::string_view text);

struct HlogInterval {
  std::string tag;
  Instant begin;
  Instant end;
  BucketCounts counts;
};

struct Hlog {
  Instant measured_begin;
  Instant measured_end;
  std::vector<HlogInterval> intervals;  // in the order of the file
};

/// Takes nothing that it does not understand: a log with a line that is not right is refused.
/// @error The line's number and what is wrong with it: "line 7: its histogram is not base64".
Result<Hlog, std::string> read_hlog(std::string_view text);

}  // namespace gauntlet::metrics
