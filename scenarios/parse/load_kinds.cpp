#include "scenarios/parse/load_kinds.hpp"

#include <utility>

#include "scenarios/model/population.hpp"
#include "scenarios/parse/file_kind.hpp"
#include "scenarios/parse/range_kinds.hpp"
#include "scenarios/parse/traffic_kinds.hpp"

namespace gauntlet::scenarios {
namespace {

Kind<RateSpan> rate_span() {
  Scalar<RateSpan> scalar;
  scalar.words = "a rate, or two such as 100/s to 1000/s";
  scalar.label = "[rate](#rate), or two: `100/s to 1000/s`; `0/s` is a pause";
  scalar.example = "100/s to 1000/s";
  scalar.schema = {{"type", "string"}, {"pattern", rate_span_pattern()}};
  scalar.parse = parse_rate_span;
  scalar.print = rate_span_text;
  Kind<RateSpan> kind = scalar.kind();
  kind.definitions = rate().definitions;
  return kind;
}

Kind<Stage> stage() {
  return Record<Stage>{"stage",
                       "A stretch of time with a rate of its own: the sum over all agents of the "
                       "population, each of which has an equal part."}
      .required("for", &Stage::length, positive_duration(), "How long it lasts.")
      .required("rate", &Stage::rate, rate_span(),
                "The rate of the whole population; of two, it goes from one to the other in a "
                "straight line.")
      .kind();
}

// That of each agent is steady; the stages' is of all of them together.
Kind<Rate> steady_rate() {
  return but_of_ranges(
      rate(), parse_rate, [](const Range& range, const Value& value, Reader& reader) {
        reader.complain(
            value.place, reader.path() + " is " + shown(value) + ", but must be one rate",
            reader.advise(value.place, reader.path(), range.from) +
                ", or, for one that grows, `load: [{for: 10s, rate: " + range.from + " to " +
                range.to + "}]` in its place, the rate of all agents together");
      });
}

void read_times(std::string_view text, Reader& reader, Trace& into) {
  auto times = std::make_shared<std::vector<Duration>>();
  for_each_line(text, into.file, [&](std::string_view line, const SourcePos& place) {
    const auto time_s = parse_number(line);
    if (!time_s || !(*time_s >= 0 && *time_s <= seconds(kDurationMax)))
      return reader.complain(place, "this line is no time in seconds, from 0 on",
                             "write a number such as `1.25`, or `# a comment`");
    const Duration time = from_seconds(*time_s);
    if (!times->empty() && time < times->back())
      return reader.complain(place, "this time is before that of the line above",
                             "sort the file: `sort -g -o " + into.file + ' ' + into.file + '`');
    times->push_back(time);
  });
  into.times = std::move(times);
}

const Kind<Trace>& trace() {
  static const Kind<Trace> kKind = file_kind<Trace>(
      "arrivals.txt", "write the times into it, in seconds from the start of traffic, one a line",
      read_times);
  return kKind;
}

}  // namespace

Record<Load> load_keys(const std::string& one, const std::string& back) {
  return Record<Load>{"load", "How often."}
      .key("rate", &Load::rate, steady_rate(),
           "How often each agent sends a " + one + ", by the clock.")
      .key(
          "load", &Load::stages, list_of(stage(), 1),
          "Instead of `rate`: stages, one after another from the start of traffic, at rates of the "
          "whole population together. After the last one, nothing comes any more.")
      .key("trace", &Load::trace, trace(),
           "Instead of `rate`: a file with the moment of each " + one +
               ", in seconds from the start of traffic, one a line in order, `#` for comments. The "
               "agents of the population take the lines in turn. The name counts from where "
               "gauntlet was started.")
      .key("arrivals", &Load::arrivals, arrivals(), "How they are spread over time.")
      .key("in_flight", &Load::in_flight, count(1, kInFlightMax),
           "A closed loop instead of a rate: each agent keeps so many under way. The next " + one +
               " leaves when " + back + ", or has been waited for until `timeout`.")
      .key("think", &Load::think, distribution(),
           "In a closed loop: how long until the next leaves.")
      .one_of_keys({"rate", "load", "trace", "in_flight"})
      .exclusive("arrivals", "trace")
      .exclusive("arrivals", "in_flight")
      .only_with("think", "in_flight");
}

}  // namespace gauntlet::scenarios
