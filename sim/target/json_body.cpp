#include "sim/target/json_body.hpp"

#include <cmath>
#include <utility>

#include "sim/wire/json_value.hpp"

namespace gauntlet::sim {
namespace {

std::string number_text(double number) { return dump(nlohmann::json(number)); }

}  // namespace

std::optional<nlohmann::json> parse_object(std::string_view text) {
  auto value = wire::json_value(text);
  if (!value.is_object()) return std::nullopt;
  return value;
}

std::string dump(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

BodyReader::BodyReader(std::string_view body) : object_(nlohmann::json::object()) {
  if (body.empty()) return;
  if (auto object = parse_object(body))
    object_ = std::move(*object);
  else
    problem_ = "the body must be a JSON object";
}

const nlohmann::json* BodyReader::find(const char* key) const {
  const auto field = object_.find(key);
  return field == object_.end() || field->is_null() ? nullptr : &*field;
}

void BodyReader::complain(const char* key, const std::string& demand) {
  if (ok()) problem_ = std::string{key} + " must be " + demand;
}

std::optional<std::string> BodyReader::text(const char* key) {
  const auto* field = find(key);
  if (!field) return std::nullopt;
  if (field->is_string()) return field->get<std::string>();
  complain(key, "a string");
  return std::nullopt;
}

std::optional<std::int64_t> BodyReader::whole(const char* key, Whole range) {
  const auto* field = find(key);
  if (!field) return std::nullopt;
  // An unsigned number may not fit: as a double it is far above any range of ours.
  const double rough = field->is_number() ? field->get<double>() : std::nan("");
  if (field->is_number_integer() && std::abs(rough) <= 9e18) {
    const auto number = field->get<std::int64_t>();
    if (number >= range.min && number <= range.max) return number;
  }
  complain(key,
           "a whole number from " + std::to_string(range.min) + " to " + std::to_string(range.max));
  return std::nullopt;
}

std::optional<double> BodyReader::real(const char* key, Real range) {
  const auto* field = find(key);
  if (!field) return std::nullopt;
  const double number = field->is_number() ? field->get<double>() : std::nan("");
  if (number >= range.min && number <= range.max) return number;
  complain(key, "a number from " + number_text(range.min) + " to " + number_text(range.max));
  return std::nullopt;
}

std::optional<bool> BodyReader::flag(const char* key) {
  const auto* field = find(key);
  if (!field) return std::nullopt;
  if (field->is_boolean()) return field->get<bool>();
  complain(key, "true or false");
  return std::nullopt;
}

std::string BodyReader::required_text(const char* key) {
  const auto found = text(key);
  if (!found || found->empty()) complain(key, "a string that is not empty");
  return found.value_or(std::string{});
}

double BodyReader::required_real(const char* key, Real range) {
  const auto found = real(key, range);
  if (!found)
    complain(key, "a number from " + number_text(range.min) + " to " + number_text(range.max));
  return found.value_or(range.min);
}

}  // namespace gauntlet::sim
