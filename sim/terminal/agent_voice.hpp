// What an agent at a terminal has to say: in words for a person, or in JSON for a program.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "scenarios/terms/secret.hpp"
#include "sim/wire/arc_messages.hpp"

namespace gauntlet::sim {

/// The payload that a person's words make.
std::string payload_of(std::string_view words);
bool is_json(std::string_view text);

/// One message in words: "[alice] → [*]: hello", "[alice] → [bob] question: why?", or of one that
/// announces itself "agent discovered: alice". A text of several lines is indented, so that nothing
/// in it looks like another message.
std::string in_words(const wire::ArcMessage& message);

/// Why the relay complains, in its own words, whichever form they have.
std::string complaint_of(std::string_view json);

/// The same JSON on one line, and without a character that a terminal would obey. Well-formed JSON
/// has line ends between its tokens only.
std::string on_one_line(std::string_view json);

/// Results go one way and remarks another: what reads the results sees nothing else.
class AgentVoice {
 public:
  enum class Form : std::uint8_t { words, json };
  using Write = std::function<void(std::string_view)>;

  AgentVoice(Form form, Write results, Write remarks)
      : form_{form}, results_{std::move(results)}, remarks_{std::move(remarks)} {}

  /// A result: a message that arrived, as it was received.
  void message(const wire::ArcMessage& message, std::string_view text) const;
  /// A result: the secret that the relay gave us.
  void registered(std::string_view id, const Secret& token) const;
  /// Anything else worth knowing, in one line.
  void remark(std::string_view line) const;

 private:
  Form form_;
  Write results_;
  Write remarks_;
};

}  // namespace gauntlet::sim
