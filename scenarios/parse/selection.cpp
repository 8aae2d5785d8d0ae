#include "scenarios/parse/selection.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "scenarios/parse/range.hpp"
#include "scenarios/terms/match.hpp"
#include "scenarios/terms/nearest.hpp"

namespace gauntlet::scenarios {
namespace {

using Among = Selection::Among;

struct Group {
  Among among;
  std::string_view plural;
  std::string_view singular;  // empty: it has no members
};
constexpr std::array kGroups{
    Group{Among::everyone, "everyone", ""},
    Group{Among::agents, "agents", "agent"},
    Group{Among::participants, "participants", "participant"},
    Group{Among::observers, "observers", "observer"},
    Group{Among::relay, "relay", ""},
    Group{Among::arena, "arena", ""},
};
constexpr std::string_view kHolders = "whoever holds round ";
constexpr std::string_view kOf = "of ";

std::optional<std::uint32_t> whole(std::string_view digits) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
    return std::nullopt;
  return number;
}

const Group* group_of(std::string_view word) {
  for (const Group& group : kGroups)
    if (word == group.plural || (!group.singular.empty() && word == group.singular)) return &group;
  return nullptr;
}

bool has_members(const Group& group) { return !group.singular.empty(); }

std::string so_many(std::uint32_t count, const Group& group) {
  return std::to_string(count) + ' ' + std::string{count == 1 ? group.singular : group.plural};
}
std::string member(std::string_view number, const Group& group) {
  return std::string{group.singular}.append("-").append(number);
}
std::string share_of(std::string_view percentage, const Group& group) {
  return std::string{percentage}.append(" of ").append(group.plural);
}

// Also a number or a share that nobody can be; nothing for what is not written like a selection.
std::optional<Selection> selection_in(std::string_view text) {
  if (text.starts_with(kHolders)) {
    const auto round = whole(text.substr(kHolders.size()));
    if (!round || *round == 0) return std::nullopt;
    return Selection{.among = Among::participants, .which = {}, .round = *round};
  }
  if (const Group* group = group_of(text)) {
    if (text != group->plural) return std::nullopt;
    return Selection{.among = group->among, .which = {}, .round = {}};
  }
  if (const auto dash = text.rfind('-'); dash != text.npos) {
    const Group* group = group_of(text.substr(0, dash));
    const auto number = whole(text.substr(dash + 1));
    if (group == nullptr || group->singular != text.substr(0, dash) || !number) return std::nullopt;
    return Selection{.among = group->among, .which = Selection::One{*number}, .round = {}};
  }
  const auto space = text.find(' ');
  if (space == text.npos) return std::nullopt;
  const std::string_view amount = text.substr(0, space);
  std::string_view rest = text.substr(space + 1);
  const bool of = rest.starts_with(kOf);
  if (of) rest.remove_prefix(kOf.size());
  const Group* group = group_of(rest);
  if (group == nullptr || (!has_members(*group) && group->among != Among::everyone))
    return std::nullopt;
  if (const auto count = whole(amount); count && !of && has_members(*group))
    return Selection{.among = group->among, .which = Selection::Some{*count}, .round = {}};
  const auto share = parse_percentage(amount);
  if (!share || !of) return std::nullopt;
  return Selection{.among = group->among, .which = Selection::Share{share.value()}, .round = {}};
}

// ---- What was meant by what is none.

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// Also by a misspelt name.
const Group* meant_group(std::string_view word) {
  constexpr std::array<std::string_view, 3> kEveryone{"all", "everybody", "clients"};
  if (std::ranges::find(kEveryone, word) != kEveryone.end()) return group_of("everyone");
  std::vector<std::string> names;
  for (const Group& group : kGroups) {
    names.emplace_back(group.plural);
    if (has_members(group)) names.emplace_back(group.singular);
  }
  const Group* group = group_of(word);
  return group != nullptr ? group : group_of(nearest(word, names));
}

// Of "10%", "0.1", "5", "2 to 3", "random", "all", the amount that is nearest to it.
std::string so_much_of(std::string amount, const Group& group) {
  if (const auto range = range_in(amount)) amount = range->from;
  if (const auto count = whole(amount); count && has_members(group))
    return so_many(std::max(*count, 1U), group);
  std::optional<double> share;
  if (const auto percentage = parse_percentage(amount)) share = percentage.value();
  if (const auto plain = parse_number(amount); plain && *plain <= 1) share = plain;
  if (amount == "half") share = 0.5;
  if (share && *share <= 0) return share_of("1%", group);
  if (share && *share < 1) return share_of(fraction_text(*share), group);
  if (amount == "random" && has_members(group)) return so_many(1, group);
  return std::string{group.plural};
}

std::string meant(std::string_view text) {
  std::vector<std::string_view> words = words_of(text);
  if (words.empty()) return {};
  const std::string_view last = words.back();
  // "agent 17", "agents-17"
  const std::string_view first = words.front().substr(0, words.front().rfind('-'));
  const std::string_view number = words.size() == 2 ? last : text.substr(text.rfind('-') + 1);
  const Group* named = meant_group(first);
  if (named != nullptr && has_members(*named) && whole(number)) return member(number, *named);

  const Group* group = meant_group(last);
  if (group == nullptr) return {};
  words.pop_back();
  std::string amount;
  for (const std::string_view word : words)
    if (word != "of" && (word != "random" || words.size() == 1))
      amount.append(amount.empty() || word == "%" ? "" : " ").append(word);
  return so_much_of(amount, *group);
}

}  // namespace

Quantity<Selection> parse_selection(std::string_view text) {
  const auto selection = selection_in(text);
  const auto wrong = [&](std::string must) { return fail(Misread{std::move(must), meant(text)}); };
  if (!selection) return wrong("must be one of " + selection_words());
  const auto* some = std::get_if<Selection::Some>(&selection->which);
  const auto* share = std::get_if<Selection::Share>(&selection->which);
  if ((some != nullptr && some->count == 0) || (share != nullptr && share->share <= 0))
    return wrong("must be at least one of them");
  if (share != nullptr && share->share > 1) return wrong("must be at most all of them");
  return *selection;
}

std::string selection_words() {
  return "everyone, agents, 5 participants, 10% of agents, agent-17, whoever holds round 2, relay "
         "or arena";
}

std::string selection_text(const Selection& selection) {
  if (selection.round) return std::string{kHolders} + std::to_string(*selection.round);
  const Group& group = kGroups[static_cast<std::size_t>(selection.among)];
  return std::visit(
      match{
          [&](const Selection::All&) { return std::string{group.plural}; },
          [&](const Selection::Some& some) { return so_many(some.count, group); },
          [&](const Selection::Share& share) {
            return share_of(number_text(share.share * 100) + '%', group);
          },
          [&](const Selection::One& one) { return member(std::to_string(one.number), group); },
      },
      selection.which);
}

}  // namespace gauntlet::scenarios
