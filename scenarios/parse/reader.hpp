// What every reader of a value carries along: where in the scenario it stands, and the list of
// everything that is wrong so far.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/parse/parse.hpp"
#include "scenarios/parse/value.hpp"

namespace gauntlet::scenarios {

class Reader {
 public:
  explicit Reader(const ParseOptions& options) : options_{options} {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Goes one key deeper for as long as it lives.
  class Inside {
   public:
    Inside(Reader& reader, std::string_view key);
    ~Inside() { reader_.path_.resize(outer_); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Reader& reader_;
    std::size_t outer_;
  };

  const ParseOptions& options() const { return options_; }

  /// "population.0.arrive", or "population.0.arrive.KEY"; "the scenario" at the root.
  std::string path() const { return path_.empty() ? "the scenario" : path_; }
  std::string path(std::string_view key) const;

  /// Something is wrong here.
  void complain(const SourcePos& where, std::string what, std::string fix);
  /// As complain(), but everything here stays sound: what is there fits in badly, that is all.
  void report(const SourcePos& where, std::string what, std::string fix);
  /// Something is wrong with the value under a path, whether or not it stands there.
  void complain_about(std::string_view path, const SourcePos& where, std::string what,
                      std::string fix);
  /// This value will not do: "PATH is `5`, but MUST".
  /// @param instead  What would do; the fix says to write it.
  void refuse(const Value& value, std::string_view must, std::string_view instead);
  /// "write `key: text`", or for an override "write `--set path=text`".
  std::string advise(const SourcePos& where, std::string_view path, std::string_view text) const;

  /// Whether nothing is wrong at, under or around a path: a check of several values asks first,
  /// so that one mistake makes one message.
  bool sound(std::string_view path) const;

  /// In the order of their places; the file's before the overrides'.
  Diagnostics take_problems() &&;

 private:
  const ParseOptions& options_;
  std::string path_;
  Diagnostics problems_;
  std::vector<std::string> unsound_;  // paths with a problem
};

/// The last step of a path: "arrive" of "population.0.arrive".
std::string_view last_key(std::string_view path);

}  // namespace gauntlet::scenarios
