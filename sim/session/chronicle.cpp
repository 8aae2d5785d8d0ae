#include "sim/session/chronicle.hpp"

#include <algorithm>

#include "scenarios/terms/match.hpp"
#include "sim/wire/message_type.hpp"

namespace gauntlet::sim {
namespace {

using enum LogLevel;

/// One line after another, of the same moment and about the same subject.
class Pen {
 public:
  Pen(Log& log, Instant now, LogSubject whom) : log_{log}, now_{now}, whom_{whom} {}

  void note(LogLevel level, std::string_view what, std::initializer_list<LogFact> facts = {}) {
    if (log_.wants(level)) log_.write(level, now_, whom_, what, facts);
  }

  // Finding out the type of a message costs more than all the rest of the line.
  void note_message(std::string_view what, std::string_view text) {
    if (log_.wants(trace))
      note(trace, what,
           {{"type", wire::message_type(text)}, {"bytes", std::uint64_t{text.size()}}});
  }

 private:
  Log& log_;
  Instant now_;
  LogSubject whom_;
};

constexpr std::string_view kEndpointNames[] = {"relay_http", "relay_socket", "arena_http",
                                               "arena_socket"};

std::string_view name(Endpoint endpoint) {
  const auto index = static_cast<std::size_t>(endpoint);
  if (endpoint < Endpoint::model_servers) return kEndpointNames[index];
  if (endpoint < Endpoint::more_relays) return "model_server";
  return index % 2 == static_cast<std::size_t>(Endpoint::more_relays) % 2 ? "relay_http"
                                                                          : "relay_socket";
}

std::string_view name(Method method) { return method == Method::get ? "GET" : "POST"; }

std::string_view name(Abort::How how) {
  constexpr std::string_view kNames[] = {"hang up", "reset", "vanish"};
  return kNames[static_cast<std::size_t>(how)];
}

std::string_view name(Track::Book book) { return book == Track::Book::relay ? "relay" : "arena"; }

std::uint64_t size_of(std::string_view text) { return text.size(); }
std::uint64_t bytes(Slice text) { return text.size; }

// Failures are counted under the name of their outcome.
void note_count(Pen& pen, const Count& count) {
  const metrics::CounterDef& def = metrics::kCounters[static_cast<std::size_t>(count.counter)];
  if (def.name.ends_with(".failures"))
    pen.note(warning, "failed", {{"counted_as", def.name}, {"why", def.label.value}});
  else if (def.label.key == "kind" && def.name == "fault.injected")
    pen.note(debug, "meets a fault", {{"fault", def.label.value}});
  else
    pen.note(trace, "counts", {{"counter", def.name}, {"n", count.n}});
}

}  // namespace

void chronicle(Log& log, Instant now, LogSubject whom, const Input& input) {
  Pen pen{log, now, whom};
  std::visit(
      match{
          [&](const Start&) { pen.note(debug, "starts"); },
          [&](const Connected&) { pen.note(debug, "connected"); },
          [&](const ConnectFailed& e) {
            pen.note(debug, "connect failed", {{"why", e.why}, {"status", e.status}});
          },
          [&](const HttpReply& e) {
            pen.note(debug, "answered", {{"status", e.status}, {"bytes", size_of(e.body)}});
          },
          [&](const HttpFailed& e) {
            pen.note(debug, "request failed", {{"why", e.why}});
          },
          [&](const Received& e) { pen.note_message("hears", e.text); },
          [&](const Ponged&) { pen.note(trace, "hears a pong"); },
          [&](const Closed& e) {
            pen.note(debug, "closed", {{"why", e.how}, {"code", e.code}});
          },
          [&](const SideHeard& e) { pen.note_message("hears on a side connection", e.text); },
          [&](const SideEnded& e) {
            pen.note(debug, "side connection ended", {{"why", e.how}});
          },
          [&](const Token& e) {
            pen.note(trace, "token", {{"bytes", size_of(e.text)}});
          },
          [&](const GenerationBegan& e) {
            pen.note(debug, "generation began", {{"waited", e.waited}});
          },
          [&](const Generated& e) {
            pen.note(debug, "generated", {{"tokens", std::uint64_t{e.tokens}}});
          },
          [&](const GenerationFailed& e) {
            pen.note(debug, "generation failed", {{"why", e.why}});
          },
          [&](const Announced& e) {
            pen.note(debug, "learns the PIN", {{"pin", e.pin}});
          },
          [&](const Stop&) { pen.note(debug, "is to stop"); },
          [&](const Leave&) { pen.note(debug, "is to leave"); },
          [&](const TimePassed&) {},
      },
      input);
}

void chronicle(Log& log, Instant now, LogSubject whom, const Effect& effect) {
  Pen pen{log, now, whom};
  std::visit(
      match{
          [&](const Connect& e) {
            if (e.bearer.empty())
              pen.note(debug, "connects", {{"to", name(e.to)}});
            else
              pen.note(debug, "connects", {{"to", name(e.to)}, {"bearer", SecretView{}}});
          },
          [&](const Request& e) {
            pen.note(debug, "asks",
                     {{"to", name(e.to)}, {"method", name(e.method)}, {"bytes", bytes(e.body)}});
          },
          [&](const CancelRequest&) { pen.note(debug, "gives up its request"); },
          [&](const Send& e) {
            pen.note(trace, "says", {{"bytes", bytes(e.text)}});
          },
          [&](const SendBytes& e) {
            pen.note(debug, "sends raw bytes", {{"bytes", bytes(e.bytes)}});
          },
          [&](const Ping&) { pen.note(trace, "pings"); },
          [&](const Close& e) {
            pen.note(debug, "closes", {{"code", e.code}});
          },
          [&](const Abort& e) {
            pen.note(debug, "breaks off", {{"how", name(e.how)}});
          },
          [&](const EndWriting&) { pen.note(debug, "ends its side"); },
          [&](const AnswerPings& e) {
            pen.note(debug, e.on ? "answers pings again" : "answers no ping");
          },
          [&](const OpenSides& e) {
            pen.note(debug, "opens side connections",
                     {{"to", name(e.to)}, {"n", std::uint64_t{e.count}}});
          },
          [&](const CloseSides&) { pen.note(debug, "closes its side connections"); },
          [&](const Impair& e) {
            pen.note(debug, "has trouble with its network", {{"fault", std::uint64_t{e.fault}}});
          },
          [&](const StopReading&) { pen.note(debug, "stops reading"); },
          [&](const StartReading&) { pen.note(debug, "reads on"); },
          [&](const Generate& e) {
            pen.note(
                debug, "generates",
                {{"round", std::uint64_t{e.round}}, {"max_tokens", std::uint64_t{e.max_tokens}}});
          },
          [&](const CancelGeneration&) { pen.note(debug, "gives up its generation"); },
          [&](const Observe& e) {
            const auto& series = metrics::kSeries[static_cast<std::size_t>(e.series)];
            pen.note(trace, "measures", {{"series", series.name}, {"value", e.value}});
          },
          [&](const Count& e) { note_count(pen, e); },
          [](const Shift&) {},
          [&](const Track& e) {
            pen.note(trace, "tells the ledger", {{"book", name(e.book)}});
          },
          [&](const Announce&) {
            pen.note(info, "announces the PIN", {{"pin", SecretView{}}});
          },
      },
      effect);
}

void chronicle(Log& log, Instant now, LogSubject whom, const TargetInput& input) {
  Pen pen{log, now, whom};
  std::visit(match{
                 [&](const Asked& e) {
                   pen.note(debug, e.upgrade ? "asked for a WebSocket" : "asked",
                            {{"method", e.method == "GET" || e.method == "POST" ? e.method : "?"},
                             {"bytes", size_of(e.body)}});
                 },
                 [&](const Heard& e) { pen.note_message("hears", e.text); },
                 [&](const PeerPinged&) { pen.note(trace, "hears a ping"); },
                 [&](const PeerPonged&) { pen.note(trace, "hears a pong"); },
                 [&](const Gone& e) {
                   pen.note(debug, "gone", {{"code", e.code}});
                 },
                 [](const TimeCame&) {},
             },
             input);
}

void chronicle(Log& log, Instant now, LogSubject whom, const TargetEffect& effect) {
  Pen pen{log, now, whom};
  std::visit(match{
                 [&](const Respond& e) {
                   pen.note(debug, "answers", {{"status", e.status}, {"bytes", bytes(e.body)}});
                 },
                 [&](const Accept&) { pen.note(debug, "accepts"); },
                 [&](const Say& e) {
                   pen.note(trace, "says", {{"bytes", bytes(e.text)}});
                 },
                 [&](const Probe&) { pen.note(trace, "pings"); },
                 [&](const HangUp& e) {
                   pen.note(debug, "hangs up", {{"code", e.code}});
                 },
                 [&](const Halt&) { pen.note(debug, "stops"); },
                 [&](const Crash&) { pen.note(debug, "crashes"); },
                 [&](const Resume&) { pen.note(debug, "goes on"); },
             },
             effect);
}

}  // namespace gauntlet::sim
