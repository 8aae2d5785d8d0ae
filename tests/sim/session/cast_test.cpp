// All actors of a thread: who starts when, and who never does.
#include "sim/session/cast.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_links.hpp"
#include "tests/support/toys.hpp"

namespace gauntlet::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

struct NoLedgers final : LedgerSink {
  void add(Track::Book, const metrics::LedgerEvent&) override {}
};

TEST(Cast, KnowsWhomItDidNotGetRoundTo) {
  FakeLinks links;
  metrics::Recorder recorder;
  NoLedgers ledgers;
  NoAnnouncer announcer;
  const Places places{};
  Context context{.links = links,
                  .recorder = recorder,
                  .ledgers = ledgers,
                  .announcer = announcer,
                  .places = places,
                  .seed = 1,
                  .warm_up_begins = {},
                  .warm_up_ends = {}};
  EchoClient::Log log;
  Cast cast{{{.id = 3, .start = at(1s)}, {.id = 5, .start = at(2s)}, {.id = 8, .start = at(9s)}},
            [&](const auto&, Context&) {
              return Performer{std::make_unique<EchoClient>(EchoClient::Script{}, log), nullptr};
            },
            context};
  cast.run_due(at(1500ms));
  EXPECT_THAT(cast.never_started(), IsEmpty());
  cast.stop(at(4s));
  EXPECT_THAT(cast.never_started(), ElementsAre(5U)) << "the last one was not due yet";
}

}  // namespace
}  // namespace gauntlet::sim
