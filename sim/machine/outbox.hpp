// Where a machine writes its effects. One outbox serves many calls, so that a message costs no
// allocation: text goes into one growing buffer and effects point into it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/terms/secret.hpp"

namespace gauntlet::sim {

/// A piece of an outbox's text buffer. Positions rather than pointers, since the buffer may move.
struct Slice {
  std::uint32_t begin{0};
  std::uint32_t size{0};
};

/// One that holds a secret.
struct SecretSlice {
  Slice slice;
  bool empty() const { return slice.size == 0; }
};

template <class Effect>
class BasicOutbox {
 public:
  /// The buffer to append text to: `const auto from = out.mark(); append to out.buffer();
  /// out.push(Send{out.since(from)});`
  std::string& buffer() { return text_; }
  std::uint32_t mark() const { return static_cast<std::uint32_t>(text_.size()); }
  Slice since(std::uint32_t from) const { return {from, mark() - from}; }

  /// Copies `text` into the buffer.
  Slice keep(std::string_view text) {
    const std::uint32_t from = mark();
    text_.append(text);
    return since(from);
  }

  SecretSlice hide(SecretView secret) { return {keep(secret.reveal())}; }
  SecretView reveal(SecretSlice secret) const { return text(secret.slice); }

  std::string_view text(Slice slice) const {
    return std::string_view{text_}.substr(slice.begin, slice.size);
  }

  /// An effect, or what one is made from: made where it stays, since a copy of an effect that has
  /// just been written waits for every part of it.
  template <class Made = Effect>
  void push(Made&& from) {
    effects_.emplace_back(std::forward<Made>(from));
  }
  const std::vector<Effect>& effects() const { return effects_; }
  bool empty() const { return effects_.empty(); }

  void clear() {
    effects_.clear();
    text_.clear();
  }

 private:
  std::vector<Effect> effects_;
  std::string text_;
};

}  // namespace gauntlet::sim
