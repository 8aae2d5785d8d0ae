// Links without a driver: what is written is kept, and the test plays the peer.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/session/links.hpp"

namespace gauntlet::sim {

class FakeLinks final : public Links {
 public:
  struct Line {
    LinkUser* user{nullptr};
    ActorId actor{0};  // who dialed
    std::string written;
    std::vector<Instant> stamps;
    std::size_t unread{0};  // what the peer leaves unread
    bool reading{true};
    bool finished{false};         // by its user
    bool gone{false};             // the peer has ended it
    std::optional<Ending> ended;  // by its user
  };

  LinkId dial(Endpoint, ActorId actor, LinkUser& user) override {
    const LinkId link = add(user);
    lines_.at(link).actor = actor;
    return link;
  }
  std::string& output(LinkId link) override {
    Line& line = lines_.at(link);
    return line.ended || line.gone ? forgotten_ : line.written;
  }
  void stamp(LinkId link, Instant intended, metrics::Window) override {
    lines_.at(link).stamps.push_back(intended);
  }
  std::size_t backlog(LinkId link) const override { return lines_.at(link).unread; }
  void finish(LinkId link) override { lines_.at(link).finished = true; }
  void end(LinkId link, Ending how) override {
    Line& line = lines_.at(link);
    if (!line.gone && !line.ended) line.ended = how;
  }
  void read(LinkId link, bool on) override { lines_.at(link).reading = on; }
  void accept(Acceptor&, bool on) override { accepting = on; }
  std::vector<ActorId> connected() const override {
    std::vector<ActorId> all;
    for (const auto& [link, line] : lines_)
      if (alive(link)) all.push_back(line.actor);
    return all;
  }

  // ---- The peer's side. Nothing reaches a user that has ended its link.

  LinkId add(LinkUser& user) {
    lines_[++last_].user = &user;
    return last_;
  }
  void open(LinkId link) {
    if (alive(link)) lines_.at(link).user->opened(link, now);
  }
  void feed(LinkId link, std::string bytes) {
    if (alive(link)) lines_.at(link).user->bytes(link, bytes, now);
  }
  void finish(LinkId link, Outcome how) {
    if (!alive(link)) return;
    lines_.at(link).gone = true;
    lines_.at(link).user->ended(link, how, now);
  }
  void refuse(LinkId link, Outcome why) {
    if (!alive(link)) return;
    lines_.at(link).gone = true;
    lines_.at(link).user->failed(link, why, now);
  }

  Line& line(LinkId link) { return lines_.at(link); }
  /// What was written since the last call.
  std::string take(LinkId link) { return std::exchange(lines_.at(link).written, {}); }
  LinkId last() const { return last_; }
  bool alive(LinkId link) const { return !lines_.at(link).ended && !lines_.at(link).gone; }
  bool any_alive() const {
    for (const auto& [link, line] : lines_)
      if (alive(link)) return true;
    return false;
  }

  Instant now{};
  bool accepting{true};

 private:
  std::map<LinkId, Line> lines_;
  LinkId last_{0};
  std::string forgotten_;
};

}  // namespace gauntlet::sim
