// What a script gets to see of what came: JSON whose absent fields are null, and patterns for it.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "scenarios/terms/time.hpp"

namespace gauntlet::sim::conformance {

using Json = nlohmann::json;

/// The field of an object; null where there is none, or no object.
const Json& field(const Json& object, std::string_view key);
/// A field that is a string; empty otherwise.
std::string text_of(const Json& object, std::string_view key);
/// Numbers by their value (1 is 1.0), the rest as it stands.
bool same(const Json& a, const Json& b);

struct Message {
  Json json{};
  std::string text{};
  Instant at{};
  const Json& operator[](std::string_view key) const { return field(json, key); }
  bool has(std::string_view key) const { return json.is_object() && json.contains(key); }
};

struct Reply {
  int status{0};  // 0: what came was no HTTP
  std::string body{};
  Json json{};
  const Json& operator[](std::string_view key) const { return field(json, key); }
  bool ok() const { return status >= 200 && status < 300; }
  /// Of the client's making, as the server sees it.
  bool refused() const { return status >= 400 && status < 500; }
};

std::string said(const Message& message);
std::string said(const Reply& reply);
std::string said(const Json& json);

/// Which messages a script waits for.
class Pattern {
 public:
  using Fits = std::function<bool(const Json&)>;
  explicit Pattern(Fits fits) : fits_{std::move(fits)} {}
  bool fits(const Json& json) const { return fits_(json); }
  friend Pattern operator&&(Pattern a, Pattern b) {
    return Pattern{[a = std::move(a), b = std::move(b)](const Json& json) {
      return a.fits(json) && b.fits(json);
    }};
  }
  friend Pattern operator||(Pattern a, Pattern b) {
    return Pattern{[a = std::move(a), b = std::move(b)](const Json& json) {
      return a.fits(json) || b.fits(json);
    }};
  }
  Pattern operator!() const {
    return Pattern{[fits = fits_](const Json& json) { return !fits(json); }};
  }

 private:
  Fits fits_;
};

Pattern anything();
Pattern with(std::string key, Json value);
inline Pattern of_type(std::string type) { return with("type", std::move(type)); }

}  // namespace gauntlet::sim::conformance
