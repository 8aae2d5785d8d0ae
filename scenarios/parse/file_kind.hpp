// Values that stand in a file of their own, one a line; the scenario has the file's name.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "scenarios/parse/scalar_kinds.hpp"

namespace gauntlet::scenarios {

/// Calls `visit(line, place)` for every line that is not empty and no comment.
template <class Visit>
void for_each_line(std::string_view text, const std::string& file, Visit visit) {
  constexpr std::string_view kBlank = " \t\r";
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
    line = line.substr(0, line.find_last_not_of(kBlank) + 1);
    if (!line.empty() && !line.starts_with('#')) visit(line, SourcePos{file, number, 1});
  }
}

/// A T whose member `file` is the name, and whose content read() takes from the text.
/// @param fix  What to do about a file that is not there.
template <class T>
Kind<T> file_kind(std::string example, std::string fix,
                  std::function<void(std::string_view text, Reader&, T&)> read) {
  const Kind<std::string> name = text(std::move(example));
  Kind<T> kind;
  kind.words = "the name of a file";
  kind.label = name.label;
  kind.example = name.example;
  kind.schema = name.schema;
  kind.scalar = name.scalar;
  kind.claims = name.claims;
  kind.read = [name, fix = std::move(fix), read = std::move(read)](const Value& value,
                                                                   Reader& reader, T& into) {
    read_as(name, value, reader, into.file);
    if (into.file.empty()) return;
    const auto& read_file = reader.options().read_file;
    const auto content =
        read_file ? read_file(into.file)
                  : Result<std::string, std::string>{fail(into.file + " cannot be read from here")};
    if (content)
      read(content.value(), reader, into);
    else
      reader.complain(value.place, reader.path() + ": " + content.error(), fix);
  };
  kind.write = [name](const T& content) { return name.write(content.file); };
  return kind;
}

}  // namespace gauntlet::scenarios
