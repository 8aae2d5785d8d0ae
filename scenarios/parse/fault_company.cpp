#include "scenarios/parse/fault_company.hpp"

#include "scenarios/model/exclusion.hpp"
#include "scenarios/parse/quantity.hpp"

namespace gauntlet::scenarios {
namespace {

std::string in_words(const std::vector<Fault>& faults, std::size_t index) {
  return "faults." + std::to_string(index) + " (" +
         std::string{def(faults[index].action.kind).name} + ')';
}

Clash clash_with_itself(const std::vector<Fault>& faults, std::size_t index) {
  const Fault& fault = faults[index];
  const std::string every = duration_text(*fault.every);
  return {index, index,
          in_words(faults, index) + " comes again every " + every + ", but lasts " +
              (fault.lasts ? duration_text(*fault.lasts) : "to the end without `for`") +
              ", and excludes itself",
          "write `for: " + every + "` or less" +
              (fault.lasts ? ", or `every: " + duration_text(*fault.lasts) + "` or more"
                           : ", or remove `every`")};
}

}  // namespace

std::vector<Clash> clashes(const std::vector<Fault>& faults, Duration end) {
  std::vector<Clash> all;
  for (std::size_t second = 0; second < faults.size(); ++second) {
    if (excludes_itself(faults[second], end)) {
      all.push_back(clash_with_itself(faults, second));
      continue;
    }
    for (std::size_t first = 0; first < second; ++first) {
      if (!exclude_each_other(faults[first], faults[second], end)) continue;
      const bool target = is_target(faults[second].to.among);
      all.push_back({first, second,
                     in_words(faults, second) + " and " + in_words(faults, first) +
                         " befall the same " + (target ? "target" : "clients") +
                         " at the same time, and exclude each other",
                     std::string{"give them other times"} + (target ? "" : " or other clients") +
                         ", or remove one of them"});
      break;
    }
  }
  return all;
}

}  // namespace gauntlet::scenarios
