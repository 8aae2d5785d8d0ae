// A streamed answer cut into payloads: one JSON text each, whatever the pieces in which its bytes
// arrive.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace gauntlet::runners {

enum class Framing : std::uint8_t {
  lines,   // NDJSON: a payload per line
  events,  // Server-Sent Events: the `data` of each event. WHATWG HTML §9.2.6
};

/// Bytes in, payloads out, in any split: also inside a UTF-8 character, between CR and LF, or in
/// the middle of a field's name. Blank lines, comments and other fields of events are skipped.
class Deframer {
 public:
  /// A longer payload is no token.
  static constexpr std::size_t kPayloadBytesMax = std::size_t{1024} * 1024;

  explicit Deframer(Framing framing) : framing_{framing} {}

  /// Called with each payload; false ends the reading.
  using OnPayload = std::function<bool(std::string_view payload)>;

  /// False when a payload was too long or `on_payload` said so; the rest is not read then.
  bool feed(std::string_view bytes, const OnPayload& on_payload);
  /// The stream has ended: what stands there without its end is a payload as well. Stricter
  /// readers drop an event without the blank line behind it, but servers do end that way.
  bool finish(const OnPayload& on_payload);

 private:
  bool end_line(const OnPayload& on_payload);
  bool end_event(const OnPayload& on_payload);

  Framing framing_;
  std::string line_;
  std::string data_;  // of an event that has not ended
  bool has_data_{false};
  bool after_cr_{false};  // a LF right behind belongs to it
  bool at_start_{true};   // where a byte order mark may stand
};

}  // namespace gauntlet::runners
