#include "sim/actor/crew.hpp"

#include <charconv>

namespace gauntlet::sim {
namespace {

constexpr std::string_view kPrefix = "gauntlet-";

/// A decimal number as to_string would write it, so that no two texts mean the same actor.
std::optional<std::uint32_t> canonical_number(std::string_view text) {
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return number;
}

bool strip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string Crew::agent_name(std::uint32_t number) const {
  return agent_prefix() + std::to_string(number);
}

std::string Crew::agent_prefix() const { return std::string{kPrefix} + run + '-'; }

bool Crew::is_of_a_case(std::string_view name) const { return name.starts_with('g' + run + '-'); }

std::string Crew::participant_nickname(std::uint32_t number) const {
  return guise ? guise->nickname : participant_name(number);
}

std::string Crew::participant_name(std::uint32_t number) const {
  if (guise) return guise->id;
  return std::string{kPrefix} + run + "-p" + std::to_string(number);
}

std::optional<std::uint32_t> Crew::participant_number(std::string_view name) const {
  if (!strip(name, kPrefix) || !strip(name, run) || !strip(name, "-p")) return std::nullopt;
  const auto number = canonical_number(name);
  if (!number || *number >= plan.participants.size()) return std::nullopt;
  return number;
}

std::optional<std::size_t> Crew::round_index(std::int64_t number) const {
  if (!scenarios::has_operator(scenario)) return std::nullopt;
  const bool fresh_session = !given_pin(scenario);
  const std::int64_t counted = fresh_session ? session.current().first_round + number
                                             : static_cast<std::int64_t>(rounds.started());
  if (counted < 1 || counted > static_cast<std::int64_t>(scenario.rounds.size()))
    return std::nullopt;
  return static_cast<std::size_t>(counted - 1);
}

std::uint32_t Crew::round_lane(std::uint32_t number) const {
  constexpr std::uint32_t kRoundsMax = 1U << 24U;  // of a session: far more than there are
  return session.current().number * kRoundsMax + number;
}

std::uint32_t Crew::own_round_lane(std::size_t index) const {
  const auto number = static_cast<std::int64_t>(index) - session.current().first_round + 1;
  return round_lane(static_cast<std::uint32_t>(number));
}

bool has_own_rounds(const scenarios::Scenario& scenario) {
  return scenarios::has_operator(scenario) && !given_pin(scenario);
}

std::optional<Secret> given_pin(const scenarios::Scenario& scenario) {
  if (!scenario.targets.arena) return std::nullopt;
  const auto* address = std::get_if<scenarios::ArenaAddress>(&*scenario.targets.arena);
  if (address == nullptr || !address->pin) return std::nullopt;
  return *address->pin;
}

}  // namespace gauntlet::sim
