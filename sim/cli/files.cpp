#include "sim/cli/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

namespace gauntlet::sim {
namespace {

namespace fs = std::filesystem;

// The outermost of the folders that would have to be made; none if it is there.
fs::path outermost_missing(const fs::path& folder) {
  std::error_code error;
  fs::path missing;
  for (fs::path at = fs::absolute(folder, error); !at.empty() && !fs::exists(at, error);
       at = at.parent_path())
    missing = at;
  return missing;
}

bool is_result(const fs::directory_entry& entry) {
  std::error_code error;
  if (!entry.is_regular_file(error)) return false;
  const fs::path name = entry.path().filename();
  return name == "summary.json" || name == "timeline.json" || name == "scenario.yaml" ||
         name == kRecordingName || name == kShardName || name == kEventsName ||
         name.extension() == ".hlog";
}

Result<std::vector<fs::path>, std::string> results_in(const fs::path& folder,
                                                      const fs::path& needed) {
  std::error_code error;
  std::error_code none;  // of two files that are not both there
  std::vector<fs::path> found;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end;
       entry.increment(error))
    if (is_result(*entry) && !fs::equivalent(entry->path(), needed, none))
      found.push_back(entry->path());
  if (error && error != std::errc::no_such_file_or_directory)
    return fail(folder.string() + " cannot be read: " + error.message());
  return found;
}

}  // namespace

Result<std::string, std::string> read_file(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    return fail(path.string() + " is a folder, not a file");
  std::ifstream file{path, std::ios::binary};
  if (!file) return fail(path.string() + " cannot be read: " + std::strerror(errno));
  std::string content{std::istreambuf_iterator<char>{file}, {}};
  if (file.bad()) return fail(path.string() + " cannot be read: " + std::strerror(errno));
  return content;
}

Result<bool, std::string> write_file(const std::filesystem::path& path, std::string_view content) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) return fail(path.parent_path().string() + " cannot be made: " + error.message());
  const std::filesystem::path draft = path.string() + ".part";
  std::ofstream file{draft, std::ios::binary};
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) return fail(path.string() + " cannot be written: " + std::strerror(errno));
  std::filesystem::rename(draft, path, error);
  if (error) return fail(path.string() + " cannot be written: " + error.message());
  return true;
}

Result<bool, std::string> try_folder(const fs::path& folder) {
  if (folder.empty()) return fail(std::string{"the folder for the results has no name"});
  const fs::path missing = outermost_missing(folder);
  const fs::path trial = folder / ".gauntlet-trial";
  auto written = write_file(trial, "can this be written?\n");
  std::error_code error;
  if (!missing.empty())
    fs::remove_all(missing, error);
  else
    fs::remove(trial, error);
  return written;
}

Result<OldResults, std::string> OldResults::set_aside(const fs::path& folder,
                                                      const fs::path& needed) {
  if (auto tried = try_folder(folder); !tried) return fail(std::string{tried.error()});
  OldResults old{folder, needed};
  const auto files = results_in(folder, needed);
  if (!files) return fail(std::string{files.error()});
  std::error_code error;
  if (!files.value().empty()) fs::create_directory(old.aside(), error);
  for (const fs::path& file : files.value())
    if (!error) fs::rename(file, old.aside() / file.filename(), error);
  if (error) return fail(folder.string() + " cannot be cleared: " + error.message());
  return old;
}

OldResults::OldResults(fs::path folder, fs::path needed)
    : folder_{std::move(folder)}, needed_{std::move(needed)} {}

OldResults::OldResults(OldResults&& other) noexcept
    : folder_{std::exchange(other.folder_, {})}, needed_{std::move(other.needed_)} {}

OldResults::~OldResults() {
  if (folder_.empty()) return;
  std::error_code ignored;
  if (const auto begun = results_in(folder_, needed_))
    for (const fs::path& file : begun.value()) fs::remove(file, ignored);
  if (const auto old = results_in(aside(), {}))
    for (const fs::path& file : old.value()) fs::rename(file, folder_ / file.filename(), ignored);
  fs::remove(aside(), ignored);
}

void OldResults::forget() {
  std::error_code ignored;
  fs::remove_all(aside(), ignored);
  folder_.clear();
}

fs::path OldResults::aside() const { return folder_ / ".gauntlet-before"; }

}  // namespace gauntlet::sim
