// A piece of a scenario file: a scalar, a list or a map, each with the place where it stands. The
// readers and writers of this folder work on Values; only the loader sees the YAML library.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/terms/diagnostic.hpp"

namespace gauntlet::scenarios {

using Json = nlohmann::ordered_json;

struct Value {
  enum class Shape : std::uint8_t { null, scalar, list, map };

  Shape shape{Shape::null};
  SourcePos place;
  std::string text;         // of a scalar
  bool quoted{false};       // text, even if it looks like a number
  bool substituted{false};  // an environment variable is in it: it may be a number or text
  bool broken{false};       // something is wrong with it, and has been said
  bool block{false};        // written one entry a line
  /// What is wrong with a scalar that cannot be read; said only if no override takes its place.
  std::optional<Diagnostic> flaw;
  std::vector<Value> keys;  // of a map: scalars, one for each item
  std::vector<Value> items;

  /// A scalar that is written without quotes, where YAML allows it: "50ms", "42", "true".
  static Value plain(std::string text);
  /// A scalar that stays text, even if it looks like a number.
  static Value quote(std::string text);
  static Value list();
  static Value map();

  bool is_map() const { return shape == Shape::map; }
  bool is_list() const { return shape == Shape::list; }
  bool is_scalar() const { return shape == Shape::scalar; }
  /// A scalar that YAML readers take for text; for a number, a boolean or nothing.
  bool is_text() const;
  bool is_bare() const { return is_scalar() && (substituted || !quoted); }

  void add(std::string key, Value item);
  /// The item under a key of a map; null when there is none.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key) { return const_cast<Value*>(std::as_const(*this).find(key)); }
};

/// Whether YAML's core schema reads this plain scalar as a number, a boolean or null.
bool looks_typed(std::string_view plain);

/// As a message shows it: "`5x`", "a list", "empty".
std::string shown(const Value& value);

/// The value that stands closest to a path such as "population.0.arrive.over": the one itself, or
/// else the innermost that exists around it.
const Value& closest(const Value& root, std::string_view path);

/// Of a value that our own writers made: what they write plainly is JSON.
Json to_json(const Value& value);

}  // namespace gauntlet::scenarios
