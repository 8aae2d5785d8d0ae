#include "sim/explore/coverage.hpp"

#include "metrics/record/metric.hpp"

namespace gauntlet::sim {
namespace {

class WatchedMachine final : public Machine {
 public:
  WatchedMachine(std::unique_ptr<Machine> machine, Coverage& coverage)
      : machine_{std::move(machine)}, coverage_{coverage} {}

  void handle(Instant now, const Input& input, Outbox& out) override {
    const std::uint8_t before = machine_->state();
    machine_->handle(now, input, out);
    const std::uint8_t after = machine_->state();
    if (after != before) coverage_.step(*machine_->chart(), before, after);
  }
  std::optional<Instant> next_deadline() const override { return machine_->next_deadline(); }
  bool done() const override { return machine_->done(); }
  bool busy() const override { return machine_->busy(); }

 private:
  std::unique_ptr<Machine> machine_;
  Coverage& coverage_;
};

}  // namespace

void Coverage::add(const metrics::Snapshot& snapshot) {
  using metrics::Counter;
  for (const FaultDef& fault : kFaults) {
    const auto times = [&](Counter first) { return snapshot.counter(of_kind(first, fault.kind)); };
    Fate& fate = faults_[static_cast<std::size_t>(fault.kind)];
    fate.injected += times(Counter::fault_injected);
    fate.noticed += times(Counter::fault_answered) + times(Counter::fault_closed);
    fate.recovered += times(Counter::fault_recovered);
  }
}

void Coverage::add(const Coverage& other) {
  for (std::size_t i = 0; i < kFaultKinds; ++i) {
    faults_[i].injected += other.faults_[i].injected;
    faults_[i].noticed += other.faults_[i].noticed;
    faults_[i].recovered += other.faults_[i].recovered;
  }
  for (const auto& [chart, steps] : other.steps_)
    for (const auto& [step, times] : steps) steps_[chart][step] += times;
}

std::unique_ptr<Machine> watched(std::unique_ptr<Machine> machine, Coverage& coverage) {
  if (machine->chart() == nullptr) return machine;
  return std::make_unique<WatchedMachine>(std::move(machine), coverage);
}

}  // namespace gauntlet::sim
