#include <nlohmann/json.hpp>

#include "metrics/capacity/capacity_report.hpp"

namespace gauntlet::metrics {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

Json or_null(const std::optional<double>& number) { return number ? Json(*number) : Json{}; }

Json seconds_or_null(const std::optional<Duration>& duration) {
  return duration ? Json(seconds(*duration)) : Json{};
}

Json backlog(const std::optional<Backlog>& backlog) {
  if (!backlog) return nullptr;
  Json row;
  row["series"] = backlog->series;
  row["growth"] = backlog->growth;
  row["first_s"] = seconds(backlog->first);
  row["last_s"] = seconds(backlog->last);
  return row;
}

Json thresholds(const Step& step) {
  Json all = Json::array();
  for (const Judged& judged : step.judged)
    all.push_back({{"text", judged.text},
                   {"met", judged.met && step.verdict != Verdict::invalid},
                   {"value", judged.value},
                   {"number", or_null(judged.number)}});
  return all;
}

Json symptoms(const Step& step) {
  Json all = Json::object();
  for (const Symptom& symptom : step.symptoms) all[symptom.name] = symptom.count;
  return all;
}

Json step_json(const Step& step) {
  Json row;
  row["load"] = step.probe.load;
  row["repeat"] = step.probe.repeat;
  row["seed"] = step.seed;
  row["verdict"] = name(step.verdict);
  row["latency_p99_s"] = seconds_or_null(step.latency_p99);
  row["goodput_per_s"] = step.goodput_per_s;
  row["thresholds"] = thresholds(step);
  row["why_invalid"] = step.why_invalid;
  row["backlog"] = backlog(step.backlog);
  row["symptoms"] = symptoms(step);
  return row;
}

Json knee(const std::optional<Knee>& knee) {
  if (!knee) return nullptr;
  const auto point = [](const LoadPoint& at) {
    return Json{{"load", at.load},
                {"latency_p99_s", seconds_or_null(at.latency_p99)},
                {"goodput_per_s", at.goodput_per_s}};
  };
  return {{"shape", knee->shape == Knee::Shape::cliff ? "cliff" : "slope"},
          {"at", point(knee->at)},
          {"past", point(knee->past)}};
}

}  // namespace

std::string capacity_json(const CapacityReport& report) {
  const Findings& findings = report.findings;
  Json json;
  json["schema"] = kSchema;
  json["scenario"] = report.scenario_name;
  json["vary"] = report.path;
  json["unit"] = report.unit.substr(report.unit.starts_with(' ') ? 1 : 0);
  json["min"] = findings.range.min;
  json["max"] = findings.range.max;
  json["tolerance"] = findings.range.tolerance;
  json["repeats"] = findings.range.repeats;
  json["seed"] = report.seed;
  json["ending"] = name(findings.ending);
  json["stopped"] = findings.stopped;
  json["answer"] = answer(report);
  json["holds"] = or_null(findings.highest_met);
  json["always_holds"] = or_null(findings.highest_always_met);
  json["fails_from"] = or_null(findings.lowest_failed);
  json["what_broke_first"] = what_broke_first(report);
  json["knee"] = knee(findings.knee);
  json["steps"] = Json::array();
  for (const Step& step : findings.steps) json["steps"].push_back(step_json(step));
  json["driver"] = report.driver;
  json["target"] = report.target;
  json["version"] = report.version;
  json["host"] = report.host;
  json["effective_scenario"] = report.effective_yaml;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace gauntlet::metrics
