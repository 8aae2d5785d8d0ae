#include "scenarios/parse/print.hpp"

#include <string_view>

namespace gauntlet::scenarios {
namespace {

constexpr std::size_t kWidth = 100;

// Conservative: letters, digits and a few signs that mean nothing to YAML where they stand.
bool is_safe_plain(std::string_view text) {
  constexpr std::string_view kSigns = " ._/%+-<>=$()";
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  if (std::string_view{"-<>=%"}.find(text.front()) != std::string_view::npos) return false;
  for (const char c : text) {
    const bool alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!alphanumeric && kSigns.find(c) == std::string_view::npos) return false;
  }
  return true;
}

// A colon is harmless when no space follows it, and in an address it reads better without quotes.
bool is_url(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  std::string rest{text};
  std::erase(rest, ':');
  return text.back() != ':' && is_safe_plain(rest);
}

std::string in_quotes(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\x";
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string scalar(const Value& value) {
  if (looks_typed(value.text)) return value.quoted ? in_quotes(value.text) : value.text;
  return is_safe_plain(value.text) || is_url(value.text) ? value.text : in_quotes(value.text);
}

bool has_block(const Value& value) {
  if (value.block && !value.items.empty()) return true;
  for (const Value& item : value.items)
    if (has_block(item)) return true;
  return false;
}

// Writes one entry a line, from the current column on.
void print_block(const Value& value, std::size_t indent, std::string& out);

// What stands behind "key:" or "-" in the current line.
void print_item(const Value& item, std::size_t indent, bool after_dash, std::string& out) {
  const std::string line = print_inline(item);
  const std::size_t column = out.size() - (out.rfind('\n') + 1);
  if (item.is_scalar() || item.items.empty() ||
      (!has_block(item) && column + line.size() < kWidth)) {
    out += ' ' + line + '\n';
    return;
  }
  if (after_dash && item.is_map()) {
    out += ' ';
  } else {
    out += '\n';
    out.append(indent + 2, ' ');
  }
  print_block(item, indent + 2, out);
}

void print_block(const Value& value, std::size_t indent, std::string& out) {
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) out.append(indent, ' ');
    out += value.is_map() ? value.keys[i].text + ':' : "-";
    print_item(value.items[i], indent, value.is_list(), out);
  }
}

}  // namespace

std::string print_inline(const Value& value) {
  if (value.is_scalar()) return scalar(value);
  if (value.shape == Value::Shape::null) return "null";
  std::string out = value.is_map() ? "{" : "[";
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) out += ", ";
    if (value.is_map()) out += value.keys[i].text + ": ";
    out += print_inline(value.items[i]);
  }
  return out + (value.is_map() ? '}' : ']');
}

std::string print(const Value& root) {
  if (!root.is_map() || root.items.empty()) return print_inline(root) + '\n';
  std::string out;
  for (std::size_t i = 0; i < root.items.size(); ++i) {
    const bool long_before = i > 0 && has_block(root.items[i - 1]);
    if (i > 0 && (long_before || has_block(root.items[i]))) out += '\n';
    out += root.keys[i].text + ':';
    print_item(root.items[i], 0, false, out);
  }
  return out;
}

}  // namespace gauntlet::scenarios
