// The server's worker and its stalls, against times worked out by hand.
#include "sim/target/service_queue.hpp"

#include <gtest/gtest.h>

namespace gauntlet::sim {
namespace {

using namespace std::chrono_literals;

const scenarios::Stall kStall{.every = 1s, .lasting = 300ms};

TEST(WorkingTime, PausesWorkDuringEachStall) {
  const WorkingTime working{kStall};
  EXPECT_EQ(working.done(at(900ms), 100ms), at(1000ms));  // just before the stall
  EXPECT_EQ(working.done(at(900ms), 150ms), at(1350ms));  // across it
  EXPECT_EQ(working.done(at(900ms), 800ms), at(2000ms));  // one whole working period
  EXPECT_EQ(working.done(at(900ms), 801ms), at(2301ms));  // across two
  EXPECT_EQ(working.done(at(1300ms), 0ms), at(1300ms));
  EXPECT_EQ(working.done(at(0ms), 1s + 700ms * 1000 + 1ms), at(1001s + 301ms));
}

TEST(WorkingTime, ResumesWhenTheStallEnds) {
  const WorkingTime working{kStall};
  EXPECT_EQ(working.resumes(at(999ms)), at(999ms));
  EXPECT_EQ(working.resumes(at(1000ms)), at(1300ms));
  EXPECT_EQ(working.resumes(at(5299ms)), at(5300ms));
  EXPECT_EQ(working.resumes(at(5300ms)), at(5300ms));
}

TEST(WorkingTime, NeverResumesFromAStallAsLongAsItsPeriod) {
  const WorkingTime working{scenarios::Stall{.every = 1s, .lasting = 2s}};
  EXPECT_EQ(working.done(at(0s), 1s), at(1s));
  EXPECT_EQ(working.done(at(0s), 1s + 1ns), WorkingTime::kNever);
  EXPECT_EQ(working.resumes(at(7s)), WorkingTime::kNever);
}

ServiceQueue::Options options(Duration service_time, std::uint32_t messages_max = 0) {
  return {
      .service_time = Constant{service_time}, .stall = std::nullopt, .messages_max = messages_max};
}

TEST(ServiceQueue, CostsNothingWithoutServiceTimeOrStall) {
  ServiceQueue queue{options(0ms), Stream{1}};
  EXPECT_EQ(queue.take(at(5s), 1, Heard{"x"}), ServiceQueue::Taken::now);
  EXPECT_FALSE(queue.next_deadline());
}

TEST(ServiceQueue, KeepsTheOrderAndTheTextOfWhatWaits) {
  ServiceQueue queue{options(10ms), Stream{1}};
  {
    std::string text = "a message that is gone before its turn comes";
    EXPECT_EQ(queue.take(at(0ms), 1, Heard{text}), ServiceQueue::Taken::later);
    EXPECT_EQ(queue.take(at(0ms), 2, Asked{.method = "GET", .path = text}),
              ServiceQueue::Taken::later);
    EXPECT_EQ(queue.take(at(0ms), 3, Gone{1006}), ServiceQueue::Taken::later);
    text.assign(text.size(), '?');
  }
  std::vector<ConnectionId> served;
  queue.serve(at(9ms), [&](ConnectionId, const TargetInput&) { FAIL() << "too early"; });
  queue.serve(at(10ms), [&](ConnectionId from, const TargetInput& input) {
    served.push_back(from);
    if (const auto* heard = std::get_if<Heard>(&input)) {
      EXPECT_EQ(heard->text, "a message that is gone before its turn comes");
    }
    if (const auto* asked = std::get_if<Asked>(&input)) {
      EXPECT_EQ(asked->path, "a message that is gone before its turn comes");
      EXPECT_EQ(asked->method, "GET");
      EXPECT_EQ(asked->body, "");
    }
  });
  EXPECT_EQ(served, (std::vector<ConnectionId>{1, 2, 3}));
  EXPECT_FALSE(queue.next_deadline());
}

TEST(ServiceQueue, CountsOnlyWaitingMessagesAgainstItsLimit) {
  ServiceQueue queue{options(10ms, 1), Stream{1}};
  EXPECT_EQ(queue.take(at(0ms), 1, Heard{"in service"}), ServiceQueue::Taken::later);
  EXPECT_EQ(queue.take(at(0ms), 1, Gone{1000}), ServiceQueue::Taken::later);
  EXPECT_EQ(queue.take(at(0ms), 2, Heard{"waits"}), ServiceQueue::Taken::later);
  EXPECT_EQ(queue.take(at(0ms), 3, Heard{"one too many"}), ServiceQueue::Taken::refused);
  EXPECT_EQ(queue.take(at(10ms), 3, Heard{"the other is in service"}), ServiceQueue::Taken::later);
}

// Utilisation 1/2, both constant: nobody ever waits. Utilisation 2: the nth waits n times as long.
TEST(ServiceQueue, SaturatesWhereCalculationSays) {
  ServiceQueue queue{options(10ms), Stream{1}};
  for (int n = 0; n < 100; ++n) {
    queue.take(at(n * 20ms), 1, Heard{"x"});
    EXPECT_EQ(queue.next_deadline(), at(n * 20ms + 10ms));
    queue.serve(at(n * 20ms + 10ms), [](ConnectionId, const TargetInput&) {});
  }
  const Instant begin = at(10s);
  for (int n = 0; n < 100; ++n) queue.take(begin + n * 5ms, 1, Heard{"x"});
  Instant done = begin;
  for (int n = 0; n < 100; ++n) {
    done = *queue.next_deadline();
    queue.serve(done, [](ConnectionId, const TargetInput&) {});
  }
  EXPECT_EQ(done, begin + 1s);
}

}  // namespace
}  // namespace gauntlet::sim
