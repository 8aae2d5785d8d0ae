#include "sim/cli/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

namespace gauntlet::sim {

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

}  // namespace gauntlet::sim
