#include "scenarios/parse/proxy_faults.hpp"

#include <string>
#include <utility>

#include "scenarios/parse/fault_chance.hpp"
#include "scenarios/parse/fault_company.hpp"
#include "scenarios/parse/fault_kinds.hpp"
#include "scenarios/parse/load.hpp"
#include "scenarios/parse/quantity.hpp"
#include "scenarios/parse/reader.hpp"
#include "scenarios/parse/record.hpp"
#include "scenarios/parse/scalar_kinds.hpp"

namespace gauntlet::scenarios {
namespace {

const Kind<ProxyFaults>& proxy_faults() {
  static const Kind<ProxyFaults> kKind =
      Record<ProxyFaults>{"proxy", "What a proxy does to connections."}
          .key("seed", &ProxyFaults::seed, seed(), "Every random draw follows from it.")
          .required("faults", &ProxyFaults::faults, list_of(fault(), 1), "What goes wrong.")
          .kind();
  return kKind;
}

std::string of_the_network() {
  std::string all;
  for (const FaultDef& of : kFaults)
    if (of.place == FaultPlace::network) all += (all.empty() ? "" : ", ") + std::string{of.name};
  return all;
}

/// What a proxy cannot know or do, each with its place in the file.
class Limits {
 public:
  Limits(const Value& root, Reader& reader) : root_{root}, reader_{reader} {}

  void check(const Fault& fault, const std::string& path) {
    const FaultDef& kind = def(fault.action.kind);
    if (const auto futility = futility_of(fault, path))
      complain(futility->path, futility->what, futility->fix);
    if (kind.place != FaultPlace::network)
      complain(path + ".do",
               path + ".do: " + std::string{kind.name} + " is something that a " +
                   (kind.place == FaultPlace::target ? "target" : "client") +
                   " does, and a proxy is none",
               "use one of " + of_the_network());
    if (fault.after && fault.after->event != FaultEvent::joined)
      complain(path + ".after", path + ".after: a proxy sees only that a connection comes (joined)",
               "write `after: joined`, or `at`");
    if (fault.to.among == Selection::Among::participants ||
        fault.to.among == Selection::Among::observers || is_target(fault.to.among) ||
        fault.to.round)
      complain(path + ".to", path + ".to: a proxy does not know who its clients are",
               "write everyone, 10% of everyone, or agent-3 for the fourth connection");
    if (std::holds_alternative<Selection::Some>(fault.to.which))
      complain(path + ".to", path + ".to: a proxy does not know how many clients will come",
               "write a share, such as 10% of everyone");
  }

  void complain(const std::string& path, std::string what, std::string fix) {
    reader_.report(closest(root_, path).place, std::move(what), std::move(fix));
  }

 private:
  const Value& root_;
  Reader& reader_;
};

std::optional<ProxyFaults> read(std::string_view text, const ParseOptions& options,
                                Reader& reader) {
  const auto root = load(text, {.file = options.file, .line = 1, .column = 1}, reader);
  if (!root) return std::nullopt;
  ProxyFaults content;
  read_as(proxy_faults(), *root, reader, content);
  if (options.seed) content.seed = *options.seed;
  Limits limits{*root, reader};
  for (std::size_t i = 0; i < content.faults.size(); ++i)
    if (const std::string path = "faults." + std::to_string(i); reader.sound(path))
      limits.check(content.faults[i], path);
  if (reader.sound("faults"))
    for (const Clash& clash : clashes(content.faults, kDurationMax))
      limits.complain("faults." + std::to_string(clash.second), clash.what, clash.fix);
  return content;
}

}  // namespace

ParsedProxyFaults parse_proxy_faults(std::string_view text, const ParseOptions& options) {
  Reader reader{options};
  ParsedProxyFaults parsed;
  parsed.content = read(text, options, reader);
  parsed.problems = std::move(reader).take_problems();
  if (!parsed.problems.empty()) parsed.content.reset();
  return parsed;
}

}  // namespace gauntlet::scenarios
