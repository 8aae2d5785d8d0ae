#include "sim/replay/answers.hpp"

#include <nlohmann/json.hpp>

#include "sim/wire/json_value.hpp"

namespace gauntlet::sim::replay {

Secret secret_in(std::string_view body, std::string_view key) {
  using Json = nlohmann::json;
  const Json json = wire::json_value(body);
  const auto found = json.is_object() ? json.find(key) : json.end();
  if (!json.is_object() || found == json.end()) return {};
  if (found->is_number_unsigned()) return found->dump();
  return found->is_string() ? found->get<std::string>() : "";
}

}  // namespace gauntlet::sim::replay
