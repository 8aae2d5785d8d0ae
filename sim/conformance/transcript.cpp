#include "sim/conformance/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/terms/secret.hpp"
#include "sim/wire/utf8.hpp"

namespace gauntlet::sim::conformance {
namespace {

constexpr std::size_t kSecretBytesMin = 4;  // shorter ones would hide half of every text
constexpr std::size_t kHexBytesMax = 48;

bool printable(std::string_view text) {
  wire::Utf8Checker utf8;
  const bool plain = std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\r' || c == '\t';
  });
  return plain && utf8.feed(text) && utf8.complete();
}

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (const char c : bytes.substr(0, kHexBytesMax))
    text += fmt::format("{}{:02x}", text.empty() ? "" : " ", static_cast<unsigned char>(c));
  return text;
}

void replace_all(std::string& text, std::string_view secret) {
  const std::string shown{kRedacted};
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + shown.size()))
    text.replace(at, secret.size(), shown);
}

// On one line, whatever it is.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n')
      line += "\\n";
    else if (c == '\r')
      line += "\\r";
    else
      line += c == '\t' ? ' ' : c;
  }
  return line;
}

// The longest prefix of at most so many bytes that ends with a whole character.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
  std::size_t length = std::min(text.size(), bytes_max);
  while (length > 0 && length < text.size() &&
         (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
    --length;
  return text.substr(0, length);
}

}  // namespace

std::string in_words(std::string_view bytes, std::size_t bytes_max) {
  const bool readable = printable(bytes);
  const std::string_view shown = cut(bytes, readable ? bytes_max : kHexBytesMax);
  std::string text = readable ? on_one_line(shown) : hexadecimal(shown);
  if (shown.size() < bytes.size()) text += fmt::format("… ({} bytes)", bytes.size());
  return text;
}

void Transcript::add(Instant at, Entry::Way way, std::string_view who, std::string_view text) {
  if (ended_) return;
  if (entries_.size() == kEntriesMax) {
    ++left_out_;
    return;
  }
  entries_.push_back({at, way, std::string{who}, scrubbed(in_words(text))});
}

void Transcript::hide(std::string_view secret) {
  if (secret.size() < kSecretBytesMin) return;
  secrets_.emplace_back(secret);
  for (Entry& entry : entries_) replace_all(entry.text, secret);
}

std::string Transcript::scrubbed(std::string text) const {
  for (const std::string& secret : secrets_) replace_all(text, secret);
  return text;
}

}  // namespace gauntlet::sim::conformance
