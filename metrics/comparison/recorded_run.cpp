#include "metrics/comparison/recorded_run.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "metrics/report/hlog_reader.hpp"

namespace gauntlet::metrics {

namespace {

using Json = nlohmann::json;

constexpr int kSchema = 1;

// A series whose samples are told apart by a label has the file of its name alone.
std::optional<std::string> missing_hlog(const Json& series, const ResultFiles& files) {
  for (const auto& [name, row] : series.items())
    if (row.at("count").get<std::uint64_t>() > 0 && name.find('{') == std::string::npos &&
        !files.hlogs.contains(name))
      return name + ".hlog";
  return std::nullopt;
}

void read_summary(const Json& json, RecordedRun& run) {
  run.scenario_name = json.at("scenario").get<std::string>();
  run.verdict = json.at("verdict").get<std::string>();
  run.interrupted = json.at("interrupted").get<bool>();
  run.seed = json.at("seed").get<std::uint64_t>();
  run.driver = json.at("driver").get<std::string>();
  run.target = json.at("target").get<std::string>();
  run.effective_yaml = json.at("effective_scenario").get<std::string>();
  for (const Json& row : json.at("thresholds"))
    run.thresholds.push_back({row.at("text").get<std::string>(), row.at("met").get<bool>(),
                              row.at("value").get<std::string>()});
}

void read_timeline(const Json& json, RecordedRun& run) {
  run.begins_s = json.at("begin_s").get<std::vector<double>>();
  for (std::size_t i = 0; i < run.begins_s.size(); ++i)
    run.lengths_s.push_back(json.at("end_s").at(i).get<double>() - run.begins_s[i]);
  for (const auto& [name, values] : json.at("counters").items()) {
    auto& counts = run.counters[name] = values.get<std::vector<std::int64_t>>();
    counts.resize(run.begins_s.size());
  }
}

// @error What is wrong with the file.
template <class Read>
std::optional<std::string> read_json(const std::string& name, const std::string& text, Read read) {
  try {
    const Json json = Json::parse(text);
    if (json.at("schema") != kSchema) return name + " is not of schema 1";
    read(json);
  } catch (const Json::exception& error) {
    return name + " is not as Gauntlet writes it: " + error.what();
  }
  return std::nullopt;
}

// The interval that begins then; what came after the last one belongs to it.
std::optional<std::size_t> interval_at(Instant begin, const Hlog& log, const RecordedRun& run) {
  constexpr double kRounded = 0.0015;  // logs have milliseconds
  if (begin < log.measured_begin) return std::nullopt;
  const double begin_s = seconds(begin.time_since_epoch());
  const auto next = std::ranges::upper_bound(run.begins_s, begin_s + kRounded);
  if (next == run.begins_s.begin()) return std::nullopt;
  return static_cast<std::size_t>(next - run.begins_s.begin()) - 1;
}

void add_series(const std::string& name, const Hlog& log, RecordedRun& run) {
  auto& intervals = run.series[name];
  intervals.resize(run.begins_s.size());
  for (const HlogInterval& interval : log.intervals) {
    if (interval.tag.starts_with("warm-up:")) continue;
    if (const auto index = interval_at(interval.begin, log, run))
      intervals[*index].merge(interval.counts);
  }
}

// The text without the top-level keys that may differ.
std::string question(const std::string& yaml) {
  std::string kept;
  bool keep = true;
  for (std::size_t begin = 0; begin < yaml.size();) {
    const std::size_t end = std::min(yaml.find('\n', begin), yaml.size() - 1) + 1;
    const std::string_view line{yaml.data() + begin, end - begin};
    const bool top = line.front() != ' ' && line.front() != '\n';
    if (top) keep = !line.starts_with("seed:") && !line.starts_with("targets:");
    if (keep && line.front() != '\n') kept += line;
    begin = end;
  }
  return kept;
}

}  // namespace

Result<RecordedRun, std::string> read_run(const ResultFiles& files) {
  RecordedRun run;
  std::optional<std::string> missing;
  if (const auto problem = read_json("summary.json", files.summary, [&](const Json& json) {
        read_summary(json, run);
        missing = missing_hlog(json.at("series"), files);
      }))
    return fail(*problem);
  if (missing) return fail(*missing + " is missing: copy the whole folder");
  if (const auto problem = read_json("timeline.json", files.timeline,
                                     [&](const Json& json) { read_timeline(json, run); }))
    return fail(*problem);
  for (const auto& [name, text] : files.hlogs) {
    const auto log = read_hlog(text);
    if (!log) return fail(name + ".hlog, " + log.error());
    add_series(name, log.value(), run);
  }
  return run;
}

bool same_question(const std::string& yaml_a, const std::string& yaml_b) {
  return question(yaml_a) == question(yaml_b);
}

}  // namespace gauntlet::metrics
