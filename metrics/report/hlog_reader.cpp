#include "metrics/report/hlog_reader.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>

#include "metrics/report/hlog_format.hpp"

namespace gauntlet::metrics {

namespace {

using Clause = std::string;

/// Takes numbers from the front of some bytes. Past their end it gives zeros, and says so.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : left_{bytes} {}

  template <class Unsigned>
  Unsigned big_endian() {
    Unsigned number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i)
      number = static_cast<Unsigned>(number << 8U | next());
    return number;
  }

  // Seven bits a byte, lowest first; the ninth byte holds eight.
  std::int64_t zig_zag() {
    std::uint64_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint64_t byte = next();
      const bool last = shift == 7 * (hlog::kCountBytesMax - 1);
      number |= (last ? byte : byte & 0x7FU) << shift;
      if (last || byte < 0x80) break;
    }
    return static_cast<std::int64_t>(number >> 1U) ^ -static_cast<std::int64_t>(number & 1U);
  }

  std::string_view left() const { return left_; }
  bool overrun() const { return overrun_; }

 private:
  std::uint8_t next() {
    if (left_.empty()) {
      overrun_ = true;
      return 0;
    }
    const auto byte = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return byte;
  }

  std::string_view left_;
  bool overrun_{false};
};

// Nothing of ours is larger inflated, so nothing larger is inflated.
std::optional<std::string> inflated(std::string_view bytes) {
  std::string out(hlog::kHeaderBytes + hlog::kCountBytesMax * Histogram::bucket_count(), '\0');
  uLongf size = out.size();
  if (uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                 reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()) != Z_OK)
    return std::nullopt;
  out.resize(size);
  return out;
}

Result<BucketCounts, Clause> decode_counts(Bytes bytes) {
  BucketCounts counts;
  std::uint64_t index = 0;
  while (!bytes.left().empty()) {
    const std::int64_t number = bytes.zig_zag();
    if (bytes.overrun()) return fail(Clause{"its counts end in the middle of one"});
    const std::uint64_t steps =
        number < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(number) : 1;
    if (steps > Histogram::bucket_count() - index)
      return fail(Clause{"it counts values above an hour"});
    if (number > 0) counts.append(index, static_cast<std::uint64_t>(number));
    index += steps;
  }
  return counts;
}

Result<BucketCounts, Clause> decode(std::string_view text) {
  Bytes bytes{text};
  if (bytes.big_endian<std::uint32_t>() != hlog::kCookie)
    return fail(Clause{"it is not in the encoding V2"});
  const auto size = bytes.big_endian<std::uint32_t>();
  const auto offset = bytes.big_endian<std::uint32_t>();
  const auto digits = bytes.big_endian<std::uint32_t>();
  const auto lowest = bytes.big_endian<std::uint64_t>();
  const auto highest = bytes.big_endian<std::uint64_t>();
  const auto ratio = bytes.big_endian<std::uint64_t>();
  if (bytes.overrun() || bytes.left().size() != size) return fail(Clause{"its size is wrong"});
  if (offset != 0 || digits != static_cast<std::uint32_t>(Histogram::kSignificantDigits) ||
      lowest != Histogram::kLowestNs || highest != Histogram::kHighestNs ||
      ratio != std::bit_cast<std::uint64_t>(1.0))
    return fail(Clause{"its buckets are not those of Gauntlet: 1 ns to 1 h, 3 digits"});
  return decode_counts(bytes);
}

// The text before the separator, which is taken, too; nothing if it does not come.
std::optional<std::string_view> take_until(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + 1);
  return taken;
}

std::optional<Duration> seconds_of(std::optional<std::string_view> text) {
  constexpr double kMax = 1e9;
  double number = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size() || !(std::abs(number) < kMax))
    return std::nullopt;
  return from_seconds(number);
}

Result<HlogInterval, Clause> read_interval(std::string_view line) {
  HlogInterval interval;
  if (line.starts_with("Tag=")) {
    line.remove_prefix(4);
    const auto tag = take_until(line, ',');
    if (!tag) return fail(Clause{"there is nothing behind its tag"});
    interval.tag = *tag;
  }
  const auto begin = seconds_of(take_until(line, ','));
  const auto length = seconds_of(take_until(line, ','));
  const auto max = seconds_of(take_until(line, ','));
  if (!begin || !length || !max || *length < Duration::zero())
    return fail(Clause{"it does not begin with a start, a length and a maximum"});
  interval.begin = at(*begin);
  interval.end = interval.begin + *length;
  const auto bytes = from_base64(line);
  if (!bytes) return fail(Clause{"its histogram " + bytes.error()});
  auto counts = decode_compressed(bytes.value());
  if (!counts) return fail(Clause{"its histogram cannot be read: " + counts.error()});
  interval.counts = std::move(counts).value();
  return interval;
}

bool read_measured(std::string_view line, Hlog& hlog) {
  constexpr std::string_view kBefore = "#[Measured: ";
  constexpr std::string_view kBetween = "to ";
  if (!line.starts_with(kBefore)) return false;
  line.remove_prefix(kBefore.size());
  const auto begin = seconds_of(take_until(line, ' '));
  if (!line.starts_with(kBetween)) return false;
  line.remove_prefix(kBetween.size());
  const auto end = seconds_of(take_until(line, ' '));
  if (!begin || !end) return false;
  hlog.measured_begin = at(*begin);
  hlog.measured_end = at(*end);
  return true;
}

}  // namespace

Result<BucketCounts, std::string> decode_compressed(std::string_view bytes) {
  Bytes head{bytes};
  const auto cookie = head.big_endian<std::uint32_t>();
  const auto size = head.big_endian<std::uint32_t>();
  if (head.overrun() || cookie != hlog::kCompressedCookie)
    return fail(Clause{"it is not in the compressed encoding V2"});
  if (head.left().size() != size) return fail(Clause{"its size is wrong"});
  const auto plain = inflated(head.left());
  if (!plain) return fail(Clause{"it cannot be inflated"});
  return decode(*plain);
}

Result<std::string, std::string> from_base64(std::string_view text) {
  const auto value_of = [](char c) -> int {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
  };
  const Clause no{"is not base64"};
  if (text.size() % 4 != 0) return fail(no);
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  std::string bytes;
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pad = i >= text.size() - padding;
    const int value = pad ? 0 : value_of(text[i]);
    if (value < 0) return fail(no);
    group = group << 6U | static_cast<std::uint32_t>(value);
    if (i % 4 != 3) continue;
    for (int shift = 16; shift >= 0; shift -= 8) bytes += static_cast<char>(group >> shift & 0xFFU);
    group = 0;
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

Result<Hlog, std::string> read_hlog(std::string_view text) {
  Hlog hlog;
  bool measured = false;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#')) {
      measured = read_measured(line, hlog) || measured;
      continue;
    }
    if (line.empty() || line.starts_with('"')) continue;  // the legend
    auto interval = read_interval(line);
    if (!interval) return fail(fmt::format("line {}: {}", number, interval.error()));
    hlog.intervals.push_back(std::move(interval).value());
  }
  if (!measured) return fail(Clause{"it does not say when was measured (`#[Measured: ...`)"});
  return hlog;
}

}  // namespace gauntlet::metrics
