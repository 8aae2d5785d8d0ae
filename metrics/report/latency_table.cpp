#include "metrics/report/latency_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "metrics/record/rows.hpp"
#include "metrics/summary/confidence.hpp"
#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

/// First the rows of single labels go, then the series of kFirstToGo, from its front.
struct LeftOut {
  bool labels{false};
  std::span<const std::string_view> series{};
};

constexpr std::array<std::string_view, 23> kFirstToGo{"generator.blocked",
                                                      "replay.lateness",
                                                      "relay.delivery_service",
                                                      "relay.delivery_closed_loop",
                                                      "arena.first_token_service",
                                                      "arena.pacing_error",
                                                      "relay.command",
                                                      "arena.control",
                                                      "relay.register",
                                                      "arena.register",
                                                      "relay.connect",
                                                      "arena.connect",
                                                      "arena.tpot",
                                                      "relay.fanout",
                                                      "arena.challenge",
                                                      "runner.queue",
                                                      "arena.reconnect",
                                                      "fault.recovery",
                                                      "relay.reconnect",
                                                      "relay.throttle",
                                                      "arena.round",
                                                      "arena.relayed_token",
                                                      "arena.inter_token"};

// What the generator's own line says of them is enough.
constexpr std::array<std::string_view, 2> kElsewhere{"generator.loop_lag", "generator.pause"};

std::string head() {
  return fmt::format("  {:<28}{:>10}{:>10}{:>10}{:>10}{:>10}", "latency, from intended", "count",
                     "p50", "p95", "p99", "max");
}

// A number that the samples carry, or none.
std::string cell(const Histogram& histogram, double fraction) {
  if (!carries(histogram.count(), fraction)) return "-";
  return in_words(histogram.quantile(fraction));
}

std::string table_row(std::string_view name, const Histogram& histogram) {
  return fmt::format("  {:<28}{:>10}{:>10}{:>10}{:>10}{:>10}", name, in_words(histogram.count()),
                     cell(histogram, 0.5), cell(histogram, 0.95), cell(histogram, 0.99),
                     in_words(histogram.max()));
}

Lines label_rows(std::span<const SeriesDef> rows, const Snapshot& snapshot) {
  Lines lines;
  for (const SeriesDef& row : rows)
    if (const auto& histogram = snapshot.measured[static_cast<std::size_t>(row.id)])
      lines.push_back(table_row(fmt::format("  {}", row.label.value), *histogram));
  return lines;
}

Lines table(const Snapshot& snapshot, const LeftOut& left_out, const Paint& paint) {
  Lines lines{paint.faint(head())};
  std::size_t hidden = 0;
  for_each_name(series_table(), [&](std::span<const SeriesDef> rows) {
    const auto merged = snapshot.series(rows.front().name);
    if (!merged || std::ranges::count(kElsewhere, rows.front().name) > 0) return;
    if (std::ranges::count(left_out.series, rows.front().name) > 0) {
      ++hidden;
      return;
    }
    lines.push_back(table_row(rows.front().name, *merged));
    if (!left_out.labels && rows.size() > 1) append(lines, label_rows(rows, snapshot));
  });
  if (hidden > 0) lines.push_back(fmt::format("  and {} more series, in summary.json", hidden));
  return lines;
}

}  // namespace

Lines latency_table(const Snapshot& snapshot, std::size_t lines_max, const Paint& paint) {
  Lines lines = table(snapshot, {}, paint);
  if (lines.size() == 1) return {"  no latency was measured"};
  for (std::size_t gone = 0; gone <= kFirstToGo.size() && lines.size() > lines_max; ++gone)
    lines = table(snapshot, {.labels = true, .series = std::span{kFirstToGo}.first(gone)}, paint);
  return lines;
}

}  // namespace gauntlet::metrics
