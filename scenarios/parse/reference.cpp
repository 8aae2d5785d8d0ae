// The reference of the scenario language as Markdown, made from the kinds that the parser reads
// with.

#include "scenarios/parse/parse.hpp"
#include "scenarios/parse/scenario_kind.hpp"

namespace gauntlet::scenarios {
namespace {

constexpr std::string_view kIntroduction = R"(# The scenario language

<!-- Generated from the parser's definitions; edit those. -->

A scenario is one YAML file. Unknown keys, missing units and everything else that is wrong are
reported at once, each with its place and the smallest edit that makes it right. Every key with a
default may be left out; the effective scenario, with every default written out, is what
`gauntlet check` prints and what a run keeps with its results as `scenario.yaml`.

`${NAME}` and `${NAME:-default}` in a value stand for environment variables; `$${` is a plain `${`.
On the command line, `--set key.path=value` overrides one value: `--set duration=5s`,
`--set population.0.agents=100`, or just `--set agents=100` when only one population has agents.
)";

constexpr std::string_view kThresholds = R"(
## threshold

A claim about a metric that the verdict judges: `relay.delivery.p99 < 250ms`,
`relay.delivery{kind=direct}.p99 < 1s`, `relay.lost == 0`, `arena.rounds_completed >= 95%`,
`relay.received.rate >= 100/s`. A series takes `min`, `mean`, `p50`, `p90`, `p95`, `p99`, `p99_9`,
`max` or `count`; the comparisons are `<`, `<=`, `==`, `!=`, `>=` and `>`. The names are in
[metrics.md](metrics.md).
)";

// A `|` would end the cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string table(const std::vector<Row>& rows) {
  std::string text = "| key | value | default | meaning |\n| --- | --- | --- | --- |\n";
  for (const Row& row : rows)
    text += "| `" + row.key + "` | " + cell(row.kind) + " | " +
            cell(row.fallback.empty() ? "none" : row.fallback) + " | " + cell(row.doc) + " |\n";
  return text;
}

}  // namespace

std::string reference_markdown() {
  std::string text{kIntroduction};
  for (const auto& definition : scenario_kind().definitions) {
    text += "\n## " + definition->name + "\n\n" + definition->doc + '\n';
    if (!definition->written.empty()) text += '\n' + definition->written + '\n';
    if (!definition->rows.empty()) text += '\n' + table(definition->rows);
  }
  return text.append(kThresholds);
}

}  // namespace gauntlet::scenarios
