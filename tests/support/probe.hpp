// The end of a link without a protocol: it keeps what it hears.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sim/session/links.hpp"

namespace gauntlet::sim {

class ProbeUser final : public LinkUser {
 public:
  void opened(LinkId, Instant) override {
    open = true;
    if (on_open) on_open();
  }
  void failed(LinkId, Outcome why, Instant) override { end = why; }
  void bytes(LinkId, std::span<char> bytes, Instant) override {
    heard.append(bytes.data(), bytes.size());
    if (on_bytes) on_bytes();
  }
  void ended(LinkId, Outcome how, Instant) override { end = how; }

  bool open{false};
  std::string heard;
  std::optional<Outcome> end;
  std::function<void()> on_open;
  std::function<void()> on_bytes;
};

}  // namespace gauntlet::sim
