#include "metrics/verdict/conservation.hpp"

#include <array>
#include <string_view>

#include "metrics/summary/words.hpp"

namespace gauntlet::metrics {

namespace {

struct Account {
  std::string_view of;
  Counter expected, received, lost, in_flight;
};

constexpr std::array kAccounts{
    Account{"relay deliveries", Counter::relay_expected, Counter::relay_received,
            Counter::relay_lost, Counter::relay_in_flight},
    Account{"arena token updates", Counter::arena_tokens_expected, Counter::arena_tokens_received,
            Counter::arena_tokens_lost, Counter::arena_tokens_in_flight},
};

}  // namespace

std::optional<std::string> broken_conservation(const Snapshot& snapshot) {
  for (const Account& account : kAccounts) {
    const std::uint64_t expected = snapshot.counter(account.expected);
    const std::uint64_t received = snapshot.counter(account.received);
    const std::uint64_t lost = snapshot.counter(account.lost);
    const std::uint64_t in_flight = snapshot.counter(account.in_flight);
    if (expected == received + lost + in_flight) continue;
    return "The books of " + std::string{account.of} + " do not balance: " + in_words(expected) +
           " expected, but " + in_words(received) + " received + " + in_words(lost) + " lost + " +
           in_words(in_flight) + " in flight = " + in_words(received + lost + in_flight) +
           ". This is a bug in Gauntlet.";
  }
  return std::nullopt;
}

}  // namespace gauntlet::metrics
