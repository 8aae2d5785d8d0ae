#include "scenarios/parse/scenario_kind.hpp"

#include "scenarios/parse/address_kinds.hpp"
#include "scenarios/parse/fault_kinds.hpp"
#include "scenarios/parse/population_kinds.hpp"
#include "scenarios/parse/record.hpp"
#include "scenarios/parse/scalar_kinds.hpp"
#include "scenarios/parse/target_kinds.hpp"
#include "scenarios/parse/traffic_kinds.hpp"
#include "scenarios/terms/invariant.hpp"
#include "scenarios/terms/nearest.hpp"

namespace gauntlet::scenarios {
namespace {

constexpr double kTemperatureMax = 2;
constexpr std::uint32_t kTokensMax = 1'000'000;

Kind<Round> round() {
  return Record<Round>{"round", "One arena round that the operator starts."}
      .required("at", &Round::at, duration(), "When it starts, from the start of the run.")
      .required("prompt", &Round::prompt, text("A haiku about relays"), "What is asked.")
      .key("max_tokens", &Round::max_tokens, count(1, kTokensMax), "The longest reply.")
      .key("temperature", &Round::temperature, number(0, kTemperatureMax, "0.8"),
           "Of the model; 0 is a value, too.")
      .key("deadline", &Round::deadline, positive_duration(),
           "Then participants stop, and so does the round.")
      .key("seed", &Round::seed, model_seed(), "Of the model.")
      .kind();
}

// Where the grammar's owner found a mistake, in a scalar that begins at `value`.
SourcePos place_in(const Value& value, std::size_t offset) {
  SourcePos where = value.place;
  if (!value.substituted) where.column += static_cast<int>(offset) + (value.quoted ? 1 : 0);
  return where;
}

Kind<Threshold> threshold() {
  Kind<Threshold> kind;
  kind.words = "a claim such as relay.delivery.p99 < 250ms";
  kind.label = "[threshold](#threshold)";
  kind.example = "relay.delivery.p99 < 250ms";
  kind.schema = {{"$ref", "#/$defs/threshold"}};
  kind.claims = [](const Value& value) { return value.is_scalar(); };
  kind.read = [words = kind.words, instead = kind.example](const Value& value, Reader& reader,
                                                           Threshold& into) {
    if (!value.is_text()) return reader.refuse(value, "must be " + words, instead);
    into = {.text = value.text, .where = value.place};
    const auto& check = reader.options().check_threshold;
    const auto problem = check ? check(value.text) : std::nullopt;
    if (problem) reader.complain(place_in(value, problem->offset), problem->what, problem->fix);
  };
  kind.write = [](const Threshold& content) {
    return std::optional{Value::quote(without_variables(content.text))};
  };
  return kind;
}

// By its name, or as a threshold says it.
Kind<Threshold> invariant() {
  const auto names_one = [](std::string_view text) {
    return text == kAllInvariants || invariant_named(text).has_value();
  };
  Kind<Threshold> kind = threshold();
  Json names = Json::array({std::string{kAllInvariants}});
  std::vector<std::string> known{std::string{kAllInvariants}};
  std::string written =
      "`" + std::string{kAllInvariants} + "`, a [threshold](#threshold), or one of these:\n";
  for (const InvariantDef& each : kInvariants) {
    names.push_back(std::string{each.name});
    known.emplace_back(each.name);
    written += "\n- `" + std::string{each.name} + "`: " + std::string{each.help};
  }
  written +=
      "\n\nWhat a threshold says of a quantile, a mean or a rate must hold in each twentieth of "
      "the "
      "measured window, too; of a quantile, where the samples carry it.";
  kind.words = "the name of an invariant such as once, or a claim such as relay.errors == 0";
  kind.example = "once";
  kind.schema = {{"anyOf", Json::array({Json{{"enum", std::move(names)}}, kind.schema})}};
  kind.read = [names_one, known, words = kind.words, read = kind.read](
                  const Value& value, Reader& reader, Threshold& into) {
    if (value.is_text() && names_one(value.text)) {
      into = {.text = value.text, .where = value.place};
      return;
    }
    // A claim compares something; a word alone was to be a name.
    const std::size_t relation = value.text.find_first_of(" <=>!");
    const std::string name = value.text.substr(0, relation);
    if (value.is_text() && names_one(name))
      return reader.refuse(value, "must be its name alone, which says that it holds", name);
    const bool claims = value.text.find_first_of("<=>!") != std::string::npos;
    if (!value.is_text() || claims) return read(value, reader, into);
    const std::string meant = nearest(value.text, known);
    if (!meant.empty()) return reader.refuse(value, "must be " + words, meant);
    reader.complain(value.place, reader.path() + " is " + shown(value) + ", but must be " + words,
                    "use " + any_of(known));
  };
  return named("invariant", "Something that must hold at every moment of a run.", written,
               std::move(kind));
}

// Whether there are such cases is for checks.cpp to ask: it depends on the targets.
Kind<CasePattern> case_pattern() {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-*";
  Kind<CasePattern> kind;
  kind.words = "the id of a conformance case, with `*` for any characters, such as ARC-ROUTE-*";
  kind.label = "a case, such as `ARC-ROUTE-03`, or several: `ARC-ROUTE-*`";
  kind.example = "ARC-*";
  kind.schema = {{"type", "string"}, {"pattern", "^[A-Z0-9*-]+$"}, {"examples", {kind.example}}};
  kind.claims = [](const Value& value) { return value.is_scalar(); };
  kind.read = [kLetters, words = kind.words, instead = kind.example](
                  const Value& value, Reader& reader, CasePattern& into) {
    const bool fit = value.is_text() && !value.text.empty() &&
                     value.text.find_first_not_of(kLetters) == std::string::npos;
    if (!fit) return reader.refuse(value, "must be " + words, instead);
    into = {.text = value.text, .where = value.place};
  };
  kind.write = [](const CasePattern& content) { return std::optional{Value::quote(content.text)}; };
  return kind;
}

Kind<Validity> validity() {
  return Record<Validity>{"validity", "What must hold of the generator itself for a run to count."}
      .key("slip_p99", &Validity::slip_p99, positive_duration(),
           "The generator's own lateness in sending: `generator.slip`, 99th percentile. Waits "
           "for its own send buffers are held against it, too.")
      .key("loop_lag_p99", &Validity::loop_lag_p99, positive_duration(),
           "Its lateness in reading: `generator.loop_lag`, 99th percentile.")
      .key("pause", &Validity::pause, positive_duration(),
           "The longest time for which the machine may not have run it: `generator.pause`.")
      .key("starved", &Validity::starved, probability(),
           "The share of the time for which one of its threads was ready to run, but others had "
           "its core.")
      .key("stolen", &Validity::stolen, probability(),
           "The share of all cores' time that the hypervisor gave to other machines.")
      .key("throttled", &Validity::throttled, probability(),
           "The share of the time for which the CPU limit of its container stopped it.")
      .key("packets_dropped", &Validity::packets_dropped, probability(),
           "The share of arriving packets for which this machine's kernel had no room.")
      .kind();
}

Kind<Network> network() {
  return Record<Network>{
      "network",
      "The links of virtual time, each direction of each connection by itself. A "
      "live run has the real ones: for bad ones there, see `faults`."}
      .key("latency", &Network::latency, distribution(),
           "One way, for each chunk of bytes; none overtakes another.")
      .key("bandwidth", &Network::bandwidth, size(1),
           "How much passes in a second; what leaves together is there together. Without it: all "
           "at once.")
      .key(
          "loss", &Network::loss, loss(),
          "Of packets of 1,460 bytes. As TCP has it, a lost one is sent again after a round trip "
          "and 200ms, then after twice that time, and so on (while connecting: after 1s), and what "
          "was sent behind it waits.")
      .kind();
}

}  // namespace

const Kind<Scenario>& scenario_kind() {
  static const Kind<Scenario> kKind =
      Record<Scenario>{"scenario", "The top level of a file."}
          .required("name", &Scenario::name, short_name(), "Names the run and its results.")
          .key("seed", &Scenario::seed, seed(),
               "Every random draw follows from it: same scenario and seed, same plan.")
          .key("duration", &Scenario::duration, positive_duration(),
               "From the start to the end of measuring.")
          .key("connect", &Scenario::connect, positive_duration(),
               "How long clients have to get in before traffic starts. Without it: until 1s after "
               "the last one starts.")
          .key("warm_up", &Scenario::warm_up, duration(),
               "After `connect`: traffic runs, its samples are kept apart.")
          .key("drain", &Scenario::drain, duration(),
               "How long the end waits, at most, for what is still under way.")
          .key("targets", &Scenario::targets, targets(), "What is tested.")
          .key(
              "source_addresses", &Scenario::source_addresses, list_of(ipv4_range()),
              "From which addresses of this machine clients connect, each client always from the "
              "same: each has ports for some 28,000 connections to one address. Without it, the "
              "system chooses, or several of 127.0.0.0/8 are used where a target on loopback needs "
              "them. Not in virtual time.")
          .key("network", &Scenario::network, network(), "The links of virtual time.")
          .required("population", &Scenario::population, list_of(population(), 1),
                    "Who takes part, and what each does.")
          .key("rounds", &Scenario::rounds, list_of(round()), "The arena's rounds, in order.")
          .key("faults", &Scenario::faults, list_of(fault()), "What goes wrong on purpose.")
          .key("thresholds", &Scenario::thresholds, list_of(threshold()),
               "What the verdict judges; see docs/metrics.md for the names.")
          .key("invariants", &Scenario::invariants, list_of(invariant()),
               "What the verdict judges besides. Those that have a name are looked after in every "
               "run; without this, it is only said when they are broken.")
          .key("expect", &Scenario::expect, invariant(),
               "What this file is known to break, as one that `explore` found.")
          .key(
              "conformance", &Scenario::conformance, list_of(case_pattern()),
              "Cases of `gauntlet conform` that are played twice: with the target idle, before the "
              "load begins, and again while the load is measured. The verdict judges both; see "
              "docs/conformance.md.")
          .key("validity", &Scenario::validity, validity(),
               "What must hold of the generator itself for a run to count.")
          .tall()
          .kind();
  return kKind;
}

}  // namespace gauntlet::scenarios
