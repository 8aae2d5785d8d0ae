#include "scenarios/parse/reader.hpp"

#include <algorithm>
#include <tuple>

namespace gauntlet::scenarios {
namespace {

// "a.b" holds "a.b" and "a.b.c", not "a.bc". The empty path holds everything.
bool holds(std::string_view outer, std::string_view path) {
  return outer.empty() ||
         (path.starts_with(outer) && (path.size() == outer.size() || path[outer.size()] == '.'));
}

bool is_index(std::string_view key) {
  return !key.empty() && key.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

Reader::Inside::Inside(Reader& reader, std::string_view key)
    : reader_{reader}, outer_{reader.path_.size()} {
  if (!reader.path_.empty()) reader.path_ += '.';
  reader.path_ += key;
}

std::string Reader::path(std::string_view key) const {
  return path_.empty() ? std::string{key} : path_ + '.' + std::string{key};
}

void Reader::complain(const SourcePos& where, std::string what, std::string fix) {
  complain_about(path_, where, std::move(what), std::move(fix));
}

void Reader::complain_about(std::string_view path, const SourcePos& where, std::string what,
                            std::string fix) {
  unsound_.emplace_back(path);
  report(where, std::move(what), std::move(fix));
}

void Reader::report(const SourcePos& where, std::string what, std::string fix) {
  problems_.push_back({where, std::move(what), std::move(fix)});
}

void Reader::refuse(const Value& value, std::string_view must, std::string_view instead) {
  complain(value.place, path() + " is " + shown(value) + ", but " + std::string{must},
           advise(value.place, path_, instead));
}

std::string Reader::advise(const SourcePos& where, std::string_view path,
                           std::string_view text) const {
  const std::string said{text};
  if (where.file != options_.file) {
    const std::string set = std::string{path} + '=' + said;
    const bool special = said.find_first_of(" {}[]*?$&|;<>()~#\"\\") != std::string::npos;
    return "write `--set " + (special ? '\'' + set + '\'' : set) + '`';  // for a shell
  }
  const std::string_view key = last_key(path);
  return is_index(key) || key.empty() ? "write `" + said + '`'
                                      : "write `" + std::string{key} + ": " + said + '`';
}

bool Reader::sound(std::string_view path) const {
  return std::ranges::none_of(
      unsound_, [&](const std::string& bad) { return holds(bad, path) || holds(path, bad); });
}

Diagnostics Reader::take_problems() && {
  const auto order = [&](const Diagnostic& d) {
    // Overrides keep the order in which they were given.
    const bool overridden = d.where.file != options_.file;
    return std::tuple{overridden, overridden ? 0 : d.where.line, overridden ? 0 : d.where.column};
  };
  std::ranges::stable_sort(problems_, {}, order);
  return std::move(problems_);
}

std::string_view last_key(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

}  // namespace gauntlet::scenarios
