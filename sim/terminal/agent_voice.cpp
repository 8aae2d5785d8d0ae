#include "sim/terminal/agent_voice.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/actor/replies.hpp"
#include "sim/terminal/narrator.hpp"
#include "sim/wire/json_text.hpp"
#include "sim/wire/json_value.hpp"

namespace gauntlet::sim {
namespace {

using Json = nlohmann::json;

std::string indented(std::string_view text) {
  std::string lines;
  for (const char c : printable(text)) {
    lines += c;
    if (c == '\n') lines += "    ";
  }
  return lines;
}

std::string joined(std::span<const std::string_view> names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

/// As the reference client says it.
std::string discovery_in_words(const wire::ArcMessage& message) {
  std::string text = fmt::format("agent discovered: {}", message.from.empty() ? "?" : message.from);
  const std::string about = text_of_payload(message.payload);
  if (!about.empty() && about != "null" && about != "{}") text += " " + about;
  return indented(text);
}

std::string string_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string payload_of(std::string_view words) {
  std::string payload;
  wire::append_json_string(payload, words);
  return payload;
}

bool is_json(std::string_view text) { return Json::accept(text); }

std::string in_words(const wire::ArcMessage& message) {
  if (message.type == "discovery") return discovery_in_words(message);
  std::string head =
      fmt::format("[{}] → [{}]", message.from.empty() ? "?" : message.from, joined(message.to));
  if (!message.type.empty()) head += fmt::format(" {}", message.type);
  return indented(fmt::format("{}: {}", head, text_of_payload(message.payload)));
}

std::string complaint_of(std::string_view json) {
  Json body = wire::json_value(json);
  if (!body.is_object()) return indented(json.substr(0, 200));
  if (const auto payload = body.find("payload"); payload != body.end() && payload->is_object())
    body = Json(*payload);
  std::string code = string_at(body, "code");
  if (code.empty()) code = string_at(body, "error");
  const std::string words = string_at(body, "message");
  return indented(code.empty() || words.empty() ? code + words : code + ": " + words);
}

std::string on_one_line(std::string_view json) {
  std::string line;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const auto byte = static_cast<unsigned char>(json[i]);
    const auto next = i + 1 < json.size() ? static_cast<unsigned char>(json[i + 1]) : 0U;
    if (byte < 0x20) {
      line += ' ';
    } else if (byte == 0x7F) {
      line += "\\u007f";
    } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {  // C1 controls
      line += fmt::format("\\u{:04x}", next);
      ++i;
    } else {
      line += json[i];
    }
  }
  return line;
}

void AgentVoice::message(const wire::ArcMessage& message, std::string_view text) const {
  results_((form_ == Form::json ? on_one_line(text) : in_words(message)) + '\n');
}

void AgentVoice::registered(std::string_view id, const Secret& token) const {
  if (form_ == Form::words)
    return results_(indented(fmt::format("registered as {}", id)) + '\n' +
                    indented(fmt::format("token: {}", token.reveal())) + '\n');
  std::string line = R"({"agent_id":)";
  wire::append_json_string(line, id);
  line += R"(,"token":)";
  wire::append_json_string(line, token.reveal());
  results_(on_one_line(line + '}') + '\n');
}

void AgentVoice::remark(std::string_view line) const { remarks_(indented(line) + '\n'); }

}  // namespace gauntlet::sim
