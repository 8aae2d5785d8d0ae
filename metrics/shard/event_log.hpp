// The events of a shard's ledgers as bytes: what becomes of a message is known only when the events
// of all shards are together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/ledger/event.hpp"

namespace gauntlet::metrics {

/// Whose ledger an event is for.
struct LoggedEvent {
  bool of_arena{false};
  LedgerEvent event{};
};

/// Appends events to a buffer, 10 to 15 bytes each: whole numbers of 7 bits a byte, times as what
/// came since the event before.
class EventEncoder {
 public:
  void append(std::string& out, const LoggedEvent& event);

 private:
  Instant last_{};
};

/// Reads what an encoder wrote, from its beginning.
class EventDecoder {
 public:
  /// @param bytes  outlive this.
  explicit EventDecoder(std::string_view bytes) : rest_{bytes} {}

  /// Nothing at the end, and where the bytes are no event.
  std::optional<LoggedEvent> next();
  /// Whether everything was read.
  bool at_end() const { return rest_.empty(); }
  /// Events so far.
  std::uint64_t count() const { return count_; }

 private:
  std::uint64_t number();
  std::uint32_t short_number();
  Duration duration();

  std::string_view rest_;
  Instant last_{};
  std::uint64_t count_{0};
  bool broken_{false};
};

}  // namespace gauntlet::metrics
