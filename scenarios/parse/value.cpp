#include "scenarios/parse/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "scenarios/parse/quantity.hpp"

namespace gauntlet::scenarios {
namespace {

// YAML 1.2 core schema, and the integers that only it writes that way.
constexpr std::array<std::string_view, 11> kWords{"true", "True", "TRUE", "false", "False", "FALSE",
                                                  "null", "Null", "NULL", "~",     ""};

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_special_number(std::string_view text) {
  if (text.starts_with("0x")) return all_of(text.substr(2), "0123456789abcdefABCDEF");
  if (text.starts_with("0o")) return all_of(text.substr(2), "01234567");
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text == ".inf" || text == ".Inf" || text == ".INF" || text == ".nan" || text == ".NaN" ||
         text == ".NAN";
}

}  // namespace

Value Value::plain(std::string text) {
  Value value;
  value.shape = Shape::scalar;
  value.text = std::move(text);
  return value;
}

Value Value::quote(std::string text) {
  Value value = plain(std::move(text));
  value.quoted = true;
  return value;
}

Value Value::list() {
  Value value;
  value.shape = Shape::list;
  return value;
}

Value Value::map() {
  Value value;
  value.shape = Shape::map;
  return value;
}

bool Value::is_text() const { return is_scalar() && (quoted || substituted || !looks_typed(text)); }

void Value::add(std::string key, Value item) {
  keys.push_back(plain(std::move(key)));
  items.push_back(std::move(item));
}

const Value* Value::find(std::string_view key) const {
  if (!is_map()) return nullptr;
  const auto at = std::ranges::find(keys, key, &Value::text);
  return at == keys.end() ? nullptr : &items[static_cast<std::size_t>(at - keys.begin())];
}

bool looks_typed(std::string_view plain) {
  return std::ranges::find(kWords, plain) != kWords.end() || parse_number(plain).has_value() ||
         is_special_number(plain);
}

std::string shown(const Value& value) {
  constexpr std::size_t kLongest = 60;
  switch (value.shape) {
    case Value::Shape::null:
      return "empty";
    case Value::Shape::list:
      return "a list";
    case Value::Shape::map:
      return "a map";
    case Value::Shape::scalar:
      break;
  }
  if (value.text.size() <= kLongest) return '`' + value.text + '`';
  std::size_t cut = kLongest;
  while (cut > 0 && (static_cast<unsigned char>(value.text[cut]) & 0xC0U) == 0x80U) --cut;
  return '`' + value.text.substr(0, cut) + "...`";
}

const Value& closest(const Value& root, std::string_view path) {
  const Value* at = &root;
  while (!path.empty()) {
    const auto dot = path.find('.');
    const std::string_view step = path.substr(0, dot);
    path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    const Value* next = at->find(step);
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
    if (at->is_list() && error == std::errc{} && index < at->items.size()) next = &at->items[index];
    if (next == nullptr) break;
    at = next;
  }
  return *at;
}

Json to_json(const Value& value) {
  switch (value.shape) {
    case Value::Shape::null:
      return nullptr;
    case Value::Shape::scalar:
      if (!value.is_text()) return Json::parse(value.text, nullptr, false);
      return value.text;
    case Value::Shape::list: {
      Json list = Json::array();
      for (const Value& item : value.items) list.push_back(to_json(item));
      return list;
    }
    case Value::Shape::map:
      break;
  }
  Json map = Json::object();
  for (std::size_t i = 0; i < value.keys.size(); ++i)
    map[value.keys[i].text] = to_json(value.items[i]);
  return map;
}

}  // namespace gauntlet::scenarios
