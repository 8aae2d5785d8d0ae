#include "sim/actor/replies.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/wire/json_text.hpp"
#include "sim/wire/json_value.hpp"

namespace gauntlet::sim {
namespace {

using Json = nlohmann::json;

/// An object, or a discarded value for anything else.
Json parse_object(std::string_view body) {
  Json json = wire::json_value(body);
  return json.is_object() ? std::move(json) : Json(Json::value_t::discarded);
}

/// The value under `key`; null when `json` is no object or lacks it.
const Json* find(const Json& json, const char* key) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(key);
  return found == json.end() ? nullptr : &*found;
}

std::string string_at(const Json& json, const char* key) {
  const Json* value = find(json, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}

/// A count as JSON may write it: 12, 12.0 or null. Anything else is no count.
std::optional<std::int64_t> count_of(const Json& value) {
  if (value.is_null()) return 0;
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return std::nullopt;
  const auto number = value.get<double>();
  if (!(std::abs(number) < 1e15) || number != std::floor(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

/// A member of a round: of the reply itself, or of its `round`.
const Json* find_of_round(const Json& json, const char* key) {
  if (const Json* member = find(json, key)) return member;
  const Json* round = find(json, "round");
  return round == nullptr ? nullptr : find(*round, key);
}

/// The rows: the reply itself, or the first member that is an array.
const Json* rows_of(const Json& json) {
  if (json.is_array()) return &json;
  if (!json.is_object()) return nullptr;
  for (const auto& member : json)
    if (member.is_array()) return &member;
  return nullptr;
}

}  // namespace

std::optional<Registration> read_registration(std::string_view body) {
  const Json json = parse_object(body);
  Registration registration{string_at(json, "agent_id"), string_at(json, "token")};
  if (registration.token.empty()) return std::nullopt;
  return registration;
}

std::string read_error_code(std::string_view body) {
  return string_at(parse_object(body), "error");
}

std::optional<Secret> read_pin(std::string_view body) {
  const Json json = parse_object(body);
  const Json* pin = find(json, "pin");
  if (pin == nullptr) return std::nullopt;
  if (pin->is_number_unsigned()) return pin->dump();
  if (!pin->is_string() || pin->get_ref<const std::string&>().empty()) return std::nullopt;
  return pin->get<std::string>();
}

std::optional<std::string> read_round_id(std::string_view body) {
  const Json json = parse_object(body);
  const Json* id = find_of_round(json, "id");
  if (id == nullptr || !(id->is_string() || id->is_number_integer())) return std::nullopt;
  return id->dump();
}

std::optional<std::int64_t> read_round_number(std::string_view body) {
  constexpr std::int64_t kMax = 1'000'000;
  const Json json = parse_object(body);
  const Json* index = find_of_round(json, "index");
  const auto number = index == nullptr ? std::nullopt : count_of(*index);
  return number && *number >= 1 && *number <= kMax ? number : std::nullopt;
}

bool read_scoreboard(std::string_view body,
                     const std::function<void(std::string_view, std::int64_t)>& row) {
  const Json json = wire::json_value(body);
  const Json* rows = rows_of(json);
  if (rows == nullptr) return false;
  for (const Json& entry : *rows) {
    const Json* who = find(entry, "participant_id");
    const Json* tokens = find(entry, "tokens");
    if (who == nullptr || !who->is_string() || tokens == nullptr) continue;
    const auto count = count_of(*tokens);
    if (count) row(who->get_ref<const std::string&>(), *count);
  }
  return true;
}

std::string payload_of_output(std::string_view output) {
  while (output.ends_with('\n') || output.ends_with('\r')) output.remove_suffix(1);
  const std::size_t begin = output.find_first_not_of(" \t\r\n");
  const bool braced =
      begin != std::string_view::npos && (output[begin] == '{' || output[begin] == '[');
  if (braced && Json::accept(output)) return std::string{output};
  std::string payload;
  wire::append_json_string(payload, output);
  return payload;
}

std::string text_of_payload(std::string_view payload) {
  const Json value = wire::json_value(payload);
  return value.is_string() ? value.get<std::string>() : std::string{payload};
}

bool is_json_object(std::string_view body) { return parse_object(body).is_object(); }

bool is_csv_table(std::string_view body) {
  if (body.empty()) return false;
  std::size_t columns = 0;  // of the header; 0 until it is read
  std::size_t fields = 1;
  bool quoted = false;
  bool record_begun = false;
  const auto end_record = [&] {
    if (columns == 0) columns = fields;
    const bool fits = fields == columns;
    fields = 1;
    record_begun = false;
    return fits;
  };
  for (const char c : body) {
    if (c == '"') quoted = !quoted;  // a doubled quote inside a field opens it again at once
    if (quoted || (c != '\n' && c != ',')) {
      record_begun = record_begun || c != '\r';
      continue;
    }
    if (c == ',') {
      ++fields;
      record_begun = true;
    } else if (record_begun && !end_record()) {
      return false;
    }
  }
  if (quoted) return false;
  return record_begun ? end_record() : columns > 0;
}

std::string query_value(std::string_view id_json) {
  const Json id = wire::json_value(id_json);
  const std::string text = id.is_string() ? id.get<std::string>() : std::string{id_json};
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || c == '-' || c == '_' || c == '.';
    if (plain)
      encoded += c;
    else
      (encoded += '%').append({kHex[byte >> 4U], kHex[byte & 15U]});
  }
  return encoded;
}

}  // namespace gauntlet::sim
