// Runs cases against one server: those that may beside each other, the others one by one, and
// says of each what came of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/conformance/bystanders.hpp"
#include "sim/conformance/case.hpp"
#include "sim/conformance/stage.hpp"
#include "sim/conformance/verdict.hpp"
#include "sim/session/play.hpp"

namespace gauntlet::sim::conformance {

struct CaseResult {
  const Case* row{nullptr};
  Ruling ruling{};
  Transcript transcript{};
  Instant began{};
  Duration took{};
};

/// The phases, of which each begins when the one before is over:
///
///   arriving   the bystanders get in
///   beside     cases that harm nobody, several at once
///   alone      the others, one by one. After a hostile one, and after any that went wrong:
///                checking   do the bystanders carry on, does somebody new get in?
///                reviving   when nobody is there any more: wait for the server, arrive again
///
/// Cases that went wrong beside others while the server may have been gone are played again alone,
/// so that the one that brings it down is found; so are those that were being played when it went,
/// whatever came of them. Where it does not come back, or none of them does it again, they are
/// named as those of which one did it.
/// @threads One: the one that runs its links.
class Suite final : public Play {
 public:
  struct Options {
    Waits waits{};
    std::uint32_t at_once{16};
    bool slow{false};          // slow cases, too
    bool second_chance{true};  // cases that went wrong while the server may have been gone
    Duration comes_back{std::chrono::seconds{10}};  // how long to wait for a server that has died
    /// Starts a server that has died, and for some cases one that lives; may block. Unset: nobody
    /// can.
    std::function<void()> restart{};
    std::string run_name;  // in every name: nobody else's
    std::string crowd{};   // see Connection::Setting
    std::uint64_t seed{1};
    ActorId actors_from{0};  // its links are those of actors from here on
    Premises premises{};
    Endpoint door{};  // where the server's WebSockets are
    /// Called once for each case, in the order in which they end.
    std::function<void(const CaseResult&)> on_result{};
    OnLimit on_limit{};
  };

  /// @param cases  in the order of the results; they outlive the suite.
  Suite(std::vector<const Case*> cases, Bystanders& bystanders, Links& links, const Places& places,
        Options options);

  void run_due(Instant now) override;
  std::optional<Instant> next_deadline() const override;
  bool done() const override { return phase_ == Phase::over; }
  /// Of the session that there is, for the cases that begin from now on.
  void learn_pin(std::string pin) { options_.premises.pin = std::move(pin); }
  /// Ends it here. What is not over by now has not been found out: inconclusive, and why.
  void cut(std::string_view why, Instant now);

  /// Of the cases that have ended, in the order that was asked for; all of them once it is done.
  std::vector<CaseResult> results() const;

 private:
  enum class Phase : std::uint8_t { arriving, beside, alone, checking, reviving, over };
  struct Performance {
    std::size_t index;  // of the case
    std::unique_ptr<Stage> stage;
  };

  bool advance(Instant now);
  bool fill_stages(Instant now);
  bool end_beside(Instant now);
  bool begin_alone(Instant now);
  bool end_alone(Instant now);
  bool end_checking(Instant now);
  bool end_reviving(Instant now);
  void arrive(Instant now);
  void begin(std::size_t index, Instant now);
  void check(Instant now);
  void revive(Instant now);
  std::unique_ptr<Stage> stage_for(const Case& row, std::string_view name, Instant now);
  std::optional<std::string> why_not(const Case& row) const;
  bool needs_another_session() const;
  void end(Performance& performance, Instant now);
  void settle(std::size_t index);
  std::vector<std::size_t> played_when_it_went() const;
  void accuse(std::string_view what_happened);
  void skip_the_rest(std::string_view why, Instant now);
  void note_arrival();
  Steps look_again(Stage& stage);
  Steps look_for_server(Stage& stage);

  std::vector<const Case*> cases_;
  Bystanders& bystanders_;
  Links& links_;
  const Places& places_;
  Options options_;
  Phase phase_{Phase::arriving};
  std::vector<std::optional<CaseResult>> results_;
  std::vector<bool> served_;         // by case: somebody was there
  std::vector<std::size_t> beside_;  // to be played, the next one last
  std::vector<std::size_t> alone_;   // likewise
  std::vector<Performance> playing_;
  std::unique_ptr<Stage> bystanders_stage_;
  std::unique_ptr<Stage> errand_;       // a newcomer, or the wait for a server
  std::unique_ptr<Stage> second_look_;  // when that newcomer is not served: is anybody there?
  std::uint32_t turned_away_{0};        // times in a row that the bystanders did not get in
  bool doubted_{false};                 // somebody met nobody: the server may have gone
  std::optional<Instant> gone_since_;   // when a case first met nobody
  std::vector<std::size_t> accused_;    // one of them brought the server down, beside others
  std::optional<std::size_t> suspect_;  // the case that is being checked
  std::uint32_t stages_{0};
};

}  // namespace gauntlet::sim::conformance
