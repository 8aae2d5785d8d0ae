// A message costs no allocation: not where it is sent, nor on its way, nor in the relay, nor in the
// ledger. Counted, in whole runs of both drivers, by standing in for the global operator new.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/support/scenarios.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

void* allocate(std::size_t size, std::size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
  if (void* memory = std::aligned_alloc(alignment, rounded)) return memory;
  throw std::bad_alloc{};
}

// Not inlined: g++ would see a `new` that ends in free(), and warn.
[[gnu::noinline]] void release(void* memory) { std::free(memory); }

}  // namespace

void* operator new(std::size_t size) { return allocate(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
// Without these, a sanitizer's own would serve the libraries that ask so.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size, alignof(std::max_align_t));
}
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }

namespace gauntlet::sim {
namespace {

using metrics::Counter;

struct Spent {
  std::uint64_t allocations;
  std::uint64_t messages;
};

enum class Driver : std::uint8_t { live, virtual_time };

Result<RunResult, Obstacle> run_with(Driver driver, const scenarios::Scenario& scenario,
                                     const scenarios::Plan& plan) {
  return driver == Driver::live ? run_live(scenario, plan, {.threads = 1})
                                : run_virtual(scenario, plan);
}

Spent run_for(Driver driver, const std::string& duration, const std::string& population,
              Counter counted) {
  const scenarios::Scenario scenario =
      scenario_of("name: allocations\nduration: " + duration +
                  "\nconnect: 200ms\ntargets: {relay: embedded, arena: embedded}\n" + population);
  const scenarios::Plan plan = scenarios::make_plan(scenario);
  const std::uint64_t before = allocations.load();
  const auto run = run_with(driver, scenario, plan);
  const std::uint64_t after = allocations.load();
  EXPECT_TRUE(run.ok());
  return {after - before, run.ok() ? run.value().snapshot.counter(counted) : 0};
}

// What happens by the clock in a second: a look at the workers every 50 ms, with its questions.
constexpr double kByTheClock = 1000;

/// Of two runs, a second apart: what they cost besides their messages is the same.
struct Durations {
  std::string shorter;
  std::string longer;
};
void expect_no_allocation_per_message(Driver driver, const Durations& durations,
                                      const std::string& population, Counter counted) {
  const Spent shorter = run_for(driver, durations.shorter, population, counted);
  const Spent longer = run_for(driver, durations.longer, population, counted);
  ASSERT_GT(longer.messages, shorter.messages + 1000);
  const auto more =
      static_cast<double>(longer.allocations) - static_cast<double>(shorter.allocations);
  const auto messages = static_cast<double>(longer.messages - shorter.messages);
  EXPECT_LT(more, kByTheClock + messages / 100) << "for " << messages << " messages";
}

TEST(Allocations, AreNotMadeForADirectMessage) {
  expect_no_allocation_per_message(
      Driver::live, {.shorter = "500ms", .longer = "1500ms"},
      "population: [{agents: 20, send: [{to: itself, in_flight: 4}]}]\n",
      Counter::relay_sent_direct);
}

// The shorter run sends as many as the ledger remembers: from then on it uses their memory again.
TEST(Allocations, AreNotMadeForABroadcast) {
  expect_no_allocation_per_message(
      Driver::live, {.shorter = "2500ms", .longer = "3500ms"},
      "population: [{agents: 10, send: [{to: everyone, rate: 400/s}]}]\n",
      Counter::relay_sent_broadcast);
}

TEST(Allocations, AreNotMadeInVirtualTime) {
  expect_no_allocation_per_message(
      Driver::virtual_time, {.shorter = "500ms", .longer = "1500ms"},
      "population: [{agents: 20, send: [{to: itself, in_flight: 1}]}]\n",
      Counter::relay_sent_direct);
}

}  // namespace
}  // namespace gauntlet::sim
