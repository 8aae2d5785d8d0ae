#include "scenarios/parse/fault_action_kind.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/parse/record.hpp"
#include "scenarios/parse/scalar_kinds.hpp"
#include "scenarios/parse/traffic_kinds.hpp"

namespace gauntlet::scenarios {
namespace {

constexpr std::uint32_t kConnectionsMax = 10'000;
constexpr std::uint32_t kGuessesMax = 10'000;
constexpr Duration kGapMin = std::chrono::milliseconds{1};

using Keys = Record<FaultAction>;

void add_direction(Keys& keys) {
  static const auto kWays = words<Direction>({{"both", Direction::both},
                                              {"to_target", Direction::to_target},
                                              {"from_target", Direction::from_target}});
  keys.key("direction", &FaultAction::direction, kWays,
           "`both`, `to_target` or `from_target`: what is ill-treated.");
}

void add_limit(Keys& keys) {
  keys.key("bytes", &FaultAction::bytes, size(1),
           "How many get through, in both directions together or in one; of each connection, since "
           "it opened or the fault began.");
  add_direction(keys);
}

void add_connections(Keys& keys) {
  keys.key("connections", &FaultAction::connections, count(1, kConnectionsMax),
           "How many each client opens.");
}

void add_gap(Keys& keys) {
  keys.key("gap", &FaultAction::gap, duration_from(kGapMin), "Between two tokens.");
}

void add_share(Keys& keys) {
  keys.key("share", &FaultAction::share, probability(), "Of its messages, drawn one by one.");
}

// Those that stand for what was never on the wire are no code of a frame (RFC 6455 §7.4.1).
Kind<std::uint32_t> close_code() {
  constexpr std::array<std::uint32_t, 3> kNeverSent{1005, 1006, 1015};
  const Kind<std::uint32_t> any = count(1000, 4999);
  Kind<std::uint32_t> kind = any;
  kind.label += " but 1005, 1006 and 1015";
  kind.schema["not"] = {{"enum", kNeverSent}};
  kind.read = [any, kNeverSent](const Value& value, Reader& reader, std::uint32_t& into) {
    std::uint32_t code = into;
    any.read(value, reader, code);
    if (std::ranges::count(kNeverSent, code) == 0)
      into = code;
    else
      reader.refuse(value, "must be a code that a close frame may have", "1000");
  };
  return kind;
}

struct Parameters {
  FaultKind kind;
  void (*add)(Keys&);
  std::string_view doc;
};
const std::array kParameters{
    Parameters{FaultKind::close_connection,
               [](Keys& keys) {
                 keys.key("code", &FaultAction::code, close_code(), "Of the close frame.");
               },
               "`{close_connection: {code: 4000}}`; 1000 without."},
    Parameters{FaultKind::reconnect_storm,
               [](Keys& keys) {
                 keys.key("stay", &FaultAction::pause, duration_from(kGapMin),
                          "How long it is in each time.");
               },
               "`{reconnect_storm: {stay: 100ms}}`; 1ms without."},
    Parameters{FaultKind::slow_reading,
               [](Keys& keys) {
                 keys.key("per_second", &FaultAction::per_second, size(1),
                          "Of messages; after each, the client waits for as long as it takes.");
               },
               "`{slow_reading: {per_second: 1 KiB}}`; 16 KiB without."},
    Parameters{FaultKind::idle_connections, add_connections,
               "`{idle_connections: {connections: 10}}`; 1 without."},
    Parameters{FaultKind::connect_storm,
               [](Keys& keys) {
                 add_connections(keys);
                 keys.key("gap", &FaultAction::gap, duration_from(kGapMin),
                          "From one wave to the next.");
               },
               "`{connect_storm: {connections: 10, gap: 50ms}}`; 1 and 200ms without."},
    Parameters{FaultKind::never_upgrade, add_connections,
               "`{never_upgrade: {connections: 10}}`; 1 without."},
    Parameters{FaultKind::pin_guessing,
               [](Keys& keys) {
                 keys.key("guesses", &FaultAction::guesses, count(1, kGuessesMax), "How many.");
               },
               "`{pin_guessing: {guesses: 100}}`; 10 without."},
    Parameters{FaultKind::runner_crawl, add_gap, "`{runner_crawl: {gap: 1s}}`; 200ms without."},
    Parameters{FaultKind::endless_tokens, add_gap,
               "`{endless_tokens: {gap: 20ms}}`; 200ms without. It ends with the fault or at the "
               "round's deadline."},
    Parameters{FaultKind::latency,
               [](Keys& keys) {
                 keys.key("delay", &FaultAction::delay, distribution(),
                          "Of each piece, one way; none overtakes another.");
                 add_direction(keys);
               },
               "`{latency: {delay: {uniform: {min: 50ms, max: 150ms}}, direction: to_target}}`; "
               "100ms both ways without."},
    Parameters{FaultKind::bandwidth,
               [](Keys& keys) {
                 keys.key("per_second", &FaultAction::per_second, size(1),
                          "Of each connection, each way.");
                 add_direction(keys);
               },
               "`{bandwidth: {per_second: 4 KiB}}`; 16 KiB without."},
    Parameters{FaultKind::slicing,
               [](Keys& keys) {
                 keys.key("piece", &FaultAction::piece, size(1), "The longest.")
                     .key("pause", &FaultAction::pause, duration(), "Between two of them.");
                 add_direction(keys);
               },
               "`{slicing: {piece: 1 bytes, pause: 5ms}}`; 16 bytes and 1ms without."},
    Parameters{FaultKind::close_after_bytes, add_limit,
               "`{close_after_bytes: {bytes: 100 bytes}}`; 1 KiB without."},
    Parameters{FaultKind::reset_after_bytes, add_limit,
               "`{reset_after_bytes: {bytes: 100 bytes, direction: from_target}}`; 1 KiB without."},
    Parameters{FaultKind::slow_close,
               [](Keys& keys) {
                 keys.key("delay", &FaultAction::delay, distribution(), "Of the end.");
                 add_direction(keys);
               },
               "`{slow_close: {delay: 5s}}`; 100ms without."},
    Parameters{FaultKind::blackhole, add_direction,
               "`{blackhole: {direction: from_target}}`; both without."},
    Parameters{FaultKind::target_drop, add_share, "`{target_drop: {share: 1%}}`; 10% without."},
    Parameters{FaultKind::target_duplicate, add_share,
               "`{target_duplicate: {share: 1%}}`; 10% without."},
    Parameters{FaultKind::target_reorder, add_share,
               "`{target_reorder: {share: 1%}}`; 10% without. One that nothing overtakes leaves a "
               "second late."},
    Parameters{
        FaultKind::target_corrupt, add_share,
        "`{target_corrupt: {share: 1%}}`; 10% without. The lowest bit of an ASCII character: "
        "what was UTF-8 still is."},
    Parameters{FaultKind::target_delay,
               [](Keys& keys) {
                 keys.key("delay", &FaultAction::delay, distribution(),
                          "Of each message and answer; none to the same client overtakes another.");
               },
               "`{target_delay: {delay: {uniform: {min: 50ms, max: 150ms}}}}`; 100ms without."},
};

const Parameters* parameters_of(FaultKind kind) {
  const auto* found = std::ranges::find(kParameters, kind, &Parameters::kind);
  return found == kParameters.end() ? nullptr : found;
}

// The key of a second fault in one map; null without.
const Value* second_of(const Value& map, const std::vector<std::string>& names) {
  const auto is_name = [&](const Value& key) {
    return std::ranges::find(names, key.text) != names.end();
  };
  const auto first = std::ranges::find_if(map.keys, is_name);
  if (first == map.keys.end()) return nullptr;
  const auto second = std::find_if(first + 1, map.keys.end(), is_name);
  return second == map.keys.end() ? nullptr : &*second;
}

// `{name: {...}}`, with the parameters of its kind.
Kind<FaultAction> spelt_out(const FaultDef& of) {
  Record<FaultAction> record{std::string{of.name}, std::string{of.help}};
  if (const Parameters* parameters = parameters_of(of.kind)) parameters->add(record);
  const auto make = [kind = of.kind](FaultAction content) {
    content.kind = kind;
    return content;
  };
  const auto take = [kind = of.kind](const FaultAction& content) {
    return content.kind == kind ? std::optional{content} : std::nullopt;
  };
  return tagged<FaultAction>(std::string{of.name},
                             adapt<FaultAction, FaultAction>(record.inlined(), make, take),
                             std::string{of.help});
}

}  // namespace

const Kind<FaultAction>& fault_action() {
  static const Kind<FaultAction> kKind = [] {
    std::vector<Kind<FaultAction>> ways;
    std::vector<std::string> names;
    std::string written;
    for (const FaultDef& of : kFaults) {
      names.emplace_back(of.name);
      ways.push_back(word(names.back(), FaultAction{.kind = of.kind}));
    }
    for (const FaultDef& of : kFaults) {
      ways.push_back(spelt_out(of));
      written += "- `" + std::string{of.name} + "`: " + std::string{of.help};
      if (of.lasting == Lasting::yes) written += " Lasts: `for`.";
      if (const Parameters* parameters = parameters_of(of.kind))
        written += ' ' + std::string{parameters->doc};
      written += '\n';
    }
    written.pop_back();
    Kind<FaultAction> kind = one_of<FaultAction>("the name of a fault, such as reset_connection",
                                                 "reset_connection", std::move(ways));
    kind.label.clear();
    kind.write = [](const FaultAction& content) -> std::optional<Value> {
      const FaultDef& of = def(content.kind);
      if (content == FaultAction{.kind = of.kind}) return Value::plain(std::string{of.name});
      return spelt_out(of).write(content);
    };
    kind.read = [names, read = kind.read, claims = kind.claims](const Value& value, Reader& reader,
                                                                FaultAction& into) {
      const Value* second = second_of(value, names);
      if (second != nullptr)
        return reader.complain(second->place,
                               reader.path() + "." + second->text +
                                   " is a second fault, but only one " + "happens here",
                               "give each an entry of its own in `faults`");
      if (claims(value)) return read(value, reader, into);
      const bool tagged = value.is_map() && value.keys.size() == 1;
      const std::string meant = nearest(tagged ? value.keys.front().text : value.text, names);
      reader.refuse(value, "must be the name of a fault, of those in docs/scenario.md",
                    meant.empty() ? "reset_connection" : meant);
    };
    return named("fault-action", "What goes wrong.", written, std::move(kind));
  }();
  return kKind;
}

}  // namespace gauntlet::scenarios
