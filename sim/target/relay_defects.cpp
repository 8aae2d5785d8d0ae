// What a relay with defects does wrong with those who come and go, and with what they ask of it.
// Each is one rule of the relay, broken in one small way.
#include <algorithm>
#include <utility>

#include "sim/target/relay.hpp"
#include "sim/target/spoilt_text.hpp"

namespace gauntlet::sim {
namespace {

// Messages for an agent that still go to the connection that it has replaced.
constexpr std::uint32_t kStaleMessages = 3;

constexpr std::size_t kTokenChars = 44;
constexpr std::size_t kTokenBeginning = 4;

// In which two requests may be on their way at once.
constexpr Duration kMoment = std::chrono::milliseconds{20};

constexpr Duration kHastyHeartbeat = std::chrono::seconds{5};

constexpr std::uint16_t kBroken = 1006;

constexpr std::string_view kSealedBeginning = "tok_of.";

// What any process of the relay can check that knows how.
std::string sealed_token(std::string_view name) {
  std::uint64_t seal = kSealedBeginning.size();
  for (const char letter : name) seal = key_of(seal, static_cast<unsigned char>(letter));
  return std::string{kSealedBeginning} + std::string{name} + '.' + std::to_string(seal);
}

constexpr std::size_t kNameCharsMin = 3;
constexpr std::size_t kNameCharsMax = 64;

bool begins_with_digit(std::string_view name) {
  return !name.empty() && name.front() >= '0' && name.front() <= '9';
}

bool is_all_digits(std::string_view name) {
  return name.find_first_not_of("0123456789") == std::string_view::npos;
}

// U+0660 to U+0669, in UTF-8.
void erase_arabic_digits(std::string& text) {
  for (auto at = text.find('\xD9'); at != std::string::npos; at = text.find('\xD9', at))
    text.erase(at, 2);
}

}  // namespace

// Where a defect is no more than an option that nobody would want.
scenarios::RelayOptions EmbeddedRelay::mistuned(scenarios::RelayOptions options) {
  if (options.defects.has(Defect::low_size_limit)) options.message_bytes_max = 48 * 1024;
  if (options.defects.has(Defect::low_rate_limit)) options.messages_per_minute = 80;
  if (options.defects.has(Defect::keep_dead_peers)) options.silence_max = Duration::zero();
  if (options.defects.has(Defect::drop_early)) {
    options.heartbeat = kHastyHeartbeat;
    options.silence_max = 2 * kHastyHeartbeat;
  }
  return options;
}

// ---- Who is registered, and who gets in.

bool EmbeddedRelay::takes_name(std::string_view name) const {
  if (has(Defect::accept_short_id) && name.size() == 2) return true;
  if (has(Defect::accept_long_id) && name.size() == kNameCharsMax + 1) name.remove_suffix(1);
  if (has(Defect::refuse_shortest_id) && name.size() == kNameCharsMin) return false;
  if (has(Defect::refuse_longest_id) && name.size() == kNameCharsMax) return false;
  if (has(Defect::refuse_digit_ahead) && begins_with_digit(name)) return false;
  if (has(Defect::refuse_double_hyphen) && name.find("--") != std::string_view::npos) return false;
  if (has(Defect::refuse_all_digits) && is_all_digits(name)) return false;
  if (has(Defect::accept_outer_hyphen)) name = without_outer(name, '-');
  if (has(Defect::accept_outer_blanks)) name = without_outer(name, ' ');
  if (has(Defect::accept_line_feed) && name.ends_with('\n')) name.remove_suffix(1);
  std::string meant{name};
  if (has(Defect::accept_dot)) std::erase(meant, '.');
  if (has(Defect::accept_foreign_digits)) erase_arabic_digits(meant);
  return Roster::well_formed(meant) && (meant != "relay" || has(Defect::relay_as_id));
}

bool EmbeddedRelay::is_taken(Instant now, std::string_view name) {
  const auto known = roster_.find(name);
  if (!known || has(Defect::retake_id)) return false;
  if (has(Defect::retake_at_once) && now - roster_[*known].registered < kMoment) return false;
  if (has(Defect::retake_assigned_id) && lapses_.assigned.contains(std::string{name})) return false;
  return !has(Defect::free_id_of_absent) || roster_[*known].online() ||
         lapses_.of(*known).visits == 0;
}

// Somebody else has asked for the id, and was refused.
void EmbeddedRelay::disturb_owner(std::string_view name, TargetOutbox& out) {
  const auto owner = roster_.find(name);
  if (!owner) return;
  if (has(Defect::refusal_renews_token)) ++roster_[*owner].secret[0];
  if (has(Defect::refusal_ends_connection) && roster_[*owner].online())
    send_away(*owner, "somebody asked for this id", out);
}

AgentNumber EmbeddedRelay::add_unnamed() {
  if (has(Defect::assign_one_id)) return roster_.add("agent-of-all");
  if (has(Defect::assign_odd_id))
    return roster_.add("Agent-" + std::to_string(roster_.agents().size()));
  const AgentNumber agent = roster_.add_unnamed();
  if (has(Defect::retake_assigned_id)) lapses_.assigned.insert(roster_[agent].name);
  return agent;
}

AgentNumber EmbeddedRelay::add_guest(Instant now) {
  const AgentNumber guest = roster_.add_unnamed();
  roster_[guest].registered = now;
  return guest;
}

std::string EmbeddedRelay::token_given(AgentNumber agent) const {
  return has(Defect::tokens_outlive_relay) ? sealed_token(roster_.agents()[agent].name)
                                           : roster_.token(agent);
}

// By a token that a relay before has given, perhaps.
std::optional<AgentNumber> EmbeddedRelay::readmit(Instant now, std::string_view token) {
  if (token.size() < kSealedBeginning.size()) return std::nullopt;
  const std::string_view rest = token.substr(kSealedBeginning.size());
  const std::string_view name = rest.substr(0, rest.rfind('.'));
  if (token != sealed_token(name) || !Roster::well_formed(name)) return std::nullopt;
  if (const auto known = roster_.find(name)) return known;
  const AgentNumber agent = roster_.add(name);
  roster_[agent].registered = now;
  return agent;
}

std::optional<AgentNumber> EmbeddedRelay::who_has(std::string_view token) const {
  if (has(Defect::id_as_token))
    if (const auto known = roster_.find(token)) return known;
  if (has(Defect::fold_tokens)) return roster_.find_by_token(in_small_letters(token));
  if (has(Defect::ignore_token_rest)) token = token.substr(0, kTokenChars);
  if (has(Defect::ignore_token_beginning) && token.size() == kTokenChars - kTokenBeginning)
    for (AgentNumber agent = 0; agent < roster_.agents().size(); ++agent)
      if (roster_.token(agent).ends_with(token)) return agent;
  const bool short_enough = has(Defect::half_a_token) && token.size() == kTokenChars / 2;
  if (has(Defect::ignore_token_end) && token.size() == kTokenChars) token.remove_suffix(1);
  if (short_enough || token.size() == kTokenChars - 1)
    for (AgentNumber agent = 0; agent < roster_.agents().size(); ++agent)
      if (roster_.token(agent).starts_with(token)) return agent;
  return roster_.find_by_token(token);
}

// ---- Coming and going.

void EmbeddedRelay::note_arrival(AgentNumber agent, std::optional<ConnectionId> replaced,
                                 TargetOutbox& out) {
  if (options_.defects.none()) return;
  RelayLapses::OfAgent& lapses = lapses_.of(agent);
  ++lapses.visits;
  lapses.said = lapses.heard = lapses.errors = lapses.pings = lapses.numbered = 0;
  if (replaced) {
    lapses.old_connection = *replaced;
    lapses.stale = kStaleMessages;
  }
  const auto repeat = [&](std::string_view text) {
    if (!text.empty()) out.push({roster_[agent].connection, Say{out.keep(text)}});
  };
  if (has(Defect::keep_subscriptions)) roster_[agent].subscriptions = lapses.subscriptions;
  if (has(Defect::follow_oneself)) roster_[agent].subscriptions = {roster_[agent].name};
  if (has(Defect::replay_on_reconnect)) repeat(lapses.last);
  if (has(Defect::replay_to_newcomer)) repeat(lapses_.last_broadcast);
  for (const std::string& missed : std::exchange(lapses.missed, {})) repeat(missed);
}

void EmbeddedRelay::note_break(ConnectionId connection, std::uint16_t code) {
  if (!has(Defect::bar_after_reset) || code != kBroken) return;
  if (const auto agent = roster_.find_by_connection(connection)) lapses_.of(*agent).barred = true;
}

bool EmbeddedRelay::bars(AgentNumber agent) {
  return has(Defect::bar_after_reset) && std::exchange(lapses_.of(agent).barred, false);
}

void EmbeddedRelay::note_leave(AgentNumber agent, std::uint32_t place) {
  if (options_.defects.none()) return;
  lapses_.left = agent;
  if (has(Defect::unfollow_absent))
    for (AgentNumber other = 0; other < roster_.agents().size(); ++other)
      std::erase(roster_[other].subscriptions, roster_[agent].name);
  if (place < roster_.online().size()) lapses_.moved = roster_.online()[place];
}

void EmbeddedRelay::note_error(AgentNumber agent) {
  if (options_.defects.none()) return;
  lapses_.of(agent).met_error = true;
  if (has(Defect::unfollow_on_error)) roster_[agent].subscriptions.clear();
  ++lapses_.of(agent).errors;
}

// ---- What it is asked.

void EmbeddedRelay::note_subscriptions(AgentNumber agent) {
  if (has(Defect::keep_subscriptions))
    lapses_.of(agent).subscriptions = roster_[agent].subscriptions;
}

void EmbeddedRelay::note_unsubscribed(AgentNumber agent, const std::vector<std::string>& names) {
  if (has(Defect::unsubscribe_for_all))
    for (AgentNumber other = 0; other < roster_.agents().size(); ++other)
      for (const std::string& name : names) std::erase(roster_[other].subscriptions, name);
  if (has(Defect::unsubscribe_mutes) || has(Defect::leave_for_good))
    lapses_.of(agent).muted.insert(names.begin(), names.end());
}

std::vector<std::string> EmbeddedRelay::subscriptions_told_to(AgentNumber agent) const {
  std::vector<std::string> names = roster_.agents()[agent].subscriptions;
  if (has(Defect::list_first_alone) && names.size() > 1) names.resize(1);
  if (!has(Defect::list_for_all)) return names;
  for (const AgentNumber other : roster_.online())
    if (other != agent)
      names.insert(names.end(), roster_.agents()[other].subscriptions.begin(),
                   roster_.agents()[other].subscriptions.end());
  return names;
}

bool EmbeddedRelay::withholds_pong(AgentNumber agent) {
  RelayLapses::OfAgent& lapses = lapses_.of(agent);
  lapses.pinged = true;
  return lapses.pings++ > 0 && has(Defect::one_pong);
}

}  // namespace gauntlet::sim
