#include "sim/actor/voter.hpp"

#include <algorithm>

#include "scenarios/terms/match.hpp"
#include "sim/actor/round_times.hpp"
#include "sim/wire/json_text.hpp"

namespace gauntlet::sim {
namespace {

using metrics::Counter;

constexpr std::uint64_t kScores = 6;  // 0 to 5

}  // namespace

Voter::Voter(Crew& crew, ActorId actor)
    : crew_{crew},
      rules_{std::get<scenarios::Voters>(
          crew.scenario.population[crew.plan.actors[actor].population])},
      actor_{actor},
      request_{rules_.timeout} {}

void Voter::handle(Instant now, const Input& input, Outbox& out) {
  if (done_) return;
  if (const auto reply = request_.handle(now, input, out); reply && !reply->failure)
    out.push(Count{Counter::arena_votes_accepted});
  std::visit(match{
                 [&](const Start&) {
                   if (!started_) decide();
                 },
                 [&](const Stop&) {
                   offer_due(now, out);
                   votes_.resize(next_);
                 },
                 [&](const Leave&) {
                   request_.cancel(out);
                   done_ = true;
                 },
                 [](const auto&) {},
             },
             input);
  if (done_ || !started_) return;
  offer_due(now, out);
  while (waiting_ > 0 && !request_.under_way()) cast(votes_[next_ - waiting_--], now, out);
  done_ = next_ == votes_.size() && !busy();
}

/// Draws every vote of the evening. What falls behind its end is nobody's: whether it were cast
/// must not hang on how soon a busy machine says that the end has come.
void Voter::decide() {
  started_ = true;
  const std::size_t participants = crew_.plan.participants.size();
  if (participants == 0 || !scenarios::has_operator(crew_.scenario)) return;
  const auto& rounds = crew_.scenario.rounds;
  Stream random{crew_.plan.seed, actor_, Purpose::votes};
  for (std::uint32_t round = 0; round < rounds.size(); ++round)
    for (std::uint32_t vote = 0; vote < rules_.votes; ++vote) {
      const Instant due = end_of_round(rounds, round) + draw(rules_.after, random);
      const auto whom = static_cast<std::uint32_t>(random.below(participants));
      const auto score = static_cast<std::uint32_t>(random.below(kScores));
      if (due <= crew_.plan.phases.measure) votes_.push_back({due, round, whom, score});
    }
  std::stable_sort(votes_.begin(), votes_.end(),
                   [](const Vote& a, const Vote& b) { return a.due < b.due; });
}

void Voter::offer_due(Instant now, Outbox& out) {
  for (; next_ < votes_.size() && votes_[next_].due <= now; ++next_, ++waiting_)
    out.push(Count{Counter::arena_votes_offered});
}

void Voter::cast(const Vote& vote, Instant now, Outbox& out) {
  const std::string_view round_id = crew_.rounds.id(vote.round);
  if (round_id.empty()) return;
  const std::uint32_t from = out.mark();
  std::string& json = out.buffer();
  json.append(R"({"roundId":)").append(round_id).append(R"(,"participantId":)");
  wire::append_json_string(json, crew_.participant_name(vote.participant));
  json += R"(,"score":)";
  wire::append_json_number(json, std::int64_t{vote.score});
  json += R"(,"voterId":)";
  wire::append_json_string(
      json, "gauntlet-" + crew_.run + "-v" + std::to_string(crew_.plan.actors[actor_].number));
  json += '}';
  request_.post("/votes", out.since(from), vote.due, now, out);
}

std::optional<Instant> Voter::next_deadline() const {
  if (done_) return std::nullopt;
  const Instant next_vote = next_ < votes_.size() ? votes_[next_].due : kNever;
  return unless_never(std::min(next_vote, request_.next_deadline()));
}

}  // namespace gauntlet::sim
