#include "sim/target/http_answer.hpp"

#include <charconv>

#include "sim/wire/json_text.hpp"

namespace gauntlet::sim {
namespace {

std::optional<char> hex_byte(std::string_view digits) {
  unsigned value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc{} || digits.size() != 2 || end != digits.data() + 2) return std::nullopt;
  return static_cast<char>(value);
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? hex_byte(text.substr(i + 1, 2)) : std::nullopt;
    decoded += byte.value_or(text[i] == '+' ? ' ' : text[i]);
    if (byte) i += 2;
  }
  return decoded;
}

}  // namespace

HttpAnswer refusal(int status, std::string_view error, std::string_view message) {
  HttpAnswer answer{.status = status};
  answer.body = R"({"error":)";
  wire::append_json_string(answer.body, error);
  answer.body += R"(,"message":)";
  wire::append_json_string(answer.body, message);
  answer.body += '}';
  return answer;
}

void push_answer(TargetOutbox& out, ConnectionId to, const HttpAnswer& answer) {
  out.push({to, Respond{answer.status, out.keep(answer.body), answer.type}});
}

std::optional<std::string> query_value(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    if (percent_decoded(pair.substr(0, equals)) == key)
      return percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return std::nullopt;
}

}  // namespace gauntlet::sim
