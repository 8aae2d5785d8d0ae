#include "sim/cli/record.hpp"

#include <system_error>
#include <utility>

#include "sim/cli/files.hpp"
#include "sim/cli/results.hpp"
#include "sim/cli/version.hpp"

namespace gauntlet::sim {

recording::Head head_of_run(const scenarios::Scenario& scenario, std::string driver,
                            std::uint32_t processes) {
  return {.scenario = scenario.name,
          .seed = scenario.seed,
          .driver = std::move(driver),
          .target = target_description(scenario.targets),
          .version = std::string{kVersion},
          .writers = processes};
}

Result<Recording, std::string> begin_recording(const std::filesystem::path& folder,
                                               const recording::Head& head) {
  using recording::RecordingFile;
  const auto pace =
      head.driver == "virtual" ? RecordingFile::Pace::at_once : RecordingFile::Pace::behind;
  return RecordingFile::create(folder / kRecordingName, head, pace);
}

std::vector<std::string> troubles_of(const Recording& recording) {
  if (!recording || recording->problem().empty()) return {};
  return {"The recording ends before the run did: " + recording->problem() + "."};
}

}  // namespace gauntlet::sim
