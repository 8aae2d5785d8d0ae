// What actors of one run write for others to read.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <new>
#include <string_view>
#include <vector>

namespace gauntlet::sim {

/// Names that become known while the run goes on, by number, each from one actor.
/// @threads Any, and any process that shares the memory; an entry is published with release and
///          read with acquire.
class NameBoard {
 public:
  /// @param memory  may be asked from several threads at once; outlives this.
  NameBoard(std::size_t names, std::pmr::memory_resource& memory)
      : memory_{&memory}, newest_(names, &memory) {}
  NameBoard(const NameBoard&) = delete;
  NameBoard& operator=(const NameBoard&) = delete;
  ~NameBoard() {
    for (const auto& newest : newest_)
      for (Name* name = newest.load(std::memory_order_relaxed); name != nullptr;) {
        Name* const older = name->older;
        memory_->deallocate(name, sizeof(Name) + name->size, alignof(Name));
        name = older;
      }
  }

  /// Takes memory only for a name that is not the newest already.
  void publish(std::size_t number, std::string_view text) {
    if (number >= newest_.size() || look_up(number) == text) return;
    auto& newest = newest_[number];
    void* const space = memory_->allocate(sizeof(Name) + text.size(), alignof(Name));
    auto* const name = ::new (space) Name{newest.load(std::memory_order_relaxed), text.size()};
    std::memcpy(name + 1, text.data(), text.size());
    newest.store(name, std::memory_order_release);
  }
  /// Whether it is, or ever was, the name of that number.
  bool has_been(std::size_t number, std::string_view text) const {
    if (number >= newest_.size()) return false;
    const Name* name = newest_[number].load(std::memory_order_acquire);
    while (name != nullptr && name->text() != text) name = name->older;
    return name != nullptr;
  }
  /// Empty while unknown; else valid for the life of the board, even if a newer name comes.
  std::string_view look_up(std::size_t number) const {
    if (number >= newest_.size()) return {};
    const Name* name = newest_[number].load(std::memory_order_acquire);
    return name == nullptr ? std::string_view{} : name->text();
  }

 private:
  struct Name {  // its text follows it
    Name* older;
    std::size_t size;
    std::string_view text() const {
      return {static_cast<const char*>(static_cast<const void*>(this + 1)), size};
    }
  };
  std::pmr::memory_resource* memory_;
  std::pmr::vector<std::atomic<Name*>> newest_;
};

/// The ids under which the relay knows the agents, by agent number. An agent that has to register
/// anew may get another.
using ContactBook = NameBoard;

/// What the operator knows of the scenario's rounds and voters and participants need: the arena's
/// ids of them, as JSON text, which was started last, and which the arena did start.
/// @threads Any; one writer, the operator.
class RoundBoard {
 public:
  RoundBoard(std::size_t rounds, std::pmr::memory_resource& memory)
      : ids_{rounds, memory}, begun_(rounds, decltype(begun_)::allocator_type{&memory}) {}

  void publish(std::size_t round_index, std::string_view id_json) {
    ids_.publish(round_index, id_json);
  }
  /// Empty while unknown.
  std::string_view id(std::size_t round_index) const { return ids_.look_up(round_index); }

  void start(std::size_t round_index) {
    started_.store(static_cast<std::uint32_t>(round_index) + 1, std::memory_order_release);
  }
  /// How many rounds were started.
  std::size_t started() const { return started_.load(std::memory_order_acquire); }

  /// The arena said that it has started it.
  void begin(std::size_t round_index) { begun_[round_index].store(true); }
  bool begun(std::size_t round_index) const { return begun_[round_index].load(); }
  /// The number of rounds up to the last that has begun.
  std::size_t begun() const {
    std::size_t last = started();
    while (last > 0 && !begun(last - 1)) --last;
    return last;
  }

 private:
  NameBoard ids_;
  std::atomic<std::uint32_t> started_{0};
  std::pmr::vector<std::atomic<bool>> begun_;
};

/// Which of the operator's sessions the evening is in. An arena that is started anew has forgotten
/// the one before; whoever hears so says it here, and the operator makes another.
/// @threads Any; `begin` by the operator alone.
class SessionBoard {
 public:
  struct Session {
    std::uint32_t number;      // from 0
    std::int32_t first_round;  // the scenario's round that the arena counts as its first
  };

  Session current() const {
    const std::uint64_t both = current_.load(std::memory_order_acquire);
    return {static_cast<std::uint32_t>(both >> 32U), static_cast<std::int32_t>(both)};
  }
  /// The next session, in place of one that is gone.
  void begin(std::size_t first_round) {
    store(current().number + 1, static_cast<std::int64_t>(first_round));
  }
  /// The arena counts this round of the scenario as its `number`th: it refused one before, or made
  /// one whose answer never came.
  void count(std::size_t round, std::int64_t number) {
    store(current().number, static_cast<std::int64_t>(round) + 1 - number);
  }

  void miss(std::uint32_t number) { missed_.store(number + std::uint64_t{1}); }
  /// Whether the arena knows nothing of the current session.
  bool missed() const { return missed_.load() == current().number + std::uint64_t{1}; }

 private:
  void store(std::uint32_t number, std::int64_t first_round) {
    current_.store(std::uint64_t{number} << 32U | static_cast<std::uint32_t>(first_round),
                   std::memory_order_release);
  }

  std::atomic<std::uint64_t> current_{0};
  std::atomic<std::uint64_t> missed_{0};
};

/// How many tokens each participant sent in each round, to hold a scoreboard against.
/// @threads Any; each cell has one writer.
class TokenTally {
 public:
  TokenTally(std::size_t participants, std::size_t rounds, std::pmr::memory_resource& memory)
      : rounds_{rounds}, cells_(participants * rounds, &memory) {}

  void set(std::uint32_t participant, std::size_t round_index, std::uint32_t tokens) {
    if (round_index < rounds_)
      cells_[participant * rounds_ + round_index].store(tokens, std::memory_order_relaxed);
  }
  std::uint32_t get(std::uint32_t participant, std::size_t round_index) const {
    return round_index < rounds_
               ? cells_[participant * rounds_ + round_index].load(std::memory_order_relaxed)
               : 0;
  }

 private:
  std::size_t rounds_;
  std::pmr::vector<std::atomic<std::uint32_t>> cells_;
};

}  // namespace gauntlet::sim
