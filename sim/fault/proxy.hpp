// Stands between somebody else's clients and their target, where the network may fail on purpose.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "scenarios/model/scenario.hpp"
#include "scenarios/plan/fault_schedule.hpp"
#include "scenarios/plan/plan.hpp"
#include "sim/fault/faulty_links.hpp"
#include "sim/session/between.hpp"

namespace gauntlet::sim {

/// What became of a proxy's connections.
struct ProxyTally {
  std::uint64_t connections{0};
  std::uint64_t unreachable{0};  // those that the target did not take
  std::uint64_t bytes_to_target{0};
  std::uint64_t bytes_from_target{0};
  std::array<std::uint64_t, kFaultKinds> faults{};  // that befell a connection
};

/// Each connection that comes gets one of its own to the target, and a number in the order of
/// coming: it is agent-0, agent-1 and so on to the faults. Bytes are passed on as they are, so any
/// protocol will do. When one side ends its stream, so does the proxy on the other.
/// @threads As Links.
class Proxy final : public Acceptor, public Timed {
 public:
  /// Of all that a proxy holds for a receiver that is slow; then it stops reading the sender.
  static constexpr std::size_t kBacklogMax = 1024 * 1024;

  /// @param near    where clients come from: the driver's links.
  /// @param far     where the target is, with the faults of the scenario in between. Both must
  ///                outlive it, as must the scenario.
  /// @param until   when faults that repeat stop to do so.
  Proxy(Links& near, FaultyLinks& far, const scenarios::Scenario& scenario, Instant until);

  const ProxyTally& tally() const { return tally_; }

  void accepted(LinkId link, std::uint8_t port, std::string peer, Instant now) override;
  void opened(LinkId link, Instant now) override;
  void failed(LinkId link, Outcome why, Instant now) override;
  void bytes(LinkId link, std::span<char> bytes, Instant now) override;
  void ended(LinkId link, Outcome how, Instant now) override;

  std::optional<Instant> next_deadline() const override;
  void tick(Instant now) override;

 private:
  using Number = std::uint32_t;
  struct Side {
    LinkId link{0};
    bool full{false};  // holds so much that the other side is not read
  };
  struct Pair {
    Side near;
    Side far;
    Instant since;
    scenarios::FaultSchedule schedule;
    std::optional<Instant> due{};
  };

  void strike(Number number, Pair& pair, Instant now);
  void look_at_backlogs(Pair& pair);
  void reschedule(Number number, Pair& pair, Instant now);
  void remove(Number number);

  Links& near_links_;
  FaultyLinks& far_links_;
  const scenarios::Scenario& scenario_;
  scenarios::Plan plan_;
  std::unordered_map<Number, Pair> pairs_;
  std::unordered_map<LinkId, Number> near_;
  std::unordered_map<LinkId, Number> far_;
  std::set<std::pair<Instant, Number>> deadlines_;
  ProxyTally tally_;
  Number last_{0};
};

/// A scenario that only has these faults, for connections of which nobody knows how many will come:
/// a share of all is the chance of each.
scenarios::Scenario scenario_of_connections(std::uint64_t seed,
                                            std::vector<scenarios::Fault> faults);

}  // namespace gauntlet::sim
