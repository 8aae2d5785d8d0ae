// The virtual-time driver: links that are queues, and a clock that jumps from event to event. An
// hour of scenario costs only its events, and the same seed gives the same bytes.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "metrics/record/recorder.hpp"
#include "scenarios/model/scenario.hpp"
#include "scenarios/terms/hash.hpp"
#include "sim/session/between.hpp"
#include "sim/session/cast.hpp"
#include "sim/session/context.hpp"
#include "sim/session/host.hpp"
#include "sim/session/links.hpp"
#include "sim/session/play.hpp"
#include "sim/world/line.hpp"
#include "sim/world/link_table.hpp"

namespace gauntlet::sim {

/// One thread's worth of virtual time: clients, servers and the links between them.
class World final : public Links, public Announcer {
 public:
  /// @param recorder  gets the slip (zero, in virtual time) of stamped sends.
  World(const scenarios::Network& network, std::uint64_t seed, metrics::Recorder& recorder);

  /// Puts a server at an endpoint. Endpoints without one refuse.
  void put(Endpoint at, Host& host, std::uint8_t port);
  void set_cast(Cast& cast) { cast_ = &cast; }
  /// Runs it beside the cast, from now on. What it sends and gets is in no counter.
  void run_beside(Play& play) { plays_.push_back(&play); }
  /// Looks after what stands between the cast and these links.
  void look_after(Timed& between) { between_ = &between; }

  /// Carries out every event up to and including `until`, or until `finished`, which is asked
  /// after each moment of time. Time ends up at `until`, or at the moment that finished it.
  void run(Instant until, const std::function<bool()>& finished);
  /// Does something to the actors at this moment, and lets what they write leave.
  void act(const std::function<void(Instant)>& what) {
    what(now_);
    hosts_have_heard_ = true;
    flush();
  }
  Instant now() const { return now_; }

  /// A fingerprint of everything that happened: time, link, event, bytes.
  std::uint64_t trace_hash() const { return trace_.value(); }
  std::uint64_t events() const { return events_; }

  LinkId dial(Endpoint to, ActorId actor, LinkUser& user) override;
  std::string& output(LinkId link) override;
  void stamp(LinkId link, Instant intended, metrics::Window window) override;
  std::size_t backlog(LinkId link) const override;
  void finish(LinkId link) override;
  void end(LinkId link, Ending how) override;
  void read(LinkId link, bool on) override;
  void accept(Acceptor& acceptor, bool on) override;
  /// A link is over when one of its ends is: when the other notices is up to the network, and to
  /// whether it reads.
  std::vector<ActorId> connected() const override;
  /// From or to whom something is on its way that may matter to them, in order.
  std::vector<ActorId> held_up() const;
  void announce(SecretView pin) override { announced_ = Secret{pin.reveal()}; }

 private:
  enum class Kind : std::uint8_t { arrival, opened, refused, bytes, finished, reset };
  struct Event {
    Instant at;
    std::uint64_t sequence;  // equal times: in the order in which they were caused
    Kind kind;
    LinkId to;
    std::string bytes;
    static bool later(const Event& a, const Event& b) {  // a heap keeps the "largest" in front
      return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
    }
  };
  struct End {
    explicit End(Line to_peer) : line{to_peer} {}
    LinkUser* user{nullptr};  // null: given up, or never taken
    LinkId peer{0};
    ActorId actor{0};     // who dialed
    bool counted{false};  // a client's, of the plan
    bool reading{true};
    bool finished{false};  // has said that nothing more comes
    Line line;             // to the peer
    std::string out;
    std::vector<Event> held;  // arrived while not reading
    std::size_t unread{0};    // bytes that the peer holds back, or that are on their way to it
  };
  struct Server {
    Host* host{nullptr};
    std::uint8_t port{0};
    bool refuses{false};
  };

  std::optional<Instant> next_moment();
  std::optional<Instant> hosts_deadline();
  void step(Instant moment);
  void dispatch(Event event);
  void flush();
  void enqueue(Event event);
  void send_out(End& end);
  void put_by(std::string used);
  void release_held(End& end);
  void schedule(End& from, LinkId to, Kind kind, std::string bytes = {});
  End* find(LinkId link);

  scenarios::Network network_;
  std::uint64_t seed_;
  metrics::Recorder& recorder_;
  std::array<Server, kEndpointCount> servers_{};
  std::vector<Host*> hosts_;
  std::optional<Instant> hosts_deadline_;  // as it was when they were last asked
  bool hosts_have_heard_{true};            // something that may have moved it
  Cast* cast_{nullptr};
  Timed* between_{nullptr};
  std::vector<Play*> plays_;
  Instant now_{};
  std::uint64_t sequence_{0};
  std::uint64_t events_{0};
  LinkId last_link_{0};
  LinkTable<End> ends_;
  std::unordered_map<ActorId, std::uint32_t> directions_;  // that an actor's links have had so far
  std::unordered_map<LinkId, Endpoint> dialed_;            // client ends on their way to a server
  std::vector<LinkId> dirty_;                              // ends with something written
  std::vector<LinkId> leaving_;                            // those that are being flushed
  std::vector<std::string> spare_;                         // emptied
  std::vector<Event> queue_;                               // a heap, the next event in front
  std::optional<Secret> announced_;
  std::string forgotten_;  // where writes to a link that is gone end up
  Hash trace_;
};

}  // namespace gauntlet::sim
