#include "sim/conformance/message.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/conformance/transcript.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr std::size_t kShownBytes = 300;

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

const Json& field(const Json& object, std::string_view key) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

std::string text_of(const Json& object, std::string_view key) {
  const Json& value = field(object, key);
  return value.is_string() ? value.get<std::string>() : std::string{};
}

bool same(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a.get<double>() == b.get<double>();
  if (a.is_array() && b.is_array()) return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
  if (!a.is_object() || !b.is_object()) return a == b;
  return a.size() == b.size() && std::ranges::all_of(a.items(), [&](const auto& item) {
           return b.contains(item.key()) && same(item.value(), b.at(item.key()));
         });
}

std::string said(const Message& message) { return in_words(message.text, kShownBytes); }

std::string said(const Reply& reply) {
  return reply.status == 0
             ? fmt::format("no HTTP reply: {}", in_words(reply.body, kShownBytes))
             : fmt::format("HTTP {} {}", reply.status, in_words(reply.body, kShownBytes));
}

std::string said(const Json& json) { return in_words(dumped(json), kShownBytes); }

Pattern anything() {
  return Pattern{[](const Json&) { return true; }};
}

Pattern with(std::string key, Json value) {
  return Pattern{[key = std::move(key), value = std::move(value)](const Json& json) {
    return same(field(json, key), value);
  }};
}

}  // namespace gauntlet::sim::conformance
