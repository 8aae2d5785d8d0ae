// What a person typed, and what it asks for.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gauntlet::sim {

struct Utterance {
  std::vector<std::string> to;  // empty: everybody
  std::string words;
};
struct Reply {  // to the question that was heard last
  std::string words;
};
struct Follow {
  std::vector<std::string> whom;
};
struct Quit {};
struct NotUnderstood {
  std::string fix;
};
using Typed = std::variant<Utterance, Reply, Follow, Quit, NotUnderstood>;

/// "words" to everybody, "@bob words" or "@bob,carl words" to some, "/answer words",
/// "/subscribe bob carl", "/quit".
Typed read_typed(std::string_view line);

}  // namespace gauntlet::sim
