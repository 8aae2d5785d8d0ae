#include "sim/orchestrator/server_test.hpp"

#include <fmt/format.h>

#include <future>
#include <memory>
#include <utility>

#include "scenarios/terms/http_status.hpp"
#include "scenarios/terms/match.hpp"
#include "sim/live/worker.hpp"

namespace gauntlet::sim {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{10};

using Verdict = std::optional<std::string>;

std::string_view what_to_do(int status) {
  return outcome_of_status(status) == Outcome::unauthorized
             ? "name the environment variable that holds its API key (`api_key_env`)"
             : "perhaps it speaks another API: see `runner` and its address";
}

// Asks, says what came of it, and is done.
class Tester final : public Machine {
 public:
  Tester(const ServerTest& test, std::promise<Verdict>& verdict) : test_{test}, verdict_{verdict} {}

  void handle(Instant now, const Input& input, Outbox& out) override {
    std::visit(match{
                   [&](const Start&) {
                     deadline_ = now + kTimeout;
                     out.push(Request{.method = Method::get,
                                      .to = test_.at,
                                      .path = out.keep(test_.path),
                                      .bearer = out.hide(test_.bearer)});
                   },
                   [&](const HttpReply& reply) {
                     if (reply.status / 100 == 2) return conclude(std::nullopt);
                     conclude(fmt::format("it answered {} to GET {}; {}", reply.status, test_.path,
                                          what_to_do(reply.status)));
                   },
                   [&](const HttpFailed& failed) {
                     conclude(fmt::format("GET {}: {}", test_.path, name(failed.why)));
                   },
                   [&](const TimePassed&) {
                     if (now >= deadline_)
                       conclude(fmt::format("it did not answer GET {} within {} s", test_.path,
                                            seconds(kTimeout)));
                   },
                   [](const auto&) {},
               },
               input);
  }
  std::optional<Instant> next_deadline() const override { return deadline_; }
  bool done() const override { return concluded_; }
  bool busy() const override { return !concluded_; }

 private:
  void conclude(Verdict verdict) {
    if (!std::exchange(concluded_, true)) verdict_.set_value(std::move(verdict));
  }

  const ServerTest& test_;
  std::promise<Verdict>& verdict_;
  Instant deadline_{};
  bool concluded_{false};
};

}  // namespace

std::optional<std::string> test_server(const ServerTest& test, const Whereabouts& where) {
  std::promise<Verdict> promise;
  NoAnnouncer nobody;
  const Clock clock;
  Worker worker{clock};
  worker.links().set_destinations(where.destinations);
  worker.set_cast(
      {{.id = 0}},
      [&](const auto&, Context&) {
        return Performer{std::make_unique<Tester>(test, promise), nullptr};
      },
      where.places, 0, {}, {}, nobody);
  auto verdict = promise.get_future();
  worker.start();
  return verdict.get();
}

}  // namespace gauntlet::sim
