#include "metrics/shard/event_log.hpp"

#include <limits>

namespace gauntlet::metrics {

namespace {

using What = LedgerEvent::What;

// The first number of an event: What in the lowest four bits, then these.
constexpr std::uint64_t kWhatBits = 4;
constexpr std::uint64_t kWhatMask = 0xF;
constexpr std::uint64_t kArena = 1U << 4U;
constexpr std::uint64_t kSubscribed = 1U << 5U;
constexpr std::uint64_t kMisattributed = 1U << 6U;
constexpr std::uint64_t kKindShift = 7;
constexpr std::uint64_t kKindMask = 0x3;
constexpr std::uint64_t kOutdated = 1U << 9U;
constexpr std::uint64_t kByName = 1U << 10U;
static_assert(static_cast<std::uint64_t>(What::claims_read) < 1U << kWhatBits);
static_assert(static_cast<std::uint64_t>(MessageKind::token) <= kKindMask);

constexpr unsigned kBitsPerByte = 7;
constexpr std::uint64_t kMore = 0x80;

bool has_intended(What what) {
  return what == What::sent_to || what == What::sent_to_all || what == What::claimed ||
         what == What::claims_read;
}

void append_number(std::string& out, std::uint64_t number) {
  for (; number >= kMore; number >>= kBitsPerByte)
    out += static_cast<char>((number & (kMore - 1)) | kMore);
  out += static_cast<char>(number);
}

// Zigzag: small numbers of either sign stay short.
void append_duration(std::string& out, Duration duration) {
  const auto bits = static_cast<std::uint64_t>(duration.count());
  append_number(out, duration < Duration::zero() ? ~(bits << 1U) : bits << 1U);
}

}  // namespace

void EventEncoder::append(std::string& out, const LoggedEvent& logged) {
  const LedgerEvent& event = logged.event;
  append_number(out, static_cast<std::uint64_t>(event.what) | (logged.of_arena ? kArena : 0) |
                         (event.subscribed ? kSubscribed : 0) |
                         (event.misattributed ? kMisattributed : 0) |
                         (event.outdated ? kOutdated : 0) | (event.by_name ? kByName : 0) |
                         static_cast<std::uint64_t>(event.kind) << kKindShift);
  append_duration(out, event.at - last_);
  last_ = event.at;
  append_number(out, event.actor);
  if (!is_of_message(event.what)) return;
  append_number(out, event.message.sender);
  append_number(out, event.message.lane);
  append_number(out, event.message.n);
  if (has_intended(event.what)) append_duration(out, event.at - event.intended);
}

std::optional<LoggedEvent> EventDecoder::next() {
  if (rest_.empty()) return std::nullopt;
  const std::string_view from = rest_;
  LoggedEvent logged;
  LedgerEvent& event = logged.event;
  const std::uint64_t head = number();
  event.what = static_cast<What>(head & kWhatMask);
  event.kind = static_cast<MessageKind>(head >> kKindShift & kKindMask);
  logged.of_arena = (head & kArena) != 0;
  event.subscribed = (head & kSubscribed) != 0;
  event.misattributed = (head & kMisattributed) != 0;
  event.outdated = (head & kOutdated) != 0;
  event.by_name = (head & kByName) != 0;
  event.at = last_ + duration();
  event.actor = short_number();
  if (is_of_message(event.what)) {
    event.message = {short_number(), short_number(), short_number()};
    if (has_intended(event.what)) event.intended = event.at - duration();
  }
  broken_ |= event.what > What::claims_read;
  if (broken_) {
    rest_ = from;
    return std::nullopt;
  }
  last_ = event.at;
  ++count_;
  return logged;
}

std::uint64_t EventDecoder::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += kBitsPerByte) {
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= (byte & (kMore - 1)) << shift;
    if (byte < kMore) return value;
  }
  broken_ = true;
  return 0;
}

std::uint32_t EventDecoder::short_number() {
  const std::uint64_t value = number();
  broken_ |= value > std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(value);
}

Duration EventDecoder::duration() {
  const std::uint64_t bits = number();
  const std::uint64_t half = bits >> 1U;
  return Duration{static_cast<std::int64_t>((bits & 1U) != 0 ? ~half : half)};
}

}  // namespace gauntlet::metrics
