#include "tests/sim/conformance/matrix.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <map>
#include <regex>
#include <set>

#include "tests/sim/conformance/written_for.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr std::string_view kTail = "\n## Cases that catch none\n";

// Why cases of an area may be there although no defect breaks them.
struct Reason {
  std::string_view area;
  std::string_view why;
};
constexpr std::string_view kDeath =
    "each is another way to bring a server down or to hang it, and the embedded ones stay up; the "
    "defects that choke stand for all of them";
constexpr std::array kReasons{
    Reason{"ARC-REG",
           "a relay that breaks them registers nobody; and more values of the same rules"},
    Reason{"ARC-AUTH", "a relay that breaks them lets nobody in; and the other side of a refusal"},
    Reason{"ARC-CONN",
           "how streams end is the host's business, not a rule of the relay; a welcome may be "
           "missing"},
    Reason{"ARC-ROUTE",
           "a relay that breaks them breaks every area; and what the documents leave open"},
    Reason{"ARC-PAYLOAD",
           "more values of one rule: who parses and writes payloads anew errs in any of them"},
    Reason{"ARC-VALID",
           "what the documents leave open; an error that strangers hear shows in every area"},
    Reason{"ARC-SUB", "what the documents leave open, and what holds without any subscriptions"},
    Reason{"ARC-PING", "the command is optional: a relay without it skips them"},
    Reason{"ARC-LIMIT", "what the documents leave open; a limit on registrations hits every area"},
    Reason{"ARC-ROBUST", kDeath},
    Reason{"ARC-RESTART", "what the documents leave open"},
    Reason{"WS-HAND",
           "a server that breaks them lets nobody in; and more values of the same rules"},
    Reason{"WS-FRAME", "what a decoder must be able to read; one that is not breaks every area"},
    Reason{"WS-CLOSE", "more codes of the same rules"},
    Reason{"WS-ROBUST", kDeath},
    Reason{"HTTP-ROBUST", kDeath},
    Reason{
        "ARENA-SESSION",
        "an arena that breaks them has no session to be tested; and more values of the same rules"},
    Reason{"ARENA-REG",
           "an arena that breaks them registers nobody; and more values of the same rules"},
    Reason{"ARENA-ROUND",
           "an arena that breaks them plays no round; and more values of the same rules"},
    Reason{"ARENA-SEQ",
           "more values of the same rules; a count that is shared shows in every round"},
    Reason{"ARENA-COMPLETE",
           "more values of the same rules; an arena that takes no complete has no scores"},
    Reason{"ARENA-OBS", "an arena that breaks them shows nothing to any case"},
    Reason{"ARENA-BEAT", "pings are the host's business, not a rule of the arena"},
    Reason{"ARENA-VOTE", "more values of the same rules"},
    Reason{
        "ARENA-SCORE",
        "what is said is one text for the scoreboard and the export; and more values of the same "
        "rules"},
    Reason{"ARENA-METRICS", "the documents do not say what metrics there are"},
    Reason{"ARENA-VALID", "the limit is the host's business, not a rule of the arena"},
    Reason{"ARENA-ROBUST", kDeath},
};

std::string_view reason_for(std::string_view area) {
  const auto known = std::ranges::find(kReasons, area, &Reason::area);
  return known == kReasons.end() ? kNoReason : known->why;
}

// What a line has in place of its case when that misses the defect.
constexpr std::string_view kMissed = "missed";

std::set<std::string> caught_in(const std::string& lines) {
  static const std::regex id{"[A-Z]+-[A-Z]+-[0-9]{2}"};
  const std::string text = lines.substr(0, lines.find(kTail));
  return {std::sregex_token_iterator{text.begin(), text.end(), id}, {}};
}

std::size_t missed_in(std::string_view lines) {
  const std::string cell = fmt::format("| {} |", kMissed);
  std::size_t count = 0;
  for (auto at = lines.find(cell); at != std::string_view::npos; at = lines.find(cell, at + 1))
    ++count;
  return count;
}

std::vector<const Case*> all_cases() {
  std::vector<const Case*> all = relay_cases();
  for (const Case* row : arena_cases())
    if (std::ranges::find(all, row) == all.end()) all.push_back(row);
  return all;
}

}  // namespace

std::string_view area_of(std::string_view id) { return id.substr(0, id.rfind('-')); }

std::string matrix_row(const DefectDef& defect, const Broken& broken) {
  const std::string_view its_case = kWrittenFor[static_cast<std::size_t>(defect.id)].id;
  std::vector<std::string> others;
  for (const auto& [id, verdict] : broken)
    if (id != its_case)
      others.push_back(verdict == Verdict::non_strict ? fmt::format("*{}*", id) : std::string{id});
  const auto its = broken.find(its_case);
  const std::string first = its == broken.end()                  ? std::string{kMissed}
                            : its->second == Verdict::non_strict ? fmt::format("*{}*", its_case)
                                                                 : std::string{its_case};
  return fmt::format("| `{}` | {} | {} | {} |", defect.name, defect.help, first,
                     fmt::join(others, ", "));
}

std::string matrix_head(const std::string& lines) {
  const std::size_t caught = kDefectCount - missed_in(lines);
  const std::size_t catching = caught_in(lines).size();
  const std::size_t cases = all_cases().size();
  return fmt::format(
      "# Which case catches which defect\n\n"
      "Written by `./dev docs` and held against the suite by a test. Each defect of the embedded "
      "servers\n(`gauntlet serve relay --defect NAME`) is one rule, broken in one small way; the "
      "whole suite runs against\neach of them. *Slanted*: the case does not fail, but comes out as "
      "non-strict. Those of the WebSocket are\nlooked for in the relay.\n\n"
      "Defects caught: {} of {}, a mutation score of {} %.\n"
      "Cases that catch one: {} of {} ({} %).\n",
      caught, kDefectCount, 100 * caught / kDefectCount, catching, cases, 100 * catching / cases);
}

std::string matrix_tail(const std::string& lines) {
  const std::set<std::string> caught = caught_in(lines);
  std::map<std::string_view, std::vector<std::string_view>> left;  // ids by area
  std::vector<std::string_view> order;
  for (const Case* row : all_cases()) {
    if (caught.contains(std::string{row->id})) continue;
    auto& ids = left[row->area()];
    if (ids.empty()) order.push_back(row->area());
    ids.push_back(row->id);
  }
  std::string text{kTail};
  text += "\n| area | cases | why they are there |\n| --- | --- | --- |\n";
  for (const std::string_view area : order) {
    std::vector<std::string_view> numbers;
    for (const std::string_view id : left[area]) numbers.push_back(id.substr(area.size() + 1));
    text += fmt::format("| {} | {} | {} |\n", area, fmt::join(numbers, ", "), reason_for(area));
  }
  return text;
}

std::string matrix(const std::vector<std::string>& rows) {
  std::string tables;
  std::string_view area;
  std::vector<std::string_view> areas;
  for (const WrittenFor& each : kWrittenFor)
    if (std::ranges::find(areas, area_of(each.id)) == areas.end())
      areas.push_back(area_of(each.id));
  for (const std::string_view each : areas) {
    tables += fmt::format(
        "\n## {}\n\n| defect | what it does | its case | others |\n| --- | --- | --- | --- |\n",
        each);
    for (std::size_t i = 0; i < kDefectCount; ++i)
      if (area_of(kWrittenFor[i].id) == each) tables += rows[i] + '\n';
  }
  return matrix_head(tables) + tables + matrix_tail(tables);
}

}  // namespace gauntlet::sim::conformance
