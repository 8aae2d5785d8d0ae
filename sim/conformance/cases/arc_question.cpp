// ARC-ASK and ARC-PING: questions and answers among agents, and whether the relay is there.
#include <fmt/format.h>

#include "sim/conformance/cases/arc.hpp"
#include "sim/conformance/cases/catalogue.hpp"

namespace gauntlet::sim::conformance {
namespace {

Json question(Json message, std::string_view ref) {
  message["type"] = "question";
  message["ref"] = ref;
  return message;
}
Json answer(const Agent& to, const Json& ref, Json payload) {
  Json message = direct(to, std::move(payload));
  message["type"] = "answer";
  message["ref"] = ref;
  return message;
}

Steps carries_question_and_answer(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(question(direct(bob, "how are you?"), "q-1"));
  const Message asked = co_await bob.hears("alice's question", from(alice));
  stage.expect(asked["type"] == "question", R"(type: "question")", said(asked));
  stage.expect(asked["ref"] == "q-1", "the asker's own ref", said(asked));
  bob.says(answer(alice, asked["ref"], "fine"));
  const Message got = co_await alice.hears("bob's answer", from(bob) && of_type("answer"));
  stage.expect(got["ref"] == "q-1", "the ref of the question", said(got));
  stage.expect(got["payload"] == "fine", R"(the payload "fine")", said(got));
}

Steps carries_an_answer_by_id(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  Json message = direct(bob, "how are you?");
  message["type"] = "question";
  alice.says(message);
  const Message asked = co_await bob.hears("alice's question", from(alice));
  bob.says(answer(alice, asked["id"], "fine"));
  const Message got = co_await alice.hears("bob's answer", from(bob));
  stage.expect(got["ref"] == asked["id"], "the id of the question as ref", said(got));
}

Steps shows_an_answer_to_the_asker_alone(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  alice.says(question(broadcast("anybody?"), "q-1"));
  const Message asked = co_await bob.hears("alice's question", from(alice));
  co_await carol.hears("alice's question", from(alice));
  bob.says(answer(alice, asked["ref"], "me"));
  co_await alice.hears("bob's answer", from(bob));
  co_await carol.hears_nothing("bob's answer to alice", from(bob));
}

Steps brings_every_answer(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  const Agent carol = co_await enters(stage, "carol");
  alice.says(question(broadcast("anybody?"), "q-1"));
  co_await bob.hears("alice's question", from(alice));
  co_await carol.hears("alice's question", from(alice));
  bob.says(answer(alice, "q-1", "me"));
  carol.says(answer(alice, "q-1", "me, too"));
  co_await alice.hears("bob's answer", from(bob));
  co_await alice.hears("carol's answer", from(carol));
}

Steps copies_a_ref_as_it_is(Stage& stage) {
  const std::string ref = R"(ref "with" quotes, \ and ü 😀 )" + std::string(200, 'x');
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(question(direct(bob, 1), ref));
  const Message got = co_await bob.hears("alice's question", from(alice));
  stage.expect(got["ref"] == ref, "the ref as it was sent", said(got));
}

Steps tells_two_questions_apart(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(question(direct(bob, 1), "q-1"));
  alice.says(question(direct(bob, 2), "q-2"));
  co_await bob.hears("the second question", from(alice) && with("ref", "q-2"));
  bob.says(answer(alice, "q-2", "to the second"));
  bob.says(answer(alice, "q-1", "to the first"));
  const Message got =
      co_await alice.hears("the answer to the first", from(bob) && with("ref", "q-1"));
  stage.expect(got["payload"] == "to the first", R"("to the first")", said(got));
}

// ---- Whether the relay is there.

Task<Message> pong_of(const Agent& agent) {
  agent.says(command("ping"));
  const Pattern either = of_type("pong") || an_error();
  const std::optional<Message> pong = co_await agent.may_hear(either, agent.stage().waits().quiet);
  if (!pong || (*pong)["type"] != "pong") {
    agent.stage().skip("the relay knows no ping command: " + agent.what_came());
    co_await agent.stage().over();
  }
  co_return *pong;
}

Steps answers_ping(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Message pong = co_await pong_of(alice);
  if (pong["from"] != "relay") stage.deviates("a pong that is not from the relay: " + said(pong));
}

Steps answers_ping_to_the_asker_alone(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  co_await pong_of(alice);
  co_await bob.hears_nothing("a pong that is for alice", of_type("pong"));
}

Steps answers_each_ping(Stage& stage) {
  constexpr int kCount = 5;
  const Agent alice = co_await enters(stage, "alice");
  co_await pong_of(alice);
  for (int i = 2; i <= kCount; ++i) {
    alice.says(command("ping"));
    co_await alice.hears(fmt::format("pong {} of {}", i, kCount), of_type("pong"));
  }
}

Steps lives_on_after_a_ping(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  alice.says(command("ping"));
  alice.says(direct(bob, 1));
  co_await bob.hears("alice's message behind a ping", from(alice));
}

constexpr std::string_view kRef =
    "ARC, Question and answer: type question with a ref, answered by type answer with that ref";
constexpr std::string_view kPing =
    "ARC, Commands: ping is answered by pong; not every relay has it";

// "With a ref" is how answers find their questions, not what makes them messages.
Steps carries_an_answer_without_a_ref(Stage& stage) {
  const Agent alice = co_await enters(stage, "alice");
  const Agent bob = co_await enters(stage, "bob");
  Json answer = direct(alice, "four");
  answer["type"] = "answer";
  bob.says(answer);
  co_await alice.hears("bob's answer", from(bob));
}

constexpr std::array kRows{
    Case{"ARC-ASK-01", "carries a question and its answer", kRef, carries_question_and_answer},
    Case{"ARC-ASK-02", "carries an answer that names the question's id",
         "ARC, Question and answer: without a ref, an answer names the message's id",
         carries_an_answer_by_id},
    Case{"ARC-ASK-03", "shows an answer to the asker alone", kRef,
         shows_an_answer_to_the_asker_alone},
    Case{"ARC-ASK-04", "brings every answer to a question to all", kRef, brings_every_answer},
    Case{"ARC-ASK-05", "copies a ref as it is", "ARC, Question and answer: relays copy ref",
         copies_a_ref_as_it_is},
    Case{"ARC-ASK-06", "tells two questions apart", kRef, tells_two_questions_apart},
    Case{"ARC-ASK-07", "carries an answer without a ref", "ARC, Send: type and ref are optional",
         carries_an_answer_without_a_ref},
    Case{"ARC-PING-01", "answers the ping command", kPing, answers_ping, Level::may},
    Case{"ARC-PING-02", "answers the asker alone", kPing, answers_ping_to_the_asker_alone,
         Level::may},
    Case{"ARC-PING-03", "answers each of five pings", kPing, answers_each_ping, Level::may},
    Case{"ARC-PING-04", "takes a message behind a ping command", kPing, lives_on_after_a_ping},
};

}  // namespace

Cases arc_question_cases() { return kRows; }

}  // namespace gauntlet::sim::conformance
