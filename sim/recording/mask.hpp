// What must not be written: the tokens and the PINs that an actor knows, and where they stand in a
// text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/terms/secret.hpp"
#include "sim/recording/entry.hpp"

namespace gauntlet::sim::recording {

/// Where a text goes that had secrets in it; used again and again.
struct Room {
  std::string words;
  std::vector<Blank> blanks;
};

class Mask {
 public:
  /// From now on, `secret` is not to be seen in any text. Short ones only as whole words: the six
  /// digits of a PIN also stand in times and in counts.
  void hide(Hidden what, SecretView secret);
  /// Hides what a JSON text calls "token" or "pin".
  void learn(std::string_view json);
  /// @return the text itself when there is nothing to hide; else what is in `room`.
  Text apply(std::string_view text, Room& room) const;

 private:
  struct Known {
    Hidden what;
    Secret secret;
  };
  struct Found {
    std::size_t at;
    const Known* known;
  };
  std::optional<Found> first_in(std::string_view text, std::size_t from) const;

  std::vector<Known> known_;  // the newest last
};

/// The same text with these secrets in its blanks, appended.
void fill(std::string& out, const Text& text, SecretView token, SecretView pin);

/// For a person: each blank as its name.
std::string with_names(const Text& text);

}  // namespace gauntlet::sim::recording
