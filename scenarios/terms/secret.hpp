// Text that must not be shown: a PIN, a token, an API key. Making it a secret is easy; the only way
// back is a word that a reader, and a search, can find.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace gauntlet {

/// What stands for a secret wherever one is written down.
inline constexpr std::string_view kRedacted = "[secret]";

/// No stream, format or log takes it.
class Secret {
 public:
  Secret() = default;
  Secret(std::string text) : text_{std::move(text)} {}
  Secret(std::string_view text) : text_{text} {}
  Secret(const char* text) : text_{text} {}

  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  void clear() { text_.clear(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

/// Of a secret that somebody else keeps.
class SecretView {
 public:
  SecretView() = default;
  SecretView(std::string_view text) : text_{text} {}
  SecretView(const char* text) : text_{text} {}
  SecretView(const Secret& secret) : text_{secret.reveal()} {}

  std::string_view reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string_view text_;
};

}  // namespace gauntlet
