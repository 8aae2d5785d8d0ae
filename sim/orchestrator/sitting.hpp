// The conformance cases that a scenario asks for, and one time that they are played.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/verdict/correctness.hpp"
#include "scenarios/model/scenario.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/conformance/cases/catalogue.hpp"
#include "sim/conformance/suite.hpp"
#include "sim/session/context.hpp"
#include "sim/session/links.hpp"
#include "sim/session/play.hpp"

namespace gauntlet::sim {

/// What is asked of one target.
struct Examination {
  conformance::Subject (*subject)();
  std::vector<const conformance::Case*> cases{};  // those that can be played beside a load
  std::vector<metrics::CaseLeftOut> left_out{};
};

/// What the scenario's `conformance` asks of its targets; nothing without it. Of several relays,
/// the first is asked.
std::vector<Examination> examinations_of(const scenarios::Scenario& scenario);

/// All examinations of a run, once, all targets at the same time. The same in both drivers.
/// @threads One: the one that runs its links.
class Sitting final : public Play {
 public:
  /// When it may take place. What is not over by the end is not known.
  struct Span {
    Instant from{};
    std::optional<Instant> until{};
  };
  /// The PIN of the session that there is, asked for when it begins; empty: not known.
  using PinSource = std::function<std::string()>;
  struct Setting {
    Span span{};
    conformance::Waits waits{};
    std::uint32_t at_once{16};
    std::string run_name;  // in every name: nobody else's
    std::string crowd{};   // how the ids of the load's agents begin
    bool second_chance{true};
    std::uint64_t seed{1};
    /// What the time of day was when its clock began; zero: not known.
    std::int64_t began_unix_ms{0};
    conformance::Premises arena{};  // what is known of the arena
    PinSource pin{};                // in place of the one that is known
  };
  /// With nobody else there: where an arena has an operator, in a session of its own.
  static Setting idle(std::string run_name, const scenarios::Scenario& scenario,
                      std::int64_t began_unix_ms);
  /// While the load is on, as soon as it is measured and at its height: with more time for
  /// everything, since slow is not incorrect.
  static Setting under_load(std::string run_name, std::string crowd,
                            const scenarios::Scenario& scenario, const scenarios::Phases& phases,
                            std::int64_t began_unix_ms, PinSource pin);

  /// @param examinations  they, the links and the places outlive it.
  Sitting(const std::vector<Examination>& examinations, Links& links, const Places& places,
          Setting setting);

  void run_due(Instant now) override;
  std::optional<Instant> next_deadline() const override;
  bool done() const override;
  /// Ends it here.
  void cut(std::string_view why, Instant now);

  /// Of each examination, what came of its cases.
  std::vector<std::vector<conformance::CaseResult>> results() const;

 private:
  struct Part {
    std::unique_ptr<conformance::Bystanders> bystanders;
    std::unique_ptr<conformance::Suite> suite;
  };

  void begin();

  Span span_;
  PinSource pin_;
  std::vector<Part> parts_;
  bool begun_{false};
};

/// Both sittings of a run, side by side.
std::vector<metrics::Correctness> side_by_side(const std::vector<Examination>& examinations,
                                               const Sitting& idle, const Sitting& loaded);

}  // namespace gauntlet::sim
