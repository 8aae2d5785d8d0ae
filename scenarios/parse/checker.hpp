// What checks of a whole scenario stand on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>

#include "scenarios/model/scenario.hpp"
#include "scenarios/parse/reader.hpp"
#include "scenarios/parse/value.hpp"

namespace gauntlet::scenarios {

inline std::uint64_t size_of(const Population& population) {
  return std::visit([](const auto& clients) -> std::uint64_t { return clients.count; }, population);
}

/// A scenario that is read, and where in it each thing stands.
class Checker {
 public:
  Checker(const Scenario& scenario, const Value& root, Reader& reader)
      : scenario_{scenario}, root_{root}, reader_{reader} {}

 protected:
  using Paths = std::initializer_list<std::string>;

  bool sound(Paths paths) const {
    return std::ranges::all_of(paths, [&](const auto& path) { return reader_.sound(path); });
  }

  void complain(const std::string& path, std::string what, std::string fix) {
    reader_.report(closest(root_, path).place, std::move(what), std::move(fix));
  }

  const Scenario& scenario_;
  const Value& root_;
  Reader& reader_;
};

}  // namespace gauntlet::scenarios
