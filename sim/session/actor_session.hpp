// One client on its links: carries bytes to its machine and the machine's effects to bytes.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "runners/contract/runner.hpp"
#include "sim/machine/machine.hpp"
#include "sim/session/client_socket.hpp"
#include "sim/session/context.hpp"
#include "sim/session/side_links.hpp"
#include "sim/wire/http.hpp"

namespace gauntlet::sim {

/// Owns a machine and, for a participant, its runner. The same for sockets and virtual time.
class ActorSession final : public LinkUser {
 public:
  /// How long an answered server may take to close. Who closes first keeps the connection's port
  /// busy for a minute (TIME_WAIT), and a client has fewer of those.
  static constexpr Duration kServersClose = std::chrono::seconds{1};

  /// Told after every call that may have moved the session's deadline.
  class Owner {
   public:
    virtual void refresh(std::uint32_t slot) = 0;

   protected:
    ~Owner() = default;
  };

  /// Who it is, and under which number its owner keeps it.
  struct Seat {
    ActorId actor;
    std::uint32_t slot;
    LogSubject name{"actor"};
  };

  ActorSession(Seat seat, std::unique_ptr<Machine> machine, std::unique_ptr<runners::Runner> runner,
               Context& context, Owner& owner);

  /// Gives the machine an input from the run itself: Start, Announced, Stop, Leave.
  void tell(const Input& input, Instant now);
  /// TimePassed for machine and runner, as far as they wait for it.
  void tick(Instant now);

  std::optional<Instant> next_deadline() const;
  bool done() const { return machine_->done(); }
  bool busy() const { return machine_->busy(); }
  /// Whether it waits for something that need never come.
  bool stuck() const;

  void opened(LinkId link, Instant now) override;
  void failed(LinkId link, Outcome why, Instant now) override;
  void bytes(LinkId link, std::span<char> bytes, Instant now) override;
  void ended(LinkId link, Outcome how, Instant now) override;

 private:
  struct Exchange {
    LinkId link;
    Endpoint to;
    Method method;
    std::string path;
    std::string body;
    Secret bearer;
    wire::ReplyReader reply{};
    std::optional<Instant> answered_until{};  // the reply is in: only the server's close is due
  };

  void deliver(const Input& input, Instant now);
  void carry_out(const Effect& effect, Instant now);
  void begin(const Connect& effect);
  void begin(const Request& effect, Instant now);
  void send(const Send& effect);
  void run_runner(Instant now);
  void drop_socket(Ending how);
  void drop_exchange();
  void side_ended(LinkId link, Outcome how, Instant now);
  void read_reply(std::span<char> bytes, Instant now);
  void end_reply(wire::ReplyReader& reply, Outcome how, Instant now);
  void settle(Instant now);

  Seat seat_;
  std::uint32_t sockets_opened_{0};
  Context& context_;
  Owner& owner_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<runners::Runner> runner_;
  std::unique_ptr<ClientSocket> socket_;
  std::unique_ptr<Exchange> exchange_;
  std::unique_ptr<SideLinks> sides_;  // none, most of the time
  LinkId blocked_{0};  // its peer does not read: to be told once the effects are carried out
};

}  // namespace gauntlet::sim
