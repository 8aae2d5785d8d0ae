#include "sim/orchestrator/staging.hpp"

#include <utility>

#include "sim/recording/recorded_client.hpp"

namespace gauntlet::sim {

MakePerformer performers(const Staging& staging, Population& population) {
  MakePerformer perform = staging.perform;
  if (!perform)
    perform = [&population](const auto& actor, Context& on) { return population.make(actor, on); };
  if (staging.around)
    perform = [inner = std::move(perform), &around = staging.around](const auto& actor,
                                                                     Context& on) {
      Performer performer = inner(actor, on);
      performer.machine = around(std::move(performer.machine), actor.id);
      return performer;
    };
  if (staging.recording == nullptr) return perform;
  recording::Tape& tape = staging.recording->new_tape();
  return [perform = std::move(perform), &tape](const auto& actor, Context& on) {
    Performer performer = perform(actor, on);
    performer.machine =
        std::make_unique<recording::RecordedClient>(std::move(performer.machine), actor, tape);
    return performer;
  };
}

void finish(const Staging& staging) {
  if (staging.recording != nullptr) staging.recording->finish();
}

}  // namespace gauntlet::sim
