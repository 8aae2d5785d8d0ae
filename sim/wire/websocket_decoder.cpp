// Reading WebSocket frames.
//
//   start ----> length ----> payload ----> start ...      a frame at a time
//     |            |            |
//     +------------+------------+--------> ended          a close, or a violation
#include <algorithm>

#include "sim/wire/websocket.hpp"

namespace gauntlet::sim::wire {
namespace {

constexpr std::uint8_t kLengthIn2Bytes = 126;
constexpr std::uint8_t kLengthIn8Bytes = 127;

// What to close with. RFC 6455 §7.4.1
constexpr std::uint16_t kProtocolError = 1002;
constexpr std::uint16_t kNoCode = 1005;
constexpr std::uint16_t kNotUtf8 = 1007;
constexpr std::uint16_t kTooBig = 1009;

bool is_control(Opcode opcode) { return (static_cast<unsigned>(opcode) & 0x8U) != 0; }

bool is_known(Opcode opcode) {
  switch (opcode) {
    case Opcode::continuation:
    case Opcode::text:
    case Opcode::binary:
    case Opcode::close:
    case Opcode::ping:
    case Opcode::pong:
      return true;
  }
  return false;
}

// Codes that may stand in a close frame: those of the RFC and its registry that are meant for the
// wire, and the ranges for libraries and applications. §7.4.2
bool may_be_sent(unsigned code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

std::string_view as_text(std::span<const char> bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

FrameDecoder::FrameDecoder(Role ours, std::size_t message_bytes_max, Lenience lenience)
    : message_bytes_max_{message_bytes_max}, ours_{ours}, lenience_{lenience} {
  static_assert(sizeof(FrameDecoder) <= 64, "there is one for each of ten thousand idle agents");
}

std::optional<WsEvent> FrameDecoder::next(std::span<char>& bytes) {
  forget_delivered();
  for (;;) {
    switch (state_) {
      case State::start:
        if (!fill_header(bytes, 2)) return std::nullopt;
        if (const auto refusal = check_start()) return refuse(*refusal);
        state_ = State::length;
        break;
      case State::length:
        if (!fill_header(bytes, header_size())) return std::nullopt;
        if (const auto refusal = check_length()) return refuse(*refusal);
        begin_payload();
        break;
      case State::payload:
        if (auto event = is_control(opcode()) ? take_control(bytes) : take_data(bytes))
          return event;
        if (state_ == State::payload) return std::nullopt;
        break;
      case State::ended:
        bytes = {};
        return std::nullopt;
    }
  }
}

bool FrameDecoder::between_messages() const {
  return state_ == State::ended || (state_ == State::start && header_have_ == 0 && !in_message());
}

// What the last event pointed into is not needed any more. Nothing is left on the heap then, unless
// a message is under way.
void FrameDecoder::forget_delivered() {
  if (!delivered_) return;
  delivered_ = false;
  if (in_message())
    partial_->control.clear();
  else
    partial_.reset();
}

bool FrameDecoder::fill_header(std::span<char>& bytes, std::size_t size) {
  const std::size_t length = std::min(size - header_have_, bytes.size());
  std::copy_n(bytes.begin(), length, header_.begin() + header_have_);
  header_have_ = static_cast<std::uint8_t>(header_have_ + length);
  bytes = bytes.subspan(length);
  return header_have_ == size;
}

std::uint8_t FrameDecoder::header_byte(std::size_t i) const {
  return static_cast<std::uint8_t>(header_[i]);
}
bool FrameDecoder::fin() const { return (header_byte(0) & 0x80U) != 0; }
Opcode FrameDecoder::opcode() const { return static_cast<Opcode>(header_byte(0) & 0x0FU); }
bool FrameDecoder::masked() const { return (header_byte(1) & 0x80U) != 0; }
std::uint8_t FrameDecoder::short_length() const { return header_byte(1) & 0x7FU; }

std::size_t FrameDecoder::length_bytes() const {
  return short_length() == kLengthIn8Bytes ? 8 : short_length() == kLengthIn2Bytes ? 2 : 0;
}

std::size_t FrameDecoder::header_size() const { return 2 + length_bytes() + (masked() ? 4 : 0); }

// What can be judged by the first two bytes. §5.1 to §5.5
std::optional<FrameDecoder::Refusal> FrameDecoder::check_start() const {
  const auto wrong = [](std::string_view why) { return Refusal{kProtocolError, why}; };
  if ((header_byte(0) & 0x70U) != 0 && !lenience_.reserved_bits)
    return wrong("reserved bits are set");
  if (!is_known(opcode()) && !lenience_.opcodes) return wrong("unknown opcode");
  if (masked() != (ours_ == Role::server) && !lenience_.masks)
    return wrong(masked() ? "a server must not mask" : "a client must mask");
  if (is_control(opcode())) {
    if (lenience_.control_frames) return std::nullopt;
    if (!fin()) return wrong("a control frame is fragmented");
    if (length_bytes() != 0) return wrong("a control frame is longer than 125 bytes");
    return std::nullopt;
  }
  if (lenience_.fragments) return std::nullopt;
  if (opcode() == Opcode::continuation && !in_message()) return wrong("a continuation of nothing");
  if (opcode() != Opcode::continuation && in_message())
    return wrong("a new message before the end of the last");
  return std::nullopt;
}

std::uint64_t FrameDecoder::payload_length() const {
  if (length_bytes() == 0) return short_length();
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < length_bytes(); ++i) length = length << 8U | header_byte(2 + i);
  return length;
}

std::optional<FrameDecoder::Refusal> FrameDecoder::check_length() const {
  const std::uint64_t length = payload_length();
  const bool minimal = (length_bytes() != 2 || length >= kLengthIn2Bytes) &&
                       (length_bytes() != 8 || length > 0xFFFF);
  if (!minimal) return Refusal{kProtocolError, "a length in more bytes than it needs"};
  if (length >> 63U != 0) return Refusal{kProtocolError, "a length of 64 bits"};
  const std::size_t so_far = partial_ ? partial_->message.size() : 0;
  if (!is_control(opcode()) && length > message_bytes_max_ - so_far)
    return Refusal{kTooBig, "the message is too big"};
  return std::nullopt;
}

void FrameDecoder::begin_payload() {
  payload_left_ = payload_length();
  mask_phase_ = 0;
  mask_key_ = 0;
  if (masked())
    for (unsigned i = 0; i < 4; ++i)
      mask_key_ |= std::uint32_t{header_byte(2 + length_bytes() + i)} << (8 * i);
  if (!is_control(opcode()) && opcode() != Opcode::continuation) {
    message_ = opcode();
    utf8_.reset();
  }
  state_ = State::payload;
}

// As much of the payload as is there, unmasked.
std::span<char> FrameDecoder::take_payload(std::span<char>& bytes) {
  const auto length =
      static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, bytes.size()));
  const std::span<char> piece = bytes.first(length);
  bytes = bytes.subspan(length);
  payload_left_ -= length;
  if (masked()) mask(piece, mask_key_, mask_phase_);
  mask_phase_ = static_cast<std::uint8_t>((mask_phase_ + length) % 4);
  return piece;
}

void FrameDecoder::end_frame() {
  state_ = State::start;
  header_have_ = 0;
}

FrameDecoder::Partial& FrameDecoder::partial() {
  if (!partial_) partial_ = std::make_unique<Partial>();
  return *partial_;
}

std::optional<WsEvent> FrameDecoder::take_data(std::span<char>& bytes) {
  const bool whole_so_far = !partial_ || partial_->message.empty();
  std::string_view text = as_text(take_payload(bytes));
  if (message_ == Opcode::text && !utf8_.feed(text) && !lenience_.utf8)
    return refuse({kNotUtf8, "text is not UTF-8"});
  const bool ends = payload_left_ == 0 && fin();
  if (!ends || !whole_so_far) {
    partial().message.append(text);
    text = partial_->message;
  }
  if (payload_left_ == 0) end_frame();
  if (!ends) return std::nullopt;
  if (message_ == Opcode::text && !utf8_.complete() && !lenience_.utf8)
    return refuse({kNotUtf8, "text ends within a character"});
  const auto kind = message_ == Opcode::text ? WsEvent::Kind::text : WsEvent::Kind::binary;
  message_ = Opcode::continuation;
  delivered_ = partial_ != nullptr;
  return WsEvent{kind, text};
}

std::optional<WsEvent> FrameDecoder::take_control(std::span<char>& bytes) {
  std::string_view body = as_text(take_payload(bytes));
  if (payload_left_ != 0 || (partial_ && !partial_->control.empty())) {
    partial().control.append(body);
    body = partial_->control;
  }
  if (payload_left_ != 0) return std::nullopt;
  const Opcode kind = opcode();
  end_frame();
  delivered_ = partial_ != nullptr;
  if (kind == Opcode::close) return closed(body);
  return WsEvent{kind == Opcode::ping ? WsEvent::Kind::ping : WsEvent::Kind::pong, body};
}

// The body of a close frame: nothing, or a code and a reason. §5.5.1
std::optional<WsEvent> FrameDecoder::closed(std::string_view body) {
  if (body.size() == 1) return refuse({kProtocolError, "half a close code"});
  unsigned code = kNoCode;
  if (!body.empty()) {
    code = static_cast<unsigned>(static_cast<std::uint8_t>(body[0])) << 8U |
           static_cast<std::uint8_t>(body[1]);
    if (!may_be_sent(code) && !lenience_.close_codes)
      return refuse({kProtocolError, "a close code that must not be sent"});
    body.remove_prefix(2);
    Utf8Checker reason;
    if ((!reason.feed(body) || !reason.complete()) && !lenience_.close_codes)
      return refuse({kNotUtf8, "the close reason is not UTF-8"});
  }
  state_ = State::ended;
  return WsEvent{WsEvent::Kind::close, body, static_cast<std::uint16_t>(code)};
}

std::optional<WsEvent> FrameDecoder::refuse(Refusal refusal) {
  state_ = State::ended;
  message_ = Opcode::continuation;
  delivered_ = true;
  return WsEvent{WsEvent::Kind::violation, refusal.why, refusal.code};
}

}  // namespace gauntlet::sim::wire
