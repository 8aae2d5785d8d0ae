#include "tests/support/json_schema.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <set>

namespace gauntlet::tests {
namespace {

using nlohmann::json;

class Validator {
 public:
  explicit Validator(const json& root) : root_{root} {}

  void check(const json& schema, const json& instance, const std::string& at) {
    for (const auto& [keyword, value] : schema.items()) {
      if (keyword == "$ref")
        check(resolve(value), instance, at);
      else if (keyword == "type")
        check_type(value, instance, at);
      else if (keyword == "const")
        require(instance == value, at, "is not " + value.dump());
      else if (keyword == "enum")
        require(std::ranges::count(value, instance) > 0, at, "is none of " + value.dump());
      else if (keyword == "anyOf")
        check_any(value, instance, at);
      else if (keyword == "allOf")
        for (const json& each : value) check(each, instance, at);
      else if (keyword == "not")
        require(!passes(value, instance), at, "matches " + value.dump());
      else if (keyword == "properties")
        check_properties(schema, instance, at);
      else if (keyword == "required")
        check_required(value, instance, at);
      else if (keyword == "items")
        check_items(value, instance, at);
      else if (keyword == "pattern")
        check_pattern(value, instance, at);
      else if (is_limit(keyword))
        check_limit(keyword, value, instance, at);
      else
        require(kSilent.contains(keyword), at, "the validator does not know " + keyword);
    }
  }

  std::vector<std::string> take() { return std::move(problems_); }

 private:
  // Annotations, and what `properties` and `$ref` see to.
  inline static const std::set<std::string> kSilent{
      "$schema", "$defs", "title", "default", "description", "examples", "additionalProperties"};

  void require(bool holds, const std::string& at, const std::string& why) {
    if (!holds) problems_.push_back(at + ": " + why);
  }

  bool passes(const json& schema, const json& instance) {
    Validator inner{root_};
    inner.check(schema, instance, "");
    return inner.problems_.empty();
  }

  const json& resolve(const std::string& reference) {
    return root_.at(json::json_pointer{reference.substr(1)});
  }

  static bool has_type(const std::string& type, const json& instance) {
    if (type == "object") return instance.is_object();
    if (type == "array") return instance.is_array();
    if (type == "string") return instance.is_string();
    if (type == "boolean") return instance.is_boolean();
    if (type == "number") return instance.is_number();
    if (type == "integer")  // 5.0 is an integer to JSON Schema
      return instance.is_number_integer() ||
             (instance.is_number() && std::trunc(instance.get<double>()) == instance.get<double>());
    return false;
  }

  void check_type(const std::string& type, const json& instance, const std::string& at) {
    require(has_type(type, instance), at, "is not of type " + type);
  }

  void check_any(const json& choices, const json& instance, const std::string& at) {
    for (const json& choice : choices)
      if (passes(choice, instance)) return;
    require(false, at, "fits none of the choices");
  }

  void check_properties(const json& schema, const json& instance, const std::string& at) {
    if (!instance.is_object()) return;
    const json& known = schema.at("properties");
    for (const auto& [key, value] : instance.items()) {
      if (known.contains(key))
        check(known.at(key), value, at + '/' + key);
      else
        require(schema.value("additionalProperties", true), at, key + " is not a known key");
    }
  }

  void check_required(const json& keys, const json& instance, const std::string& at) {
    if (!instance.is_object()) return;
    for (const json& key : keys)
      require(instance.contains(key.get<std::string>()), at, "lacks " + key.dump());
  }

  void check_items(const json& schema, const json& instance, const std::string& at) {
    if (!instance.is_array()) return;
    for (std::size_t i = 0; i < instance.size(); ++i)
      check(schema, instance[i], at + '/' + std::to_string(i));
  }

  void check_pattern(const std::string& pattern, const json& instance, const std::string& at) {
    if (!instance.is_string()) return;
    static std::map<std::string, std::regex> compiled;
    const auto regex = compiled.try_emplace(pattern, pattern).first;
    require(std::regex_search(instance.get<std::string>(), regex->second), at,
            "does not match " + pattern);
  }

  static double length(const json& text) {
    return static_cast<double>(text.get_ref<const std::string&>().size());
  }

  static bool is_limit(const std::string& keyword) {
    static const std::set<std::string> kLimits{"minimum", "maximum", "exclusiveMinimum", "minItems",
                                               "minLength"};
    return kLimits.contains(keyword);
  }

  void check_limit(const std::string& keyword, const json& limit, const json& instance,
                   const std::string& at) {
    // As floating point: the library compares signed with unsigned numbers by their bits.
    const double bound = limit.get<double>();
    const double number = instance.is_number() ? instance.get<double>() : bound;
    bool holds = true;
    if (keyword == "minimum") holds = number >= bound;
    if (keyword == "maximum") holds = number <= bound;
    if (keyword == "exclusiveMinimum") holds = !instance.is_number() || number > bound;
    if (keyword == "minItems") holds = !instance.is_array() || instance.size() >= limit;
    if (keyword == "minLength") holds = !instance.is_string() || length(instance) >= bound;
    require(holds, at, keyword + " is " + limit.dump());
  }

  const json& root_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> validate(const nlohmann::json& schema, const nlohmann::json& instance) {
  Validator validator{schema};
  validator.check(schema, instance, "");
  return validator.take();
}

}  // namespace gauntlet::tests
