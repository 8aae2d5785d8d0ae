#include "sim/conformance/report/case_list.hpp"

#include <fmt/format.h>

namespace gauntlet::sim::conformance {
namespace {

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*') out += '\\';
    out += c;
  }
  return out;
}

std::string_view how(const Case& row) {
  if (row.slow) return "slow";
  switch (row.manner) {
    case Manner::beside:
      return "";
    case Manner::alone:
      return "alone";
    case Manner::hostile:
      return "hostile";
  }
  return "";
}

}  // namespace

std::string case_list(const std::vector<const Case*>& cases) {
  std::string text;
  for (const Case* row : cases)
    text += fmt::format("{:<18} {:<7}{}\n", row->id, to_string(row->level), row->does);
  return text;
}

std::string case_list_markdown(std::string_view subject, const std::vector<const Case*>& cases) {
  std::string text = fmt::format("\n## Cases for {} {}: {}\n", subject == "arena" ? "an" : "a",
                                 subject, cases.size());
  std::string_view area;
  for (const Case* row : cases) {
    if (row->area() != area) {
      area = row->area();
      text += fmt::format(
          "\n### {}\n\n| id | level | the server ... | clause | |\n| --- | --- | --- | --- | --- "
          "|\n",
          area);
    }
    text += fmt::format("| {} | {} | {} | {} | {} |\n", row->id, to_string(row->level),
                        cell(row->does), cell(row->clause), how(*row));
  }
  return text;
}

}  // namespace gauntlet::sim::conformance
