#include <nlohmann/json.hpp>

#include "metrics/comparison/comparison.hpp"

namespace gauntlet::metrics {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

Json estimate(const Estimate& estimate) {
  return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

Json line_json(const ComparedLine& line) {
  Json row;
  row["subject"] = line.subject;
  row["statistic"] = line.statistic;
  row["unit"] = line.is_latency() ? "seconds" : "per second";
  row["first"] = estimate(line.a);
  row["second"] = estimate(line.b);
  row["difference"] = estimate(line.difference);
  row["change"] = name(line.change);
  return row;
}

Json threshold_json(const ComparedThreshold& threshold) {
  const auto side = [](const RecordedThreshold& t) {
    return Json{{"met", t.met}, {"value", t.value}};
  };
  return {{"text", threshold.text},
          {"first", side(threshold.a)},
          {"second", side(threshold.b)},
          {"change", name(threshold.change)}};
}

}  // namespace

std::string comparison_json(const Comparison& comparison) {
  Json json;
  json["schema"] = kSchema;
  json["regression"] = comparison.regression();
  json["tolerance"] = comparison.settings.tolerance;
  json["confidence"] = comparison.settings.confidence;
  json["thresholds"] = Json::array();
  for (const ComparedThreshold& each : comparison.thresholds)
    json["thresholds"].push_back(threshold_json(each));
  json["lines"] = Json::array();
  for (const ComparedLine& line : comparison.lines) json["lines"].push_back(line_json(line));
  json["not_compared"] = comparison.not_compared;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace gauntlet::metrics
