// An embedded server on its links: carries bytes to its target machine and effects back to bytes.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scenarios/terms/defects.hpp"
#include "sim/machine/target.hpp"
#include "sim/session/links.hpp"
#include "sim/session/log.hpp"
#include "sim/wire/http.hpp"
#include "sim/wire/websocket.hpp"

namespace gauntlet::sim {

/// How a host is to speak.
struct HostRules {
  std::size_t message_bytes_max;  // a longer message closes the connection with 1009
  Defects defects{};              // of them, those of a WebSocket
};

/// Speaks HTTP and WebSocket for a target. A connection's number is its link's. The same for
/// sockets and virtual time.
class Host final : public Acceptor {
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

  Host(Target& target, Links& links, HostRules rules) : Host{target, links, rules, Voice{}} {}
  Host(Target& target, Links& links, HostRules rules, Voice voice);

  /// To the target's main port (0) or its second one (1).
  void accepted(LinkId link, std::uint8_t port, std::string peer, Instant now) override;

  void tick(Instant now);
  std::optional<Instant> next_deadline() const;
  std::size_t connections() const { return guests_.size(); }

  void opened(LinkId, Instant) override {}
  void failed(LinkId, Outcome, Instant) override {}
  void bytes(LinkId link, std::span<char> bytes, Instant now) override;
  void ended(LinkId link, Outcome how, Instant now) override;

 private:
  enum class State : std::uint8_t { asking, awaiting, talking, closing };
  enum class Health : std::uint8_t { well, halted, crashed };
  struct Guest {
    State state{State::asking};
    std::uint8_t port{0};
    bool keep_alive{false};
    bool pinged{false};
    Instant asking_until{};  // while asking
    std::string peer;
    std::unique_ptr<wire::RequestReader> request;  // while it speaks HTTP
    std::unique_ptr<std::string> early;  // what came behind an unanswered request, or too late
    wire::FrameDecoder decoder;
  };

  struct Wait {
    Instant until;
    LinkId link;
  };

  void read(LinkId link, std::span<char> bytes, Instant now);
  static void keep(Guest& guest, std::span<const char> bytes);
  bool read_request(LinkId link, Guest& guest, std::span<char>& bytes, Instant now);
  bool read_frame(LinkId link, Guest& guest, std::span<char>& bytes, Instant now);
  void deliver(LinkId from, const TargetInput& input, Instant now);
  void carry_out(const Addressed& addressed, Instant now);
  void carry_out_for_all(const TargetEffect& effect);
  std::vector<LinkId> all_links() const;
  void halt();
  void crash();
  void go_on();
  void await_request(LinkId link, Guest& guest, Instant now);
  void respond(LinkId link, Guest& guest, const Respond& response, Instant now);
  void resume(LinkId link, Instant now);
  void drop(LinkId link, Ending how);
  void give_up(LinkId link, Ending how, Instant now);
  void end_overdue(std::deque<Wait>& waits, Instant now);
  std::string_view upgrade_nonce(const Guest& guest) const;
  std::uint16_t code_in_answer_to(const wire::WsEvent& close) const;

  Target& target_;
  Links& links_;
  HostRules rules_;
  Voice voice_;
  Health health_{Health::well};
  boost::unordered_flat_map<LinkId, std::unique_ptr<Guest>> guests_;
  TargetOutbox outbox_;
  std::vector<LinkId> to_resume_;  // with bytes that can be read now
  std::vector<LinkId> too_slow_;   // to be dropped: they do not read
  // The earliest in front. A guest may be gone, or have asked, before its turn comes.
  std::deque<Wait> farewells_;  // of guests that were hung up on
  std::deque<Wait> open_ends_;  // of guests that said goodbye, and whose stream is left open
  std::deque<Wait> silences_;   // of guests that are to ask
};

}  // namespace gauntlet::sim
