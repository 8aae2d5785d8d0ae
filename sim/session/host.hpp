// An embedded server on its links: carries bytes to its target machine and effects back to bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/machine/target.hpp"
#include "sim/session/links.hpp"
#include "sim/session/log.hpp"
#include "sim/wire/http.hpp"
#include "sim/wire/websocket.hpp"

namespace gauntlet::sim {

/// Speaks HTTP and WebSocket for a target. A connection's number is its link's. The same for
/// sockets and virtual time.
class Host final : public LinkUser {
 public:
  /// A client that leaves more than this unread is dropped.
  static constexpr std::size_t kBacklogMax = 4 * 1024 * 1024;
  /// How long a client may take to close after it was hung up on.
  static constexpr Duration kFarewell = std::chrono::seconds{5};
  /// How long a connection may take to ask something, or to ask the next thing.
  static constexpr Duration kPatience = std::chrono::seconds{60};

  /// Who it is, and to whom it tells what it does.
  struct Voice {
    std::string_view name{"server"};
    Log& log = no_log();
  };

  /// @param message_bytes_max  a longer message closes the connection with 1009.
  Host(Target& target, Links& links, std::size_t message_bytes_max)
      : Host{target, links, message_bytes_max, Voice{}} {}
  Host(Target& target, Links& links, std::size_t message_bytes_max, Voice voice);

  /// A client has connected to the target's main port (0) or its second one (1).
  void accepted(LinkId link, std::uint8_t port, std::string peer, Instant now);

  void tick(Instant now);
  std::optional<Instant> next_deadline() const;
  std::size_t connections() const { return guests_.size(); }

  void opened(LinkId, Instant) override {}
  void failed(LinkId, Outcome, Instant) override {}
  void bytes(LinkId link, std::span<char> bytes, Instant now) override;
  void ended(LinkId link, Outcome how, Instant now) override;

 private:
  enum class State : std::uint8_t { asking, awaiting, talking, closing };
  struct Guest {
    State state{State::asking};
    std::uint8_t port{0};
    bool keep_alive{false};
    Instant asking_until{};  // while asking
    std::string peer;
    std::unique_ptr<wire::RequestReader> request;  // while it speaks HTTP
    std::unique_ptr<std::string> early;            // what came behind an unanswered request
    wire::FrameDecoder decoder;
  };

  struct Wait {
    Instant until;
    LinkId link;
  };

  void read(LinkId link, std::span<char> bytes, Instant now);
  bool read_request(LinkId link, Guest& guest, std::span<char>& bytes, Instant now);
  bool read_frame(LinkId link, Guest& guest, std::span<char>& bytes, Instant now);
  void deliver(LinkId from, const TargetInput& input, Instant now);
  void carry_out(const Addressed& addressed, Instant now);
  void await_request(LinkId link, Guest& guest, Instant now);
  void respond(LinkId link, Guest& guest, const Respond& response, Instant now);
  void resume(LinkId link, Instant now);
  void drop(LinkId link, Ending how);
  void give_up(LinkId link, Ending how, Instant now);

  Target& target_;
  Links& links_;
  std::size_t message_bytes_max_;
  Voice voice_;
  std::unordered_map<LinkId, Guest> guests_;
  TargetOutbox outbox_;
  std::vector<LinkId> to_resume_;  // answered, with bytes behind the request
  std::vector<LinkId> too_slow_;   // to be dropped: they do not read
  // The earliest in front. A guest may be gone, or have asked, before its turn comes.
  std::deque<Wait> farewells_;  // of guests that were hung up on
  std::deque<Wait> silences_;   // of guests that are to ask
};

}  // namespace gauntlet::sim
