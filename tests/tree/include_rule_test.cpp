// Who may include whom. The arrows run one way: scenarios <- metrics <- runners <- sim; and only
// the folders that name a third-party library see it.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/tree/lines.hpp"

namespace gauntlet {
namespace {

using Names = std::set<std::string>;

struct Rule {
  Names folders;    // of ours, besides its own
  Names libraries;  // third-party, by the first part of the include
};

const Names kTerms{"scenarios/terms"};

Names operator+(Names a, const Names& b) {
  a.insert(b.begin(), b.end());
  return a;
}

// The table in ARCHITECTURE.md, row by row.
const std::map<std::string, Rule>& rules() {
  static const Names model = kTerms + Names{"scenarios/model"};
  static const Names plan = model + Names{"scenarios/plan"};
  static const Names record = kTerms + Names{"metrics/record", "metrics/summary"};
  static const Names measuring =
      record + Names{"metrics/host", "metrics/ledger", "metrics/verdict"};
  static const Names machine = kTerms + Names{"metrics/record", "metrics/ledger", "sim/machine"};
  static const Names wire = machine + Names{"sim/wire"};
  static const Names remote = model + Names{"runners/contract", "runners/remote"};
  static const Names session = wire + plan + measuring + remote + Names{"sim/session"};
  static const std::map<std::string, Rule> table{
      {"scenarios/terms", {{}, {}}},
      {"scenarios/model", {kTerms, {}}},
      {"scenarios/parse", {model, {"yaml-cpp", "nlohmann"}}},
      {"scenarios/plan", {model, {}}},
      {"metrics/summary", {kTerms, {}}},
      {"metrics/record", {record, {}}},
      {"metrics/ledger", {record, {}}},
      {"metrics/host", {kTerms, {}}},
      {"metrics/verdict", {record + Names{"metrics/host"}, {}}},
      {"metrics/report", {measuring, {"nlohmann", "prometheus", "fmt", "zlib.h"}}},
      {"metrics/capacity", {measuring + Names{"metrics/report"}, {"nlohmann", "fmt"}}},
      {"metrics/comparison", {record + Names{"metrics/report"}, {"nlohmann", "fmt"}}},
      {"metrics/shard", {measuring, {"nlohmann"}}},
      {"runners/contract", {kTerms, {}}},
      {"runners/command", {kTerms + Names{"runners/contract"}, {"fmt"}}},
      {"runners/mock", {model + Names{"runners/contract"}, {}}},
      {"runners/remote", {remote, {"simdjson.h", "nlohmann"}}},
      {"sim/machine", {machine, {}}},
      {"sim/wire", {machine, {"simdjson.h", "nlohmann", "boost", "openssl"}}},
      {"sim/actor", {wire + plan, {"nlohmann"}}},
      {"sim/target", {wire + model, {"nlohmann", "openssl", "boost/unordered"}}},
      {"sim/recording", {machine + plan, {"zlib.h", "fmt"}}},
      {"sim/replay", {wire + plan + Names{"sim/recording"}, {"nlohmann", "fmt"}}},
      {"sim/session", {session, {"boost/unordered"}}},
      {"sim/fault", {session, {"nlohmann"}}},
      {"sim/population",
       {session + Names{"sim/actor", "sim/fault", "runners/command", "runners/mock"}, {}}},
      {"sim/conformance", {session, {"nlohmann", "fmt"}}},
      {"sim/conformance/cases", {session + Names{"sim/conformance"}, {"nlohmann", "fmt"}}},
      {"sim/conformance/report",
       {session + Names{"sim/conformance", "metrics/report"}, {"nlohmann", "fmt", "yaml-cpp"}}},
      {"sim/world", {session, {}}},
      {"sim/live", {session, {"boost"}}},
      {"sim/terminal",
       {wire + model + Names{"sim/actor", "metrics/summary", "metrics/report"},
        {"fmt", "nlohmann"}}},
      {"sim/orchestrator",
       {session + Names{"sim/actor", "sim/target", "sim/population", "sim/world", "sim/live",
                        "sim/fault", "sim/recording", "sim/conformance", "sim/conformance/cases",
                        "sim/conformance/report", "metrics/report", "metrics/shard",
                        "runners/command"},
        {"boost", "fmt"}}},
      {"sim/explore", {session + Names{"sim/actor", "sim/orchestrator"}, {"fmt"}}},
      {"sim/cli",
       {session + Names{"sim/actor", "sim/fault", "sim/population", "sim/terminal", "sim/live",
                        "sim/conformance", "sim/conformance/cases", "sim/conformance/report",
                        "sim/orchestrator", "sim/explore", "sim/recording", "sim/replay",
                        "scenarios/parse", "metrics/report", "metrics/capacity",
                        "metrics/comparison", "metrics/shard", "runners/command"},
        {"boost", "fmt", "spdlog", "CLI"}}},
  };
  return table;
}

const Names kKnownLibraries{"yaml-cpp", "nlohmann",   "prometheus", "fmt",    "zlib.h",
                            "boost",    "simdjson.h", "openssl",    "spdlog", "CLI"};

struct Include {
  std::string where;  // file:line
  std::string from;   // folder
  std::string what;
  bool ours;
};

std::vector<Include> includes_of_the_tree() {
  const std::regex line_form{R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])"};
  std::vector<Include> all;
  for_each_line_of_the_tree([&](const std::string& file, int number, const std::string& line) {
    std::smatch found;
    if (!std::regex_search(line, found, line_form)) return;
    all.push_back({.where = file + ':' + std::to_string(number),
                   .from = std::filesystem::path{file}.parent_path(),
                   .what = found[2],
                   .ours = found[1] == "\""});
  });
  return all;
}

// Empty when allowed; else what is wrong.
std::string objection(const Include& include) {
  const auto rule = rules().find(include.from);
  if (rule == rules().end())
    return include.where + ": the folder " + include.from + " is not in the table of this test";
  if (include.ours) {
    const std::string folder = std::filesystem::path{include.what}.parent_path();
    if (folder == include.from || rule->second.folders.contains(folder)) return {};
    return include.where + ": " + include.from + " may not include " + include.what;
  }
  const std::string library = include.what.substr(0, include.what.find('/'));
  const std::string part = std::filesystem::path{include.what}.parent_path();  // boost/unordered
  const Names& allowed = rule->second.libraries;
  if (!kKnownLibraries.contains(library) || allowed.contains(library) || allowed.contains(part))
    return {};
  return include.where + ": " + include.from + " may not see <" + include.what + ">";
}

TEST(IncludeRule, HoldsForEveryLineOfTheTree) {
  const auto includes = includes_of_the_tree();
  EXPECT_GT(includes.size(), 200) << "the tree was not found";
  for (const Include& include : includes) {
    const std::string problem = objection(include);
    EXPECT_TRUE(problem.empty()) << problem;
  }
}

TEST(IncludeRule, RefusesWhatItShould) {
  const auto refused = [](const char* from, const char* what, bool ours) {
    return !objection({.where = "x.cpp:1", .from = from, .what = what, .ours = ours}).empty();
  };
  EXPECT_TRUE(refused("sim/actor", "sim/target/relay.hpp", true));
  EXPECT_TRUE(refused("sim/world", "sim/live/clock.hpp", true));
  EXPECT_TRUE(refused("scenarios/plan", "metrics/record/metric.hpp", true));
  EXPECT_TRUE(refused("sim/actor", "boost/asio.hpp", false));
  EXPECT_TRUE(refused("sim/session", "boost/asio/post.hpp", false));
  EXPECT_FALSE(refused("sim/session", "boost/unordered/unordered_flat_map.hpp", false));
  EXPECT_TRUE(refused("sim/nowhere", "sim/wire/http.hpp", true));
  EXPECT_FALSE(refused("sim/live", "boost/asio.hpp", false));
  EXPECT_FALSE(refused("sim/actor", "vector", false));
}

// Beast is a part of Boost; what makes it HTTP only, and keeps sockets out of the wire, is this.
TEST(IncludeRule, KeepsAsioOutOfTheWire) {
  for (const Include& include : includes_of_the_tree()) {
    const bool socket = include.from == "sim/wire" && include.what.starts_with("boost/asio/ip");
    EXPECT_FALSE(socket) << include.where;
  }
}

}  // namespace
}  // namespace gauntlet
