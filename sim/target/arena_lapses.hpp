// What an arena with defects has to remember in order to be wrong.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/machine/target.hpp"
#include "sim/target/arena_session.hpp"
#include "sim/target/minute_limit.hpp"

namespace gauntlet::sim {

/// Empty, and never asked, without defects.
struct ArenaLapses {
  struct OfParticipant {
    std::uint32_t visits{0};  // times that it registered
    std::uint32_t leaves{0};  // times that it left
    bool fresh{false};        // it has come back, and sent no token since
    std::string held;         // the update of its tenth token
    struct Early {
      std::int64_t seq;
      std::string content;
    };
    std::optional<Early> early;                     // a token that came a place too early
    std::map<std::int64_t, std::int64_t> repeated;  // tokens of completes that came again, by round
  };

  std::map<ParticipantNumber, OfParticipant> participants;
  std::optional<ParticipantNumber> left;  // the last, until a token was shown as its own
  std::string last;                       // update that was shown
  std::vector<ConnectionId> blind;        // screens that are shown nothing of this round
  std::vector<ConnectionId> late;         // screens that came in this round
  std::map<ConnectionId, ParticipantNumber> outdated;  // connections that were replaced
  std::vector<ConnectionId> strangers;                 // who are challenged, too
  std::uint32_t replaced{0};                           // connections that still count
  std::map<ConnectionId, std::uint32_t> malformed;     // messages
  bool choked{false};                                  // on an id: the next registration fails
  std::map<ParticipantNumber, Instant> streamed;       // when the last token of each came
  std::map<std::string, std::string> boards;           // the first of each round, by its id
  std::map<ParticipantNumber, Instant> voted;          // when there was a vote for whom
  std::vector<ConnectionId> mistaken;                  // who met an error
  RoundSettings terms;                                 // of the round before
  std::string latency;                                 // of the last complete: a word, as JSON
  std::string text;                                    // scratch
  MinuteLimit health;                                  // how often it was asked for

  struct Past {                             // what outlives a session
    std::vector<std::string> pins;          // of all sessions, the current one last
    std::string first_session;              // its id
    std::string first_challenged;           // id of the first session in which there was a round
    std::string first_shown;                // id of the first session that was asked for
    std::string lines;                      // of the exports of all sessions before
    std::string last_round;                 // view of the round that was on when a session ended
    std::vector<std::string> participants;  // of the session before
  };
  Past past;
};

}  // namespace gauntlet::sim
