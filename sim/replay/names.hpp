// What a recorded target called agents, sessions and rounds, and what the new one calls them.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace gauntlet::sim::replay {

/// @threads One.
class Names {
 public:
  /// The members that name something ("agent_id", "session_id", "participant_id", "id") and that
  /// two answers to the same request have in common.
  void learn(std::string_view recorded_answer, std::string_view answer);

  /// Appends a JSON text with every string in it that is, whole, an old name as the new one.
  void translate(std::string& out, std::string_view json) const;
  /// Likewise a path, by its parts between / ? & and =.
  void translate_path(std::string& out, std::string_view path) const;

 private:
  void append(std::string& out, std::string_view name) const;

  struct HashOfText {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::unordered_map<std::string, std::string, HashOfText, std::equal_to<>> new_names_;
};

}  // namespace gauntlet::sim::replay
