#include "scenarios/plan/shard.hpp"

#include <algorithm>
#include <charconv>

namespace gauntlet::scenarios {
namespace {

// 0 where there is none.
std::uint32_t whole_number(std::string_view text) {
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && rest == end ? number : 0;
}

}  // namespace

Result<Shard, ShardProblem> parse_shard(std::string_view text) {
  const auto wrong = [&](const std::string& what, const std::string& fix) {
    return fail(ShardProblem{"`" + std::string{text} + "` " + what, fix});
  };
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::uint32_t number = whole_number(text.substr(0, slash));
  const std::uint32_t count = whole_number(text.substr(std::min(slash + 1, text.size())));
  if (count < 1 || count > kShardsMax)
    return wrong("is no shard: it must be K/N, with an N from 1 to " + std::to_string(kShardsMax),
                 "write 1/2 for the first of two");
  const std::string n = std::to_string(count);
  if (number < 1 || number > count)
    return wrong("is none of the shards, which count from 1",
                 count == 1 ? "write 1/1" : "write one of 1/" + n + " to " + n + "/" + n);
  return Shard{number - 1, count};
}

std::vector<PlannedActor> actors_of(const Plan& plan, Shard shard) {
  std::vector<PlannedActor> actors;
  actors.reserve(plan.actors.size() / shard.count + 1);
  for (std::size_t id = shard.number; id < plan.actors.size(); id += shard.count)
    actors.push_back(plan.actors[id]);
  return actors;
}

}  // namespace gauntlet::scenarios
