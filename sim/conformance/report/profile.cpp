#include "sim/conformance/report/profile.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "sim/conformance/selection.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr const char* kExample = R"(- {case: ARC-ROUTE-15, reason: "dropped on purpose"})";

class Reader {
 public:
  Reader(const std::string& file, const std::vector<std::string_view>& known)
      : file_{file}, known_{known} {}

  void read(const YAML::Node& root) {
    if (!root.IsMap() || !root["accept"] || !root["accept"].IsSequence())
      return complain(root, "a profile is a map with a list `accept`",
                      fmt::format("write `accept:` and below it `{}`", kExample));
    for (const auto& entry : root)
      if (entry.first.Scalar() != "accept")
        complain(entry.first, fmt::format("`{}` is not a known key", entry.first.Scalar()),
                 "use `accept`");
    for (const YAML::Node& entry : root["accept"]) read_entry(entry);
  }

  void complain(const YAML::Node& at, std::string what, std::string fix) {
    complain(at.Mark(), std::move(what), std::move(fix));
  }
  void complain(const YAML::Mark& at, std::string what, std::string fix) {
    problems.push_back({{file_, at.line + 1, at.column + 1}, std::move(what), std::move(fix)});
  }

  Profile profile;
  Diagnostics problems;

 private:
  void read_entry(const YAML::Node& entry) {
    if (!entry.IsMap())
      return complain(entry, "an accepted deviation is a map", fmt::format("write `{}`", kExample));
    for (const auto& field : entry)
      if (field.first.Scalar() != "case" && field.first.Scalar() != "reason")
        complain(field.first, fmt::format("`{}` is not a known key", field.first.Scalar()),
                 "use `case` and `reason`");
    const std::string cases = text(entry, "case");
    const std::string reason = text(entry, "reason");
    if (cases.empty() || reason.empty()) return;
    if (std::ranges::none_of(known_, [&](std::string_view id) { return fits(cases, id); }))
      return complain(entry["case"], fmt::format("there is no case `{}`", cases),
                      "`gauntlet conform relay --list` and `gauntlet conform arena --list` have "
                      "all of them");
    profile.push_back({cases, reason});
  }

  std::string text(const YAML::Node& entry, const char* key) {
    const YAML::Node value = entry[key];
    if (value && value.IsScalar() && !value.Scalar().empty()) return value.Scalar();
    complain(value ? value : entry, fmt::format("`{}` is missing", key),
             fmt::format("write `{}`", kExample));
    return {};
  }

  const std::string& file_;
  const std::vector<std::string_view>& known_;
};

}  // namespace

Result<Profile, Diagnostics> parse_profile(const std::string& file, std::string_view text,
                                           const std::vector<std::string_view>& known) {
  Reader reader{file, known};
  try {
    reader.read(YAML::Load(std::string{text}));
  } catch (const YAML::Exception& error) {
    reader.complain(error.mark, fmt::format("not YAML: {}", error.msg), "mend the syntax");
  }
  if (!reader.problems.empty()) return fail(std::move(reader.problems));
  return std::move(reader.profile);
}

}  // namespace gauntlet::sim::conformance
