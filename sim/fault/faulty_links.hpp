// The network between clients and the driver's own links, with the faults that befall it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "metrics/record/recorder.hpp"
#include "scenarios/model/scenario.hpp"
#include "sim/fault/impairments.hpp"
#include "sim/fault/lane.hpp"
#include "sim/session/between.hpp"

namespace gauntlet::sim {

/// Passes everything on at once until a fault befalls a client's network; then it keeps what that
/// client and its targets send to each other for as long as the fault wants. The same over sockets
/// and in virtual time. Connections to model servers stay out of it.
///
///     client <- LinkUser - [ lane from the target ] <- LinkUser - driver's links
///            -> Links    - [ lane to the target   ] -> Links    ->
///
/// @threads As Links.
class FaultyLinks final : public Between, private LinkUser {
 public:
  /// What a client hears of a connection that a fault ended: that somebody wanted it so (injected),
  /// or what a network would show.
  enum class Blame : std::uint8_t { named, hidden };

  /// Keeps references to all of them.
  FaultyLinks(Links& driver, const scenarios::Scenario& scenario, metrics::Recorder& recorder,
              Blame blame = Blame::named);

  void impair(ActorId whom, std::uint32_t fault, Instant now, Instant until) override;
  std::optional<Instant> next_deadline() const override;
  void tick(Instant now) override;
  /// This client never dials again: what is kept for it goes with the last of its links.
  void forget(ActorId whom);
  /// Of whom something is kept.
  std::size_t clients() const { return clients_.size(); }
  /// Those that are open, or still have something on its way.
  std::size_t links() const { return lines_.size(); }

  LinkId dial(Endpoint to, ActorId actor, LinkUser& user) override;
  std::string& output(LinkId link) override;
  void expect_nothing(LinkId link) override;
  void stamp(LinkId link, Instant intended, metrics::Window window) override;
  std::size_t backlog(LinkId link) const override;
  void finish(LinkId link) override;
  void end(LinkId link, Ending how) override;
  void read(LinkId link, bool on) override;
  void accept(Acceptor& acceptor, bool on) override { driver_.accept(acceptor, on); }
  /// What was given up is over, however long the network keeps its last bytes; what has left here
  /// is over when the driver says so.
  std::vector<ActorId> connected() const override;

 private:
  struct Stamp {
    Instant intended;
    metrics::Window window;
  };
  /// What is left of a limit on this connection's bytes.
  struct Allowance {
    Impairments::Limit of{};  // its action is null where there is none
    std::size_t left{0};
  };
  struct Line {
    ActorId actor;
    Endpoint to;
    LinkUser* user;  // null: given up; only what is on its way to the target still arrives
    Lane forth;      // to the target
    Lane back;
    LinkId below{0};        // the driver's; 0: not dialed yet, or gone
    std::string written{};  // by the user, since the last tick
    std::vector<Stamp> stamps{};
    Allowance allowance{};
    std::optional<Instant> breaks{};  // nothing passes any more, and then it is reset
    std::optional<Instant> due{};
    bool opened{false};  // the user was told
    bool cut{false};     // the driver's link is gone
    bool reading{true};  // the user
    bool fed{true};      // the driver reads
  };
  struct Client {
    Impairments impairments;
    std::vector<LinkId> lines;
    std::uint32_t lanes{0};  // that it has had so far
    bool over{false};        // dials no more
  };

  // Of the driver's links.
  void opened(LinkId below, Instant now) override;
  void failed(LinkId below, Outcome why, Instant now) override;
  void bytes(LinkId below, std::span<char> bytes, Instant now) override;
  void ended(LinkId below, Outcome how, Instant now) override;
  LinkId above(LinkId below) const;
  void cut(Line& line, LinkId below);

  Line* find(LinkId id);
  const Line* find(LinkId id) const;
  void remove(LinkId id);
  bool straight_forth(const Line& line) const;
  bool straight_back(const Line& line) const;
  bool impaired(const Line& line) const;

  void hurry(LinkId id, Line& line) { set_due(id, line, Instant{}); }
  void set_due(LinkId id, Line& line, std::optional<Instant> due);
  void reschedule(LinkId id);

  void work(LinkId id, Instant now);
  void dial_below(LinkId id, Line& line);
  void take_written(Line& line, Instant now);
  void carry_forth(LinkId id, Instant now);
  void carry_back(LinkId id, Instant now);
  void arrive(LinkId id, Line& line, Parcel parcel, Instant now);
  void report(LinkId id, Line& line, Parcel parcel, Instant now);
  void renew_allowance(Line& line);
  bool spend(Line& line, scenarios::Direction way, std::string& bytes);
  void exhausted(LinkId id, Instant now);
  void break_off(LinkId id, Ending how, Instant now);
  void feed(Line& line);

  Links& driver_;
  const scenarios::Scenario& scenario_;
  metrics::Recorder& recorder_;
  Blame blame_;
  std::unordered_map<ActorId, Client> clients_;
  std::unordered_map<LinkId, Line> lines_;
  std::unordered_map<LinkId, LinkId> above_;        // the driver's -> ours
  std::set<std::pair<Instant, LinkId>> deadlines_;  // equal times: the older link first
  LinkId last_{0};
  std::string forgotten_;
};

}  // namespace gauntlet::sim
