#include "sim/target/roster.hpp"

#include <algorithm>
#include <charconv>

namespace gauntlet::sim {
namespace {

constexpr std::string_view kTokenPrefix = "tok_";
constexpr std::size_t kNumberDigits = 8;
constexpr std::size_t kSecretDigits = 16;  // of each half

void append_hex(std::string& out, std::uint64_t value, std::size_t digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t left = digits; left-- > 0;) out += kDigits[(value >> (4 * left)) & 0xF];
}

std::optional<std::uint64_t> take_hex(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value, 16);
  if (error != std::errc{} || end != text.data() + digits) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

}  // namespace

bool Roster::well_formed(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return name.size() >= 3 && name.size() <= 64 && name.front() != '-' && name.back() != '-' &&
         std::ranges::all_of(name, allowed);
}

AgentNumber Roster::add(std::string_view name) {
  const auto number = static_cast<AgentNumber>(agents_.size());
  KnownAgent& agent = agents_.emplace_back();
  agent.name = name;
  agent.secret = {random_.next(), random_.next()};
  by_name_.emplace(agent.name, number);
  return number;
}

AgentNumber Roster::add_unnamed() {
  std::string name;
  do {
    name = "agent-";
    append_hex(name, random_.next(), 8);
  } while (find(name));
  return add(name);
}

std::optional<AgentNumber> Roster::find(std::string_view name) const {
  const auto known = by_name_.find(name);
  return known == by_name_.end() ? std::nullopt : std::optional{known->second};
}

// The number finds the agent without an index; the secret makes the token.
std::string Roster::token(AgentNumber number) const {
  std::string token{kTokenPrefix};
  append_hex(token, number, kNumberDigits);
  for (const std::uint64_t half : agents_[number].secret) append_hex(token, half, kSecretDigits);
  return token;
}

std::optional<AgentNumber> Roster::find_by_token(std::string_view token) const {
  if (!token.starts_with(kTokenPrefix)) return std::nullopt;
  token.remove_prefix(kTokenPrefix.size());
  const auto number = take_hex(token, kNumberDigits);
  const auto high = take_hex(token, kSecretDigits);
  const auto low = take_hex(token, kSecretDigits);
  if (!number || !high || !low || !token.empty() || *number >= agents_.size()) return std::nullopt;
  const auto& secret = agents_[*number].secret;
  const bool same = ((secret[0] ^ *high) | (secret[1] ^ *low)) == 0;
  return same ? std::optional{static_cast<AgentNumber>(*number)} : std::nullopt;
}

std::optional<AgentNumber> Roster::find_by_connection(ConnectionId connection) const {
  const auto known = by_connection_.find(connection);
  return known == by_connection_.end() ? std::nullopt : std::optional{known->second};
}

std::optional<ConnectionId> Roster::connect(AgentNumber number, ConnectionId connection) {
  disconnect(connection);
  KnownAgent& agent = agents_[number];
  std::optional<ConnectionId> replaced;
  if (agent.online()) {
    replaced = agent.connection;
    disconnect(*replaced);
  }
  agent.connection = connection;
  agent.place = static_cast<std::uint32_t>(online_.size());
  online_.push_back(number);
  by_connection_.insert_or_assign(connection, number);
  return replaced;
}

// The last of those online takes the place that becomes free.
void Roster::disconnect(ConnectionId connection) {
  const auto known = by_connection_.find(connection);
  if (known == by_connection_.end()) return;
  KnownAgent& agent = agents_[known->second];
  const AgentNumber last = online_.back();
  online_[agent.place] = last;
  agents_[last].place = agent.place;
  online_.pop_back();
  agent.place = KnownAgent::kOffline;
  agent.subscriptions = {};
  by_connection_.erase(known);
}

}  // namespace gauntlet::sim
