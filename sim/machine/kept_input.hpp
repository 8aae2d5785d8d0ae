// An input of a target that outlives the call which brought it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>

#include "scenarios/terms/match.hpp"
#include "sim/machine/target.hpp"

namespace gauntlet::sim {

class KeptInput {
 public:
  explicit KeptInput(const TargetInput& input) : input_{input} {
    std::size_t size = 0;
    each_text(input_, [&](std::string_view& text) { size += text.size(); });
    if (size == 0) {  // even an empty view must not point into what is about to go
      each_text(input_, [](std::string_view& text) { text = {}; });
      return;
    }
    text_ = std::make_unique<char[]>(size);
    char* end = text_.get();
    each_text(input_, [&](std::string_view& text) {
      end = std::copy(text.begin(), text.end(), end);
      text = {end - text.size(), text.size()};
    });
  }

  const TargetInput& get() const { return input_; }

 private:
  template <class Visit>
  static void each_text(TargetInput& input, Visit&& visit) {
    std::visit(match{
                   [&](Asked& asked) {
                     for (std::string_view* text : {&asked.method, &asked.path, &asked.query,
                                                    &asked.bearer, &asked.peer, &asked.body})
                       visit(*text);
                   },
                   [&](Heard& heard) { visit(heard.text); },
                   [](PeerPinged&) {},
                   [](PeerPonged&) {},
                   [](Gone&) {},
                   [](TimeCame&) {},
               },
               input);
  }

  std::unique_ptr<char[]> text_;  // what the views of input_ point into
  TargetInput input_;
};

}  // namespace gauntlet::sim
