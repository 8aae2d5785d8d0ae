// A client whose machine is played by the test: what it hears is written down as words, what it
// does is a function.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/terms/match.hpp"
#include "sim/session/actor_session.hpp"
#include "sim/wire/http.hpp"
#include "tests/support/fake_links.hpp"

namespace gauntlet::sim {

inline std::string words_for(const Input& input) {
  return std::visit(
      match{
          [](const Start&) { return std::string{"start"}; },
          [](const Connected&) { return std::string{"connected"}; },
          [](const ConnectFailed& e) {
            return fmt::format("no socket: {} {}", name(e.why), e.status);
          },
          [](const HttpReply& e) { return fmt::format("reply: {} {}", e.status, e.body); },
          [](const HttpFailed& e) { return fmt::format("no reply: {}", name(e.why)); },
          [](const Received& e) { return fmt::format("text: {}", e.text); },
          [](const Ponged&) { return std::string{"ponged"}; },
          [](const Closed& e) { return fmt::format("closed: {} {}", e.code, name(e.how)); },
          [](const auto&) { return std::string{"else"}; },
      },
      input);
}

class PlayedClient final : private LedgerSink, private Announcer, private ActorSession::Owner {
 public:
  using React = std::function<void(const Input&, Outbox&)>;
  using Words = std::vector<std::string>;

  explicit PlayedClient(React react)
      : context_{.links = links,
                 .recorder = recorder_,
                 .ledgers = *this,
                 .announcer = *this,
                 .places = places_,
                 .seed = 1,
                 .warm_up_begins = {},
                 .warm_up_ends = {}},
        session_{
            {.actor = 7, .slot = 0}, std::make_unique<Played>(*this), nullptr, context_, *this},
        react_{std::move(react)} {
    session_.tell(Start{}, links.now);
    heard.clear();
  }

  /// Accepts the upgrade that was written on the last link: the bytes of the reply.
  std::string accept() {
    std::string request = links.take(links.last());
    std::span<char> bytes{request};
    wire::RequestReader reader;
    reader.feed(bytes);
    std::string reply;
    wire::append_accept(reply, reader.upgrade_nonce());
    return reply;
  }
  /// Up to and with the opened WebSocket.
  LinkId connect() {
    const LinkId link = links.last();
    links.open(link);
    links.feed(link, accept());
    heard.clear();
    return link;
  }
  /// Has the machine do something now.
  void act(const std::function<void(Outbox&)>& what) {
    next_ = what;
    session_.tell(TimePassed{}, links.now);
  }
  void let_pass(Duration time) {
    links.now += time;
    session_.tick(links.now);
  }
  std::optional<Instant> next_deadline() const { return session_.next_deadline(); }
  void retire() {
    done_ = true;
    session_.tell(TimePassed{}, links.now);
  }

  FakeLinks links;
  Words heard;

 private:
  class Played final : public Machine {
   public:
    explicit Played(PlayedClient& client) : client_{client} {}
    void handle(Instant, const Input& input, Outbox& out) override {
      if (!std::holds_alternative<TimePassed>(input)) client_.heard.push_back(words_for(input));
      if (const auto act = std::exchange(client_.next_, nullptr))
        act(out);
      else
        client_.react_(input, out);
    }
    std::optional<Instant> next_deadline() const override { return std::nullopt; }
    bool done() const override { return client_.done_; }
    bool busy() const override { return false; }

   private:
    PlayedClient& client_;
  };

  void add(Track::Book, const metrics::LedgerEvent&) override {}
  void announce(SecretView) override {}
  void refresh(std::uint32_t) override {}

  metrics::Recorder recorder_;
  Places places_{Place{"relay", "/"}, Place{"relay", "/arc"}, Place{}, Place{}};
  Context context_;
  bool done_{false};
  std::function<void(Outbox&)> next_;
  ActorSession session_;
  React react_;
};

}  // namespace gauntlet::sim
