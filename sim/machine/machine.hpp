// The contract between a client machine and whatever drives it, over sockets or in virtual time.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "metrics/ledger/event.hpp"
#include "metrics/record/metric.hpp"
#include "scenarios/terms/outcome.hpp"
#include "scenarios/terms/time.hpp"
#include "sim/machine/outbox.hpp"
#include "sim/machine/state_chart.hpp"

namespace gauntlet::sim {

/// The places a client may talk to. The driver knows their addresses.
enum class Endpoint : std::uint8_t {
  relay_http,
  relay_socket,
  arena_http,
  arena_socket,
  model_servers,                    // the first of kModelServersMax
  more_relays = model_servers + 8,  // two for each relay but the first: see relay_http()
};
inline constexpr std::size_t kModelServersMax = 8;
inline constexpr std::size_t kRelaysMax = 32;
inline constexpr std::size_t kEndpointCount =
    static_cast<std::size_t>(Endpoint::more_relays) + 2 * (kRelaysMax - 1);

/// @param index  below kModelServersMax.
constexpr Endpoint model_server(std::size_t index) {
  return static_cast<Endpoint>(static_cast<std::size_t>(Endpoint::model_servers) + index);
}

constexpr bool is_model_server(Endpoint to) {
  return to >= Endpoint::model_servers && to < Endpoint::more_relays;
}

/// @param index  below kRelaysMax.
constexpr Endpoint relay_http(std::size_t index) {
  return index == 0 ? Endpoint::relay_http
                    : static_cast<Endpoint>(static_cast<std::size_t>(Endpoint::more_relays) +
                                            2 * (index - 1));
}
constexpr Endpoint relay_socket(std::size_t index) {
  return static_cast<Endpoint>(static_cast<std::size_t>(relay_http(index)) + 1);
}

// ---- What a driver tells a machine. Time is always an argument, never asked for. Every view is
// valid for the duration of the call.

struct Start {};      // the first input, at the actor's planned start
struct Connected {};  // the WebSocket is open: the upgrade was accepted
struct ConnectFailed {
  Outcome why;    // rejected: by an HTTP reply
  int status{0};  // of that reply
};
struct HttpReply {
  int status;
  std::string_view body;
};
struct HttpFailed {
  Outcome why;
};
struct Received {
  std::string_view text;  // one whole message: text, valid UTF-8; or binary, any bytes
};
struct Ponged {};           // a WebSocket pong: the peer's protocol stack is alive
struct Closed {             // the WebSocket is gone; nothing more comes of it
  std::uint16_t code;       // RFC 6455 §7.4; 1005 none given, 1006 no close frame
  std::string_view reason;  // the peer's words
  Outcome how;              // what to count it as; closed_by_peer for an orderly close
};
struct SideHeard {  // on a connection beside its own: a message, or the body of a reply
  std::string_view text;
};
struct SideEnded {  // one of them never opened, or is gone
  Outcome how;
};
struct Token {
  std::string_view text;
  Instant planned;  // when the runner meant it to come
};
struct GenerationBegan {
  Duration waited;  // for the runner's turn
};
struct Generated {
  std::uint32_t tokens;
  std::optional<std::uint32_t> counted{};  // by a model server, in its own way
};
struct GenerationFailed {
  Outcome why;
  std::string_view words;
};
/// Something that every actor of the run may need and one of them found out: the operator's PIN.
/// Delivered to each actor, and to later ones right after their Start.
struct Announced {
  SecretView pin;
};
struct Stop {};        // begin nothing new; what is under way may finish
struct Leave {};       // say goodbye now: close, and be done
struct TimePassed {};  // `now` has reached next_deadline()

using Input = std::variant<Start, Connected, ConnectFailed, HttpReply, HttpFailed, Received, Ponged,
                           Closed, SideHeard, SideEnded, Token, GenerationBegan, Generated,
                           GenerationFailed, Announced, Stop, Leave, TimePassed>;

// ---- What a machine asks a driver to do. Carried out in order. Slices point into the outbox.

/// Open the machine's one WebSocket. Answered by Connected or ConnectFailed; never both.
struct Connect {
  Endpoint to;
  Slice path{};          // instead of the endpoint's own, when not empty
  SecretSlice bearer{};  // Authorization: Bearer, when not empty
};
enum class Method : std::uint8_t { get, post };
/// One HTTP request; a machine has at most one outstanding. Answered by HttpReply or HttpFailed.
struct Request {
  Method method;
  Endpoint to;
  Slice path;
  Slice body{};                       // JSON
  std::optional<Instant> intended{};  // when set, the driver records the slip
  SecretSlice bearer{};               // Authorization: Bearer, when not empty
};
struct CancelRequest {};  // forget the outstanding request; no answer follows
/// One text message on the WebSocket.
struct Send {
  Slice text;
  std::optional<Instant> intended{};  // when set, the driver records the slip at the first byte
};
/// Bytes behind what was sent, whatever a WebSocket makes of them.
struct SendBytes {
  Slice bytes;
};
struct Ping {};
struct Close {
  std::uint16_t code;
};
/// Drops the connection (or the attempt to connect) without a close frame. No Closed follows.
struct Abort {
  enum class How : std::uint8_t { hang_up, reset, vanish };
  How how;
};
/// Ends our side of the TCP connection; what the peer says is still heard.
struct EndWriting {};
struct StopReading {};
struct StartReading {};
struct AnswerPings {  // the WebSocket's; on, unless said
  bool on;
};
/// Opens connections beside the machine's own. Answered by SideHeard and SideEnded.
struct OpenSides {
  enum class Way : std::uint8_t {
    silent,    // nothing is said
    half_way,  // half of the request for a WebSocket
    posts,     // an HTTP request, of which `says` is the body: JSON
    talks,     // a WebSocket, on which `says` is said: bytes, as with SendBytes
  };
  Endpoint to;
  std::uint32_t count;
  Way way{Way::silent};
  SecretSlice path{};  // instead of the endpoint's own, when not empty; it may hold a token
  SecretSlice says{};  // it may hold a PIN
  SecretSlice bearer{};
};
struct CloseSides {};
/// Until then, the network between this client and its targets does what a fault of the scenario
/// wants.
struct Impair {
  std::uint32_t fault;  // index into Scenario::faults
  Instant until;
};
/// Starts the machine's runner. Answered by GenerationBegan, if the runner can be busy, by Token...
/// and then by Generated or GenerationFailed.
struct Generate {
  Slice prompt;
  std::uint32_t max_tokens;
  double temperature;
  std::optional<std::int64_t> seed;
  std::uint32_t round;  // numbers the generation, for the runner's random numbers
};
struct CancelGeneration {};
/// A sample; `intended` decides whether it belongs to the warm-up.
struct Observe {
  metrics::Series series;
  Duration value;
  Instant intended;
};
struct Count {
  metrics::Counter counter;
  std::uint64_t n{1};
};
struct Shift {  // a gauge moves
  metrics::Gauge gauge;
  std::int32_t by;
};
struct Track {  // for the relay's ledger or the arena's
  enum class Book : std::uint8_t { relay, arena };
  Book book;
  metrics::LedgerEvent event;
};
struct Announce {
  SecretSlice pin;
};

using Effect =
    std::variant<Connect, Request, CancelRequest, Send, SendBytes, Ping, Close, Abort, EndWriting,
                 StopReading, StartReading, AnswerPings, OpenSides, CloseSides, Impair, Generate,
                 CancelGeneration, Observe, Count, Shift, Track, Announce>;
using Outbox = BasicOutbox<Effect>;

/// One client as a pure state machine.
///
/// Driver's loop, the same for sockets and for virtual time:
///   1. machine.handle(now, input, outbox);
///   2. carry out every effect in the outbox, in order, then clear it;
///   3. if next_deadline() is set, call handle(now, TimePassed{}) once now >= *next_deadline().
///
/// `now` never goes backwards between calls. TimePassed may come early or twice; a machine trusts
/// `now`, not the number of calls. A machine may allocate; it never blocks, throws, reads a clock,
/// or draws from a random source that it was not given at construction.
class Machine {
 public:
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  virtual ~Machine() = default;

  virtual void handle(Instant now, const Input& input, Outbox& out) = 0;
  virtual std::optional<Instant> next_deadline() const = 0;
  /// True once the machine asks for nothing more; it is then never called again.
  virtual bool done() const = 0;
  /// True while it still has something under way that a graceful stop should wait for.
  virtual bool busy() const = 0;
  /// Which states there are, and in which it is; null for a machine that does not say.
  virtual const StateChart* chart() const { return nullptr; }
  virtual std::uint8_t state() const { return 0; }
};

}  // namespace gauntlet::sim
