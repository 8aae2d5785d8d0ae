// A recording on disk while it is written.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "scenarios/terms/result.hpp"
#include "sim/recording/head.hpp"
#include "sim/recording/tape.hpp"

namespace gauntlet::sim::recording {

/// The file that the tapes of a process end up in. Several processes may write to it, each with
/// what it has of this after a fork: a block is appended in one call.
/// @threads new_tape() and finish(): one.
class RecordingFile {
 public:
  enum class Pace : std::uint8_t {
    behind,   // a thread of its own writes a few times a second; what does not fit is lost
    at_once,  // whoever fills a buffer writes it: for virtual time, which can wait
  };

  /// Begins a file anew, with its head.
  /// @error A sentence with the path and the cause.
  static Result<std::unique_ptr<RecordingFile>, std::string> create(
      const std::filesystem::path& path, const Head& head, Pace pace);
  ~RecordingFile();
  RecordingFile(const RecordingFile&) = delete;
  RecordingFile& operator=(const RecordingFile&) = delete;

  /// Lives as long as this.
  Tape& new_tape();
  /// Everything is in the file, and its end. Without a tape of this process, nothing happens.
  void finish();
  /// Why nothing was written any more, by whichever process; empty when everything was.
  std::string problem() const;

 private:
  /// An errno that this process has in common with those that it forks.
  using SharedError = std::unique_ptr<std::atomic<int>, void (*)(std::atomic<int>*)>;
  static SharedError no_error();

  RecordingFile(int file, std::filesystem::path path, Pace pace, SharedError error);
  void write_behind();
  void empty(Tape& tape);
  void write(std::string_view payload);

  int file_;
  std::filesystem::path path_;
  Pace pace_;
  std::deque<Tape> tapes_;
  std::mutex mutex_;  // of what follows, and of the list of tapes
  std::condition_variable changed_;
  bool ending_{false};
  std::thread writer_;
  SharedError error_;  // of the first write that failed, in any of the processes
};

}  // namespace gauntlet::sim::recording
