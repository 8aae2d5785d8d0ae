// Reading one JSON document with simdjson's on-demand parser, and checking all of it on the way.
// Private to this folder.
//
// On-demand reads lazily: what nobody asks for is skipped by counting brackets, so `{"a":]}` inside
// an unused field would pass. Messages are forwarded raw, so every value is walked here, either by
// read() or by check(), each exactly once (simdjson's buffer for unescaped strings has room for one
// pass).
//
// Which kernel: Debian's libsimdjson holds them all, and stage 1 (finding the structure, checking
// UTF-8), most of the work, is chosen when the program runs: icelake or haswell on x86-64 of the
// last ten years. On-demand's own code is inlined into ours, so its kernel is fixed by our compiler
// flags: `fallback`, byte by byte, without -march=haswell or better. It only handles escapes.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/wire/json_value.hpp"

namespace gauntlet::sim::wire {

namespace ondemand = simdjson::ondemand;

enum class JsonKind : std::uint8_t { object, array, string, number, boolean, null };

struct JsonItem {
  JsonKind kind;
  std::string_view text;  // a string's content, else the raw JSON
};

/// Consumes a value, checking it whole. @return nothing when it is not well-formed.
std::optional<JsonItem> read(ondemand::value value, int depth = 1);

/// Consumes a value of any kind, checking it whole. @return its raw JSON text, or nothing.
std::optional<std::string_view> read_raw(ondemand::value value, int depth = 1);

/// Consumes a value whose content does not matter. False when it is not well-formed.
bool check(ondemand::value value, int depth = 1);

/// A field's name, unescaped; nothing when it is not well-formed.
std::optional<std::string_view> key_text(ondemand::field& field);

/// Looks at a value's first character without consuming it.
inline bool starts_with(ondemand::value value, char c) {
  return value.raw_json_token().starts_with(c);
}

/// Calls `on_field(key, value) -> bool` for each field in turn; it must consume the value. False as
/// soon as it returns false, or when there is no well-formed object.
/// @param source  a value or a document.
template <class OnField>
bool each_field(auto&& source, OnField&& on_field) {
  ondemand::object object;
  if (source.get_object().get(object)) return false;
  for (auto next : object) {
    ondemand::field field;
    if (std::move(next).get(field)) return false;
    const auto key = key_text(field);
    if (!key || !on_field(*key, field.value())) return false;
  }
  return true;
}

/// Calls `on_element(value) -> bool` likewise for each element of an array.
template <class OnElement>
bool each_element(ondemand::value source, OnElement&& on_element) {
  ondemand::array array;
  if (source.get_array().get(array)) return false;
  for (auto next : array) {
    ondemand::value element;
    if (next.get(element) || !on_element(element)) return false;
  }
  return true;
}

/// Runs `consume() -> bool` over an array or object, and returns the raw text that it went over.
template <class Consume>
std::optional<std::string_view> raw_text(ondemand::value value, Consume&& consume) {
  const char* const begin = value.raw_json_token().data();
  const char* end = nullptr;  // of the whitespace behind it, too
  if (!consume() || value.current_location().get(end)) return std::nullopt;
  while (end[-1] != '}' && end[-1] != ']') --end;
  return std::string_view{begin, static_cast<std::size_t>(end - begin)};
}

/// A parser and a padded copy of the text it reads, both kept for the next document.
class JsonDocument {
 public:
  /// True when `text` is one well-formed object, nothing follows it, and `on_field` agreed to every
  /// field. Views that read() returned are valid until the next call.
  template <class OnField>
  bool each_field_of(std::string_view text, OnField&& on_field) {
    ondemand::document document;
    return start(text, document) && each_field(document, on_field) && at_end(document);
  }

 private:
  bool start(std::string_view text, ondemand::document& document);
  static bool at_end(ondemand::document& document);

  ondemand::parser parser_;
  std::string padded_;
};

/// The number of a JSON number's text, when it is a whole one that fits: 3, 3.0 and 3e0 are 3.
std::optional<std::int64_t> whole_number(std::string_view token);
std::optional<double> real_number(std::string_view token);

}  // namespace gauntlet::sim::wire
