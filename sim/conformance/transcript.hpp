// What was said in a case, as a person reads it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/terms/time.hpp"

namespace gauntlet::sim::conformance {

struct Entry {
  enum class Way : std::uint8_t { sent, came, note };
  Instant at;
  Way way;
  std::string who;   // "alice"
  std::string text;  // cut when it is long
};

/// Remembers the first entries of a case and, whatever their number, no more of each than a screen
/// holds. Secrets that it is told of do not come out of it.
class Transcript {
 public:
  static constexpr std::size_t kEntriesMax = 300;
  static constexpr std::size_t kTextBytesMax = 600;

  void add(Instant at, Entry::Way way, std::string_view who, std::string_view text);
  /// What comes afterwards is not part of the case.
  void end() { ended_ = true; }
  /// @param secret  a token or a PIN: not shown, in earlier entries neither.
  void hide(std::string_view secret);

  const std::vector<Entry>& entries() const { return entries_; }
  /// How many there were beyond those that are kept.
  std::size_t left_out() const { return left_out_; }
  /// Without the secrets.
  std::string scrubbed(std::string text) const;

 private:
  std::vector<Entry> entries_;
  std::vector<std::string> secrets_;
  std::size_t left_out_{0};
  bool ended_{false};
};

/// Printable text as it stands, on one line; anything else as its bytes in hexadecimal. Cut to
/// `bytes_max`.
std::string in_words(std::string_view bytes, std::size_t bytes_max = Transcript::kTextBytesMax);

}  // namespace gauntlet::sim::conformance
