// JSON off the hot path: bodies of HTTP requests and answers. For the sources of this folder only.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace gauntlet::sim {

/// The JSON object that `text` is; unset for anything else, and for one that is too deep.
std::optional<nlohmann::json> parse_object(std::string_view text);

/// Compact JSON text. Bytes that are not UTF-8 become U+FFFD.
std::string dump(const nlohmann::json& value);

/// Reads the fields of a request's body, and remembers the first thing that is wrong with it. A
/// field that is null counts as absent.
class BodyReader {
 public:
  /// An empty body counts as {}.
  explicit BodyReader(std::string_view body);

  struct Whole {
    std::int64_t min;
    std::int64_t max;
  };
  struct Real {
    double min;
    double max;
  };

  std::optional<std::string> text(const char* key);
  std::optional<std::int64_t> whole(const char* key, Whole range);
  std::optional<double> real(const char* key, Real range);
  std::optional<bool> flag(const char* key);
  std::string required_text(const char* key);  // not empty
  double required_real(const char* key, Real range);

  bool ok() const { return problem_.empty(); }
  const std::string& problem() const { return problem_; }

 private:
  const nlohmann::json* find(const char* key) const;
  void complain(const char* key, const std::string& demand);

  nlohmann::json object_;
  std::string problem_;
};

}  // namespace gauntlet::sim
