#include "sim/conformance/report/html_page.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "sim/conformance/report/escape.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --line: #8884; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
.bar { position: sticky; top: 0; background: Canvas; padding: .6rem 0; border-bottom: 1px solid var(--line); }
input[type=search] { font: inherit; padding: .3rem .6rem; width: 18rem; }
label { margin-right: .8rem; white-space: nowrap; }
details { scroll-margin-top: 4rem; border-bottom: 1px solid var(--line); padding: .25rem 0; }
summary { cursor: pointer; display: grid; grid-template-columns: 8rem 11rem 4.5rem 1fr; gap: .5rem; }
.verdict { font-weight: 600; }
.pass .verdict { color: #2a8a3e; } .fail .verdict, .server-died .verdict { color: #c62f2f; }
.non-strict .verdict, .inconclusive .verdict { color: #b07a00; } .skipped .verdict { color: #888; }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: .2rem .6rem; margin: .5rem 0; }
dt { color: #888; } dd { margin: 0; overflow-wrap: anywhere; }
pre { background: #8881; padding: .6rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
)";

constexpr std::string_view kScript = R"(
const words = document.querySelector('#words');
const boxes = [...document.querySelectorAll('input[type=checkbox]')];
const rows = [...document.querySelectorAll('details')];
function filter() {
  const wanted = words.value.toLowerCase();
  const shown = new Set(boxes.filter(box => box.checked).map(box => box.value));
  let count = 0;
  for (const row of rows) {
    const fits = shown.has(row.dataset.verdict) && row.textContent.toLowerCase().includes(wanted);
    row.hidden = !fits;
    count += fits ? 1 : 0;
  }
  document.querySelector('#count').textContent = count + ' of ' + rows.length;
}
words.addEventListener('input', filter);
boxes.forEach(box => box.addEventListener('change', filter));
if (location.hash) document.querySelector(location.hash)?.setAttribute('open', '');
filter();
)";

std::string css_class(Verdict verdict) {
  std::string name{to_string(verdict)};
  for (char& c : name)
    if (c == ' ') c = '-';
  return name;
}

void add(std::string& text, std::string_view term, std::string_view value) {
  if (!value.empty()) text += fmt::format("<dt>{}</dt><dd>{}</dd>", term, escaped(value));
}

// What a reader came for is on top.
std::vector<const JudgedCase*> worst_first(const ConformanceReport& report) {
  constexpr std::array kOrder{Verdict::server_died, Verdict::fail,    Verdict::inconclusive,
                              Verdict::non_strict,  Verdict::skipped, Verdict::pass};
  std::vector<const JudgedCase*> all;
  for (const Verdict verdict : kOrder)
    for (const JudgedCase& one : report.cases)
      if (one.verdict() == verdict) all.push_back(&one);
  return all;
}

std::string row_of(const JudgedCase& one, const ConformanceReport& report) {
  const Ruling& ruling = one.result.ruling;
  const std::string verdict = css_class(one.verdict());
  std::string text = fmt::format(
      "<details id=\"{}\" class=\"{}\" data-verdict=\"{}\"><summary><span class=\"verdict\">{}"
      "</span><span>{}</span><span>{}</span><span>{}</span></summary><dl>",
      one.row().id, verdict, verdict, to_string(one.verdict()), one.row().id,
      to_string(one.row().level), escaped(one.row().does));
  add(text, "clause", one.row().clause);
  add(text, "expected", ruling.expected);
  add(text, ruling.expected.empty() ? "why" : "came", ruling.came);
  add(text, "accepted", one.accepted_because);
  add(text, "again", fmt::format("{} --only {}", report.again, one.row().id));
  text += "</dl>";
  std::string transcript;
  for (const std::string& line : lines_of(one.result)) transcript += escaped(line) + '\n';
  if (!transcript.empty()) text += "<pre>" + transcript + "</pre>";
  return text + "</details>\n";
}

std::string filters(const ConformanceReport& report) {
  std::string text = "<input id=\"words\" type=\"search\" placeholder=\"Filter\"> ";
  for (std::size_t index = 0; index < kVerdictNames.size(); ++index) {
    const auto verdict = static_cast<Verdict>(index);
    const std::size_t count = report.count(verdict);
    if (count == 0) continue;
    text += fmt::format("<label><input type=\"checkbox\" value=\"{}\" checked> {} {}</label>",
                        css_class(verdict), count, kVerdictNames[index]);
  }
  return text + "<span id=\"count\"></span>";
}

}  // namespace

std::string html_page(const ConformanceReport& report) {
  std::string rows;
  for (const JudgedCase* one : worst_first(report)) rows += row_of(*one, report);
  std::string stale;
  for (const AcceptedDeviation& entry : report.no_longer_deviate)
    stale += fmt::format("<p>{} no longer deviates: take it out of the profile ({}).</p>\n",
                         escaped(entry.cases), escaped(entry.reason));
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width\">\n<title>gauntlet conform {0}</title>\n<style>{1}</style>"
      "</head>\n<body><h1>gauntlet conform {0}: {2}</h1>\n<p>{3}, {4} cases in {5:.1f} s, {6} "
      "count "
      "against it.</p>\n{7}<div class=\"bar\">{8}</div>\n{9}<script>{10}</script></body></html>\n",
      report.subject, kStyle, in_words(report), escaped(report.url), report.cases.size(),
      seconds(report.took), report.count_against(), stale, filters(report), rows, kScript);
}

}  // namespace gauntlet::sim::conformance
