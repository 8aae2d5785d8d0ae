#include "scenarios/parse/load_kinds.hpp"

#include "scenarios/model/population.hpp"
#include "scenarios/parse/scalar_kinds.hpp"
#include "scenarios/parse/traffic_kinds.hpp"

namespace gauntlet::scenarios {

Record<Load> load_keys(const std::string& one, const std::string& back) {
  return Record<Load>{"load", "How often."}
      .key("rate", &Load::rate, rate(), "How often each agent sends a " + one + ", by the clock.")
      .key("arrivals", &Load::arrivals, arrivals(), "How they are spread over time.")
      .key("in_flight", &Load::in_flight, count(1, kInFlightMax),
           "A closed loop instead of a rate: each agent keeps so many under way. The next " + one +
               " leaves when " + back + ", or has been waited for until `timeout`.")
      .key("think", &Load::think, distribution(),
           "In a closed loop: how long until the next leaves.")
      .one_of_keys({"rate", "in_flight"})
      .exclusive("arrivals", "in_flight")
      .only_with("think", "in_flight");
}

}  // namespace gauntlet::scenarios
