#include "metrics/report/explain.hpp"

namespace gauntlet::metrics {

std::string_view explain(Outcome outcome) {
  switch (outcome) {
    case Outcome::refused:
      return "nothing listens at the address. Start the target, or check its URL.";
    case Outcome::unreachable:
      return "no route or no such host. Check the host's name.";
    case Outcome::exhausted:
      return "this machine had no file descriptor, local port or memory left for another "
             "connection. Raise `ulimit -n`, or use fewer connects per second.";
    case Outcome::tls_failed:
      return "the TLS handshake failed, or what came was not TLS. Check the certificates on both "
             "sides: `tls`.";
    case Outcome::timed_out:
      return "no answer within the step's limit. The target is overloaded or stuck; `timeout` sets "
             "the limit.";
    case Outcome::reset:
      return "the peer broke the connection. Look for a crash, or a proxy or limit in front of the "
             "target.";
    case Outcome::closed_early:
      return "the peer ended the stream where a reply or a close frame was due.";
    case Outcome::rate_limited:
      return "429 or close 4029: the target limits requests per address, or messages per agent. "
             "Spread arrivals with `arrive: {over: ...}`, send less, or raise its limit.";
    case Outcome::unauthorized:
      return "401, 403 or close 4001: the token was refused. Tokens die with the relay process; "
             "perhaps it was restarted.";
    case Outcome::id_taken:
      return "the agent id is registered already. Let the relay choose ids, or restart it.";
    case Outcome::rejected:
      return "the target refused a request with another 4xx or with an error message; its own log "
             "says why.";
    case Outcome::server_error:
      return "5xx: the target failed while it answered; its own log says why.";
    case Outcome::bad_reply:
      return "a reply that is not HTTP or JSON, or lacks a needed field. Perhaps this is another "
             "service's port.";
    case Outcome::protocol_error:
      return "the peer sent a WebSocket frame that RFC 6455 forbids.";
    case Outcome::too_big:
      return "a message was above the size limit, or close 1009. Send smaller payloads, or raise "
             "the "
             "limit.";
    case Outcome::closed_by_peer:
      return "the target closed the connection in good order, though nobody had asked it to.";
    case Outcome::wrong_pin:
      return "the arena refused the PIN. Check `pin`: a new session has a new one.";
    case Outcome::no_session:
      return "the arena has no session to join. Make one, or set `control` so that the operator "
             "does.";
    case Outcome::session_ended:
      return "the arena ended the session, as it does when somebody makes another.";
    case Outcome::no_pong:
      return "the peer no longer answered pings: it hangs, or the network dropped the connection.";
    case Outcome::blocked:
      return "the target does not read, so what it was sent piled up to our limit.";
    case Outcome::injected:
      return "the scenario asked for it: one of its `faults`, or `failures` of the mock runner.";
    case Outcome::cut_short:
      return "an answer ended in good order but without its end mark: the model server gave up on "
             "it. Its own log says why.";
  }
  return "an outcome without an explanation.";
}

}  // namespace gauntlet::metrics
