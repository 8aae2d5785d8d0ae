#include "sim/recording/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace gauntlet::sim::recording {

Result<MappedFile, std::string> MappedFile::open(const std::filesystem::path& path) {
  const auto because = [&](int error) {
    return fail(path.string() + " cannot be read: " + std::strerror(error));
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return because(errno);
  struct stat facts {};
  void* memory = nullptr;
  int error = fstat(file, &facts) == 0 ? 0 : errno;
  if (error == 0 && !S_ISREG(facts.st_mode)) error = S_ISDIR(facts.st_mode) ? EISDIR : EINVAL;
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (error == 0 && size > 0) {
    memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (memory == MAP_FAILED) error = errno;
  }
  ::close(file);
  if (error != 0) return because(error);
  return MappedFile{memory, size};
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : memory_{std::exchange(other.memory_, nullptr)}, size_{std::exchange(other.size_, 0)} {}

MappedFile::~MappedFile() {
  if (memory_ != nullptr) munmap(memory_, size_);
}

}  // namespace gauntlet::sim::recording
