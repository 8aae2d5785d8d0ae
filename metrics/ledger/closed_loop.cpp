#include "metrics/ledger/closed_loop.hpp"

namespace gauntlet::metrics {

void ClosedLoop::add(const LedgerEvent& event) {
  using What = LedgerEvent::What;
  switch (event.what) {
    case What::left:
      if (event.actor < connections_.size()) connections_[event.actor].waiting = false;
      return;
    case What::sent_to_all:
    case What::sent_to:
      sent(event);
      return;
    case What::arrived:
      arrived(event);
      return;
    default:
      return;  // no matter to such a tool
  }
}

void ClosedLoop::sent(const LedgerEvent& event) {
  // Answers and tokens follow from what others did: no tool would hold them back.
  if (event.kind != MessageKind::direct && event.kind != MessageKind::broadcast) return;
  const MessageKey& message = event.message;
  if (message.sender >= connections_.size()) connections_.resize(message.sender + 1);
  Connection& connection = connections_[message.sender];
  if (connection.waiting && event.at - connection.sent < kPatience) return;
  const bool warm_up =
      event.intended >= settings_.warm_up_begins && event.intended < settings_.warm_up_ends;
  connection = {.sent = event.at,
                .lane = message.lane,
                .n = message.n,
                .waiting = true,
                .window = warm_up ? Window::warm_up : Window::measured};
}

void ClosedLoop::arrived(const LedgerEvent& event) {
  const MessageKey& message = event.message;
  if (message.sender >= connections_.size()) return;
  Connection& connection = connections_[message.sender];
  if (!connection.waiting || connection.lane != message.lane || connection.n != message.n) return;
  connection.waiting = false;
  if (const Duration service = event.at - connection.sent; service < kPatience)
    recorder_->observe(Series::relay_delivery_closed_loop, service, connection.window);
}

}  // namespace gauntlet::metrics
