// A participant that tells a person at a terminal what it does.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/machine/machine.hpp"
#include "sim/terminal/narrator.hpp"

namespace gauntlet::sim {

/// Plays another machine, an arena participant, and changes nothing about it: what is said follows
/// from what goes in and what comes out. Tokens are written as they come, everything else in lines.
class NarratedParticipant final : public Machine {
 public:
  struct Words {
    std::string url;
    std::string id;
    std::string nickname;
  };

  NarratedParticipant(std::unique_ptr<Machine> participant, Words words, Narrator narrator)
      : participant_{std::move(participant)},
        words_{std::move(words)},
        narrator_{std::move(narrator)} {}

  void handle(Instant now, const Input& input, Outbox& out) override;
  std::optional<Instant> next_deadline() const override { return participant_->next_deadline(); }
  bool done() const override { return participant_->done(); }
  bool busy() const override { return participant_->busy(); }

  /// Why it will not get in any more, as far as that is certain.
  std::optional<Outcome> hopeless() const { return hopeless_; }

 private:
  struct Answer {
    std::int64_t round;
    Instant challenged;
    std::uint32_t tokens{0};
    Instant first{};
    std::string failure{};
  };

  void before(Instant now, const Input& input);
  void after(Instant now, const Effect& effect);
  void challenged(Instant now, std::string_view message);
  void counted(Instant now, metrics::Counter counter);
  void failed(Outcome why);
  void finish(Instant now, std::string_view how);
  void look_ahead(Instant now);

  std::unique_ptr<Machine> participant_;
  Words words_;
  Narrator narrator_;
  std::optional<Answer> answer_;
  std::optional<Outcome> last_failure_;
  std::optional<Outcome> hopeless_;
  bool in_{false};
  bool leaving_{false};
};

}  // namespace gauntlet::sim
