#include "scenarios/parse/traffic_kinds.hpp"

#include <charconv>

#include "scenarios/parse/range_kinds.hpp"
#include "scenarios/parse/record.hpp"
#include "scenarios/parse/scalar_kinds.hpp"

namespace gauntlet::scenarios {
namespace {

constexpr std::uint32_t kRecipientsMax = 9'999'999;

// "random agent", "3 random agents".
Quantity<RandomAgents> parse_random_agents(std::string_view text) {
  constexpr std::string_view kWrong = "must be `random agent`, or a number of them";
  std::uint32_t count = 1;
  if (const auto space = text.find(' '); !text.starts_with("random")) {
    const std::string_view number = text.substr(0, space);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), count);
    if (space == text.npos || error != std::errc{} || end != number.data() + number.size())
      return fail(Misread{std::string{kWrong}, ""});
    text.remove_prefix(space + 1);
  }
  if ((text != "random agent" && text != "random agents") || count == 0 || count > kRecipientsMax)
    return fail(Misread{std::string{kWrong}, ""});
  return RandomAgents{count};
}

std::string random_agents_text(const RandomAgents& to) {
  return to.count == 1 ? "random agent" : std::to_string(to.count) + " random agents";
}

// Of "1s to 5s", which says when the first one starts and the last.
Kind<Duration> first_of_several(const Kind<Duration>& time) {
  return but_of_ranges(
      time, parse_duration, [](const Range& range, const Value& value, Reader& reader) {
        const Duration first = parse_duration(range.from).value();
        const Duration last = parse_duration(range.to).value();
        if (last <= first) return reader.refuse(value, "must be one time, not a range", range.from);
        reader.complain(
            value.place,
            reader.path() + " is " + shown(value) + ", but must be one time, not a range",
            "write `arrive: {at: " + range.from + ", over: " + duration_text(last - first) + "}`");
      });
}

}  // namespace

const Kind<Distribution>& distribution() {
  static const Kind<Distribution> kKind = [] {
    const auto uniform =
        Record<Uniform>{"uniform", "Any time between two, all equally likely."}
            .required("min", &Uniform::min, duration(), "The shortest.")
            .required("max", &Uniform::max, duration(), "The longest.")
            .rule(
                "min", "max", [](const Uniform& u) { return u.min <= u.max; }, "at least min")
            .inlined();
    const auto exponential = Record<Exponential>{"exponential", "Mostly short, sometimes long."}
                                 .required("mean", &Exponential::mean, duration(), "The mean.")
                                 .inlined();
    const auto lognormal =
        Record<LogNormal>{"lognormal", "Shaped like most latencies, with a long tail."}
            .required("median", &LogNormal::median, positive_duration(), "Half are shorter.")
            .required("p99", &LogNormal::p99, positive_duration(),
                      "One in a hundred is longer; at least the median.")
            .rule(
                "median", "p99", [](const LogNormal& l) { return l.median <= l.p99; },
                "at least the median")
            .inlined();
    const auto constant = adapt<Constant, Duration>(
        duration(), [](Duration value) { return Constant{value}; },
        [](const Constant& fixed) { return std::optional{fixed.value}; });
    return named(
        "distribution", "A length of time drawn at random, each time anew.",
        "Always the same: `50ms` or `{constant: 50ms}`. Any time between two: `{uniform: {min: "
        "10ms, max: 90ms}}`. Mostly short: `{exponential: {mean: 50ms}}`. Like most latencies, "
        "with "
        "a long tail: `{lognormal: {median: 50ms, p99: 400ms}}`.",
        uniform_for_ranges(
            one_of<Distribution>(
                "a time, or {constant}, {uniform}, {exponential} or {lognormal}", "50ms",
                {alternative<Distribution>(constant),
                 tagged<Distribution>("constant", constant, "Always the same."),
                 tagged<Distribution>("uniform", uniform,
                                      "Any time between two, all equally likely."),
                 tagged<Distribution>("exponential", exponential, "Mostly short, sometimes long."),
                 tagged<Distribution>("lognormal", lognormal,
                                      "Shaped like most latencies, with a long tail.")}),
            parse_duration));
  }();
  return kKind;
}

const Kind<Arrivals>& arrivals() {
  static const Kind<Arrivals> kKind = [] {
    const auto gamma =
        Record<GammaArrivals>{"gamma", "Gaps from a gamma distribution."}
            .required("burstiness", &GammaArrivals::burstiness, positive_number(1000, "0.5"),
                      "The shape: 1 is Poisson, smaller is burstier, larger is more even.")
            .inlined();
    const auto bursts = Record<BurstArrivals>{"bursts", "Several at once, then a pause."}
                            .required("size", &BurstArrivals::size, count(1, 1'000'000),
                                      "How many come at the same moment.")
                            .inlined();
    return named("arrivals", "How the starts of a stream are spread over time, at its rate.",
                 "`constant`: evenly. `poisson`: independent of one another. `{gamma: "
                 "{burstiness: 0.5}}`: 1 is Poisson, smaller is burstier, larger is more even. "
                 "`{bursts: {size: 10}}`: ten at the same moment, then a pause.",
                 one_of<Arrivals>("constant, poisson, {gamma} or {bursts}", "poisson",
                                  {word<Arrivals>("constant", ConstantArrivals{}),
                                   word<Arrivals>("poisson", PoissonArrivals{}),
                                   tagged<Arrivals>("gamma", gamma, "Bursty or even gaps."),
                                   tagged<Arrivals>("bursts", bursts, "Bursts and pauses.")}));
  }();
  return kKind;
}

const Kind<Arrive>& arrive() {
  static const Kind<Arrive> kKind =
      Record<Arrive>{"arrive",
                     "When the clients of a population start. Without `over` and `rate`: all at "
                     "once."}
          .key("at", &Arrive::at, first_of_several(duration()), "When the first one starts.")
          .key("over", &Arrive::over, first_of_several(positive_duration()),
               "All of them start within this time, evenly spread.")
          .key("rate", &Arrive::rate, rate(), "They start one after another at this rate.")
          .exclusive("over", "rate")
          .kind();
  return kKind;
}

const Kind<RandomAgents>& random_agents() {
  static const Kind<RandomAgents> kKind = [] {
    Scalar<RandomAgents> scalar;
    scalar.words = "`random agent`, or a number of them such as `3 random agents`";
    scalar.label = "`random agent`, `3 random agents`";
    scalar.example = "random agent";
    scalar.schema = {{"type", "string"}, {"pattern", "^([1-9][0-9]{0,6} )?random agents?$"}};
    scalar.parse = parse_random_agents;
    scalar.print = random_agents_text;
    return scalar.kind();
  }();
  return kKind;
}

const Kind<Recipients>& recipients() {
  static const Kind<Recipients> kKind = named(
      "recipients", "Whom an agent addresses.",
      "`everyone`: a broadcast to all others. `random agent`, `3 random agents`: others, drawn "
      "anew "
      "each time. `itself`: a round trip through the relay.",
      one_of<Recipients>(
          "everyone, itself, random agent, or a number of them such as 3 random agents", "everyone",
          {word<Recipients>("everyone", Everyone{}), word<Recipients>("itself", Itself{}),
           alternative<Recipients>(random_agents())}));
  return kKind;
}

const Kind<Reconnect>& reconnect() {
  using Backoff = Reconnect::Backoff;
  static const Kind<Reconnect> kKind = [] {
    const auto backoff = words<Backoff>({{"constant", Backoff::constant},
                                         {"linear", Backoff::linear},
                                         {"exponential", Backoff::exponential}});
    Reconnect never;
    never.attempts = 0;
    const auto record =
        Record<Reconnect>{"reconnect",
                          "What a client does after losing its connection. `never` is short for "
                          "`{attempts: 0}`; `linear` for what ARC's documents say: the nth pause "
                          "lasts min(2n, 30) s, 5 attempts in a row; `exponential` for what the "
                          "arena's clients do: 1, 2, 4 ... 30 s, 15 attempts. Neither protocol "
                          "replays what was missed."}
            .key("backoff", &Reconnect::backoff, backoff, "How the pauses between attempts grow.")
            .key("first", &Reconnect::first, duration_from(kEveryMin), "The first pause.")
            .key("max", &Reconnect::max, positive_duration(), "The longest pause.")
            .key("attempts", &Reconnect::attempts, count(0, 1'000'000),
                 "Attempts in a row before giving up. 0: never reconnect.")
            .key("jitter", &Reconnect::jitter, probability(),
                 "By how much of it, at most, each pause is shortened at random, so that a crowd "
                 "that fell together does not come back together.")
            .rule(
                "first", "max", [](const Reconnect& r) { return r.first <= r.max; },
                "at least the first pause")
            .kind();
    return one_of<Reconnect>(
        "never, linear, exponential, or a map such as {first: 1s, attempts: 15}", "never",
        {word("never", never), word("linear", kReconnectLinear),
         word("exponential", kReconnectExponential), record});
  }();
  return kKind;
}

}  // namespace gauntlet::scenarios
