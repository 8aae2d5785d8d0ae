#include "sim/cli/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>
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

bool is_result(const std::filesystem::directory_entry& entry) {
  std::error_code error;
  if (!entry.is_regular_file(error)) return false;
  const std::filesystem::path name = entry.path().filename();
  return name == "summary.json" || name == "timeline.json" || name == "scenario.yaml" ||
         name == kRecordingName || name == kShardName || name == kEventsName ||
         name.extension() == ".hlog";
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

Result<bool, std::string> prepare_folder(const std::filesystem::path& folder,
                                         const std::filesystem::path& needed) {
  if (auto tried = try_folder(folder); !tried) return tried;
  std::error_code error;
  std::vector<std::filesystem::path> old;
  for (std::filesystem::directory_iterator entry{folder, error}, end; !error && entry != end;
       entry.increment(error))
    if (is_result(*entry)) old.push_back(entry->path());
  if (error && error != std::errc::no_such_file_or_directory)
    return fail(folder.string() + " cannot be read: " + error.message());
  for (const std::filesystem::path& file : old) {
    if (std::filesystem::equivalent(file, needed, error)) continue;
    std::filesystem::remove(file, error);
    if (error) return fail(file.string() + " cannot be removed: " + error.message());
  }
  return true;
}

}  // namespace gauntlet::sim
