// The clients that stay while cases come and go: what hostile cases must not harm.
#pragma once

#include <memory>

#include "sim/conformance/task.hpp"

namespace gauntlet::sim::conformance {

class Stage;

class Bystanders {
 public:
  Bystanders() = default;
  Bystanders(const Bystanders&) = delete;
  Bystanders& operator=(const Bystanders&) = delete;
  virtual ~Bystanders() = default;

  /// They get in, on a stage of their own, and find out what every case must know (Premises).
  /// Called again, on another stage, when the server was gone meanwhile.
  virtual Steps arrive(Stage& stage) = 0;
  /// They use the server, and fail the stage if it does not serve them.
  virtual Steps carry_on(Stage& stage) = 0;
  /// Somebody new gets in and is served: the server lives.
  virtual Steps welcome_newcomer(Stage& stage) = 0;
};

}  // namespace gauntlet::sim::conformance
