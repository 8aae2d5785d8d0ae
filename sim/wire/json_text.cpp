#include "sim/wire/json_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "sim/wire/plain_text.hpp"
#include "sim/wire/utf8.hpp"

namespace gauntlet::sim::wire {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += R"(\")";
      return;
    case '\\':
      out += R"(\\)";
      return;
    case '\b':
      out += R"(\b)";
      return;
    case '\f':
      out += R"(\f)";
      return;
    case '\n':
      out += R"(\n)";
      return;
    case '\r':
      out += R"(\r)";
      return;
    case '\t':
      out += R"(\t)";
      return;
    default:
      break;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<std::uint8_t>(c);
  out += R"(\u00)";
  out += kHex[byte >> 4U];
  out += kHex[byte & 0xFU];
}

template <class Number>
void append_shortest(std::string& out, Number number) {
  std::array<char, 32> digits;  // an int64 takes 20, a shortest double 24
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (;;) {
    const std::size_t as_it_is = plain_prefix(text);
    out.append(text.data(), as_it_is);
    text.remove_prefix(as_it_is);
    if (text.empty()) break;
    if (static_cast<std::uint8_t>(text.front()) < 0x80) {
      append_escape(out, text.front());
      text.remove_prefix(1);
    } else if (const std::size_t length = utf8_character(text); length != 0) {
      out.append(text.substr(0, length));
      text.remove_prefix(length);
    } else {
      out += kReplacement;
      text.remove_prefix(1);
    }
  }
  out += '"';
}

void append_json_number(std::string& out, std::int64_t number) { append_shortest(out, number); }

void append_json_number(std::string& out, double number) {
  if (std::isfinite(number))
    append_shortest(out, number);
  else
    out += "null";
}

}  // namespace gauntlet::sim::wire
