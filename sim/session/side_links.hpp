// The connections that a client has beside its own, and the little that is said on them.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/session/client_socket.hpp"
#include "sim/session/context.hpp"

namespace gauntlet::sim {

/// Carries out OpenSides and CloseSides; what becomes of the connections comes out as SideHeard and
/// SideEnded. Of a link that is none of them, nothing comes.
class SideLinks {
 public:
  /// @param user  whose links they are.
  SideLinks(Context& context, ActorId actor, LinkUser& user)
      : context_{context}, actor_{actor}, user_{user} {}

  void open(const OpenSides& effect);
  void close();

  void opened(LinkId link);
  /// Consumes from `bytes` until there is an input to deliver; nothing when `bytes` is used up.
  /// Valid until the next call.
  std::optional<Input> next(LinkId link, std::span<char>& bytes);
  std::optional<Input> ended(LinkId link, Outcome how);

 private:
  /// What somebody wants who does not only wait.
  struct Errand {
    OpenSides::Way way;
    Endpoint to;
    Secret path;
    Secret says;
    Secret bearer;
    std::optional<ClientSocket> socket{};  // that talks
    wire::ReplyReader reply{};             // to what was posted
  };
  struct Side {
    LinkId link;
    std::unique_ptr<Errand> errand;  // null for a silent one
  };

  std::vector<Side>::iterator find(LinkId link);
  std::optional<Input> read_reply(Side& side, std::span<char>& bytes);
  std::optional<Input> talk(Side& side, std::span<char>& bytes);
  void forget(Side& side);

  Context& context_;
  ActorId actor_;
  LinkUser& user_;
  std::vector<Side> sides_;
  std::uint32_t sockets_opened_{0};
  std::unique_ptr<Errand> finished_;  // lives on for the views in an input
};

}  // namespace gauntlet::sim
