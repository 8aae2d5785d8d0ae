#include "sim/wire/json_walk.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gauntlet::sim::wire {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view without_blanks_behind(std::string_view token) {
  while (!token.empty() && blank(token.back())) token.remove_suffix(1);
  return token;
}

bool digit(char c) { return c >= '0' && c <= '9'; }

// Takes digits from the front; false when there are none.
bool take_digits(std::string_view& text) {
  const auto length =
      static_cast<std::size_t>(std::ranges::find_if_not(text, digit) - text.begin());
  text.remove_prefix(length);
  return length != 0;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// number = [ "-" ] ( "0" / digit1-9 *DIGIT ) [ "." 1*DIGIT ] [ ("e" / "E") [ "-" / "+" ] 1*DIGIT ]
// RFC 8259 §6. Of any size: whether it fits is the reader's business.
bool is_number(std::string_view text) {
  take(text, "-");
  if (!take(text, "0") && !take_digits(text)) return false;
  if (take(text, ".") && !take_digits(text)) return false;
  if (take(text, "eE")) {
    take(text, "+-");
    if (!take_digits(text)) return false;
  }
  return text.empty();
}

// A number, true, false or null. It stays unconsumed: the iteration around it steps over exactly
// one token then.
std::optional<JsonItem> bare_word(std::string_view token) {
  token = without_blanks_behind(token);
  if (token == "null") return JsonItem{JsonKind::null, token};
  if (token == "true" || token == "false") return JsonItem{JsonKind::boolean, token};
  if (is_number(token)) return JsonItem{JsonKind::number, token};
  return std::nullopt;
}

// Stage 1 has found the closing quote and refused control characters; only escapes are left.
bool check_string(ondemand::value value, std::string_view token) {
  if (token.find('\\') == std::string_view::npos) return !value.get_raw_json_string().error();
  return !value.get_string().error();
}

}  // namespace

bool check(ondemand::value value, int depth) {
  const std::string_view token = value.raw_json_token();
  if (token.empty()) return false;
  switch (token.front()) {
    case '{':
      return depth < kJsonDepthMax && each_field(value, [depth](auto, ondemand::value field) {
               return check(field, depth + 1);
             });
    case '[':
      return depth < kJsonDepthMax && each_element(value, [depth](ondemand::value element) {
               return check(element, depth + 1);
             });
    case '"':
      return check_string(value, token);
    default:
      return bare_word(token).has_value();
  }
}

std::optional<JsonItem> read(ondemand::value value, int depth) {
  const std::string_view token = value.raw_json_token();
  if (token.empty()) return std::nullopt;
  if (token.front() == '"') {
    std::string_view content;
    if (value.get_string().get(content)) return std::nullopt;
    return JsonItem{JsonKind::string, content};
  }
  if (token.front() != '{' && token.front() != '[') return bare_word(token);
  const auto raw = read_raw(value, depth);
  if (!raw) return std::nullopt;
  return JsonItem{token.front() == '{' ? JsonKind::object : JsonKind::array, *raw};
}

std::optional<std::string_view> read_raw(ondemand::value value, int depth) {
  const std::string_view token = value.raw_json_token();
  const auto consume = [&] { return check(value, depth); };
  if (token.starts_with('{') || token.starts_with('[')) return raw_text(value, consume);
  return consume() ? std::optional{without_blanks_behind(token)} : std::nullopt;
}

std::optional<std::string_view> key_text(ondemand::field& field) {
  const char* const begin = field.key().raw();
  const char* end = begin;
  while (*end != '"' && *end != '\\') ++end;  // stage 1 has found the closing quote
  if (*end == '"') return std::string_view{begin, static_cast<std::size_t>(end - begin)};
  std::string_view unescaped;
  if (field.unescaped_key().get(unescaped)) return std::nullopt;
  return unescaped;
}

bool JsonDocument::start(std::string_view text, ondemand::document& document) {
  padded_.assign(text);
  padded_.append(simdjson::SIMDJSON_PADDING, '\0');
  return !parser_.iterate(padded_.data(), text.size(), padded_.size()).get(document);
}

bool JsonDocument::at_end(ondemand::document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

std::optional<double> real_number(std::string_view token) {
  double number = 0;
  const char* const end = token.data() + token.size();
  const auto [stopped, error] = std::from_chars(token.data(), end, number);
  if (error != std::errc{} || stopped != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<std::int64_t> whole_number(std::string_view token) {
  std::int64_t number = 0;
  const char* const end = token.data() + token.size();
  const auto [stopped, error] = std::from_chars(token.data(), end, number);
  if (error == std::errc{} && stopped == end) return number;
  const auto real = real_number(token);
  constexpr double kExactMax = 9007199254740992;  // 2^53
  if (!real || std::trunc(*real) != *real || std::abs(*real) > kExactMax) return std::nullopt;
  return static_cast<std::int64_t>(*real);
}

}  // namespace gauntlet::sim::wire
