#include "sim/replay/names.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sim/wire/json_value.hpp"

namespace gauntlet::sim::replay {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 4> kNaming{"agent_id", "session_id", "participant_id", "id"};

// By its place in the document: "/round/id".
bool names_something(std::string_view pointer) {
  const std::string_view key = pointer.substr(pointer.rfind('/') + 1);
  return std::ranges::find(kNaming, key) != kNaming.end();
}

}  // namespace

void Names::learn(std::string_view recorded_answer, std::string_view answer) {
  const Json before = wire::json_value(recorded_answer);
  const Json now = wire::json_value(answer);
  if (!before.is_object() || !now.is_object()) return;
  const Json flat_before = before.flatten();
  const Json flat_now = now.flatten();
  for (const auto& [pointer, old_name] : flat_before.items()) {
    const auto found = flat_now.find(pointer);
    if (!names_something(pointer) || !old_name.is_string() || found == flat_now.end() ||
        !found->is_string())
      continue;
    const auto& from = old_name.get_ref<const std::string&>();
    const auto& to = found->get_ref<const std::string&>();
    if (from != to)
      new_names_[from] = to;
    else
      new_names_.erase(from);
  }
}

void Names::append(std::string& out, std::string_view name) const {
  const auto found = new_names_.find(name);
  out += found != new_names_.end() ? std::string_view{found->second} : name;
}

// Names have no characters that JSON escapes.
void Names::translate(std::string& out, std::string_view json) const {
  if (new_names_.empty()) {
    out += json;
    return;
  }
  while (!json.empty()) {
    const std::size_t quote = json.find('"');
    if (quote == std::string_view::npos) break;
    out += json.substr(0, quote + 1);
    json.remove_prefix(quote + 1);
    std::size_t end = 0;
    while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    end = std::min(end, json.size());
    append(out, json.substr(0, end));
    json.remove_prefix(end);
    if (json.empty()) return;
    out += '"';
    json.remove_prefix(1);
  }
  out += json;
}

void Names::translate_path(std::string& out, std::string_view path) const {
  constexpr std::string_view kBetween = "/?&=";
  while (!path.empty()) {
    const std::size_t end = std::min(path.find_first_of(kBetween), path.size());
    append(out, path.substr(0, end));
    path.remove_prefix(end);
    if (path.empty()) return;
    out += path.front();
    path.remove_prefix(1);
  }
}

}  // namespace gauntlet::sim::replay
