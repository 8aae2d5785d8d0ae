// One direction of a link that the network ill-treats: what is on its way, and when it arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "scenarios/terms/distribution.hpp"
#include "scenarios/terms/outcome.hpp"
#include "scenarios/terms/time.hpp"
#include "sim/session/links.hpp"

namespace gauntlet::sim {

/// What a network does to one direction at present.
struct Conditions {
  enum class Silence : std::uint8_t { none, of_bytes, complete };

  const Distribution* delay{nullptr};     // of each piece
  const Distribution* farewell{nullptr};  // of the end of a stream, besides
  std::uint32_t per_second{0};            // bytes; 0: no limit
  std::uint32_t piece{0};                 // bytes at most; 0: as they were written
  Duration pause{};                       // between two pieces
  Silence silence{Silence::none};

  bool paced() const { return per_second != 0 || piece != 0; }
};

/// What travels: bytes, and the words in which two ends of TCP open and close.
struct Parcel {
  enum class Kind : std::uint8_t { opening, bytes, half_end, end };
  Kind kind{Kind::bytes};
  std::string bytes{};
  std::optional<Outcome> outcome{};  // of an opening that failed; of an end that was suffered
  Ending ending{Ending::close};      // of an end that was wanted
};

/// A queue in two parts, as in a network: what waits to be sent, at a pace, and what is under way
/// and arrives after a delay. Nothing overtakes, nothing is lost: TCP sends again what a network
/// swallows, so what was held arrives when a silence is over.
class Lane {
 public:
  /// @param random  of the delays.
  explicit Lane(Stream random) : random_{random} {}

  void put(Parcel parcel);
  /// What has not begun its way is gone.
  void drop_waiting();
  void clear();

  /// Sends what can have left by now. To be called after each put() and change of conditions.
  void advance(Instant now, const Conditions& conditions);
  /// The next one that has arrived by now.
  std::optional<Parcel> take(Instant now, const Conditions& conditions);
  /// When the next one leaves or arrives, as far as that is known.
  std::optional<Instant> next_time(const Conditions& conditions) const;

  bool empty() const { return waiting_.empty() && under_way_.empty(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Dated {
    Parcel parcel;
    Instant when;  // when it was put; when it arrives, unless one before it comes later
  };
  Instant departure(Instant now, std::size_t size, const Conditions& conditions) const;
  void depart(Instant when, std::size_t size, const Conditions& conditions);
  std::size_t next_size(const Conditions& conditions) const;
  static bool held(const Parcel& parcel, const Conditions& conditions);

  Stream random_;
  std::deque<Dated> waiting_;
  std::size_t dated_{0};            // how many of them know when they were put
  std::size_t first_sent_{0};       // bytes of the first that have left
  std::deque<Dated> under_way_;     // they arrive in this order
  std::optional<Instant> departs_;  // the first that waits
  Instant free_at_{};               // when the one behind it may begin
  std::size_t bytes_{0};
};

}  // namespace gauntlet::sim
