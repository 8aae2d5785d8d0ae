// A file's bytes as the system keeps them: read where they are looked at, given back when memory is
// short.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "scenarios/terms/result.hpp"

namespace gauntlet::sim::recording {

class MappedFile {
 public:
  /// @error A sentence with the path and the cause.
  static Result<MappedFile, std::string> open(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  /// Valid as long as this lives.
  std::string_view bytes() const { return {static_cast<const char*>(memory_), size_}; }

 private:
  MappedFile(void* memory, std::size_t size) : memory_{memory}, size_{size} {}

  void* memory_;  // null: of an empty file
  std::size_t size_;
};

}  // namespace gauntlet::sim::recording
