#include "sim/recording/recording_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>

#include "sim/recording/bytes.hpp"

namespace gauntlet::sim::recording {
namespace {

// What a crash may cost at most, in time.
constexpr std::chrono::milliseconds kBehind{50};
// Of a buffer that is written by whoever fills it.
constexpr std::size_t kLarge = std::size_t{256} << 10U;
constexpr mode_t kReadableByAll = 0644;

std::string sentence(const std::filesystem::path& path, int error) {
  return path.string() + " cannot be written: " + std::strerror(error);
}

}  // namespace

Result<std::unique_ptr<RecordingFile>, std::string> RecordingFile::create(
    const std::filesystem::path& path, const Head& head, Pace pace) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) return fail(path.parent_path().string() + " cannot be made: " + error.message());
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, kReadableByAll);
  if (file < 0) return fail(sentence(path, errno));
  std::unique_ptr<RecordingFile> recording{new RecordingFile{file, path, pace, no_error()}};
  const std::string first{kMagic};
  if (::write(file, first.data(), first.size()) != static_cast<ssize_t>(first.size()))
    return fail(sentence(path, errno));
  recording->write(static_cast<char>(BlockKind::head) + to_text(head));
  if (*recording->error_ != 0) return fail(recording->problem());
  return recording;
}

RecordingFile::SharedError RecordingFile::no_error() {
  static_assert(std::atomic<int>::is_always_lock_free, "else it is not one across processes");
  void* const page = ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw std::bad_alloc{};
  return {::new (page) std::atomic<int>{0},
          [](std::atomic<int>* error) { ::munmap(error, sizeof(*error)); }};
}

RecordingFile::RecordingFile(int file, std::filesystem::path path, Pace pace, SharedError error)
    : file_{file}, path_{std::move(path)}, pace_{pace}, error_{std::move(error)} {}

RecordingFile::~RecordingFile() {
  finish();
  ::close(file_);
}

Tape& RecordingFile::new_tape() {
  const std::lock_guard lock{mutex_};
  if (pace_ == Pace::at_once)
    return tapes_.emplace_back(kLarge, [this](Tape& tape) { empty(tape); });
  if (!writer_.joinable()) writer_ = std::thread{[this] { write_behind(); }};
  return tapes_.emplace_back();
}

void RecordingFile::write_behind() {
  std::unique_lock lock{mutex_};
  while (!changed_.wait_for(lock, kBehind, [this] { return ending_; }))
    for (Tape& tape : tapes_) empty(tape);
}

void RecordingFile::finish() {
  {
    const std::lock_guard lock{mutex_};
    if (tapes_.empty() || std::exchange(ending_, true)) return;
  }
  changed_.notify_all();
  if (writer_.joinable()) writer_.join();
  for (Tape& tape : tapes_) empty(tape);
  std::string end{static_cast<char>(BlockKind::end)};
  append_number(end, 0);
  write(end);
}

void RecordingFile::empty(Tape& tape) {
  if (const auto payload = tape.take()) write(*payload);
  if (*error_ != 0) tape.refuse();
}

// In one call: others may append to the file, too.
void RecordingFile::write(std::string_view payload) {
  if (*error_ != 0) return;
  const std::string block = framed(payload);
  const ssize_t written = ::write(file_, block.data(), block.size());
  if (written == static_cast<ssize_t>(block.size())) return;
  *error_ = written < 0 ? errno : ENOSPC;
}

std::string RecordingFile::problem() const {
  return *error_ == 0 ? std::string{} : sentence(path_, *error_);
}

}  // namespace gauntlet::sim::recording
