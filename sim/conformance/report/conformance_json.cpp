#include "sim/conformance/report/conformance_json.hpp"

#include <nlohmann/json.hpp>

namespace gauntlet::sim::conformance {
namespace {

using Ordered = nlohmann::ordered_json;

Ordered case_json(const JudgedCase& one, const ConformanceReport& report) {
  const Case& row = one.row();
  Ordered json{{"id", row.id},
               {"area", row.area()},
               {"level", to_string(row.level)},
               {"verdict", to_string(one.verdict())},
               {"counts_against", one.counts},
               {"does", row.does},
               {"clause", row.clause}};
  if (!one.result.ruling.expected.empty()) json["expected"] = one.result.ruling.expected;
  if (!one.result.ruling.came.empty()) json["came"] = one.result.ruling.came;
  if (one.verdict() != Verdict::pass) json["why"] = in_a_sentence(one.result.ruling);
  if (!one.accepted_because.empty()) json["accepted"] = one.accepted_because;
  json["again"] = report.again + " --only " + std::string{row.id};
  json["took_s"] = seconds(one.result.took);
  json["transcript"] = lines_of(one.result);
  return json;
}

}  // namespace

std::string conformance_json(const ConformanceReport& report) {
  Ordered json{{"schema", 1},
               {"subject", report.subject},
               {"url", report.url},
               {"conforms", report.conforms()},
               {"strict", report.strict},
               {"took_s", seconds(report.took)}};
  for (std::size_t index = 0; index < kVerdictNames.size(); ++index)
    json["counts"][std::string{kVerdictNames[index]}] = report.count(static_cast<Verdict>(index));
  json["counts"]["against"] = report.count_against();
  json["counts"]["not_played"] = report.not_played;
  json["cases"] = Ordered::array();
  for (const JudgedCase& one : report.cases) json["cases"].push_back(case_json(one, report));
  json["no_longer_deviate"] = Ordered::array();
  for (const AcceptedDeviation& stale : report.no_longer_deviate)
    json["no_longer_deviate"].push_back({{"case", stale.cases}, {"reason", stale.reason}});
  return json.dump(2, ' ', false, Ordered::error_handler_t::replace) + '\n';
}

}  // namespace gauntlet::sim::conformance
