"""Our agents at a relay that is not ours: both must tell the same story."""

from harness import NOT_MET, EndToEnd, main

CONVERSATION = """
name: conversation
duration: 3s
connect: 1500ms
population:
  - agents: 20
    arrive: {over: 500ms}
    send:
      - {to: random agent, rate: 6/s}
      - {to: 3 random agents, rate: 1/s, payload: 300 bytes}
      - {to: everyone, rate: 1/s}
    subscribe: {to: 3 random agents}
    list: 1/s
    ask: {to: everyone, rate: 1/s, timeout: 1s}
    answer: {probability: 30%, after: 10ms}
thresholds:
  - relay.lost == 0
  - relay.duplicated == 0
  - relay.misdelivered == 0
"""

# One speaker, so that whatever overtakes a message comes from the same sender.
SPEECH = """
name: speech
duration: 2500ms
connect: 1s
drain: 2s
population:
  - {agents: 1, send: [{to: everyone, rate: 20/s, arrivals: constant}]}
  - {agents: 10, arrive: {over: 300ms}}
"""

# The questions, which nobody answers, keep the run waiting until the last ping is given up, too.
PINGS = """
name: pings
duration: 2500ms
connect: 1s
population:
  - {agents: 5, ping: 3/s, timeout: 1s, ask: {rate: 10/s, arrivals: constant, timeout: 2s}}
"""

QUESTIONS = """
name: questions
duration: 2500ms
connect: 1s
drain: 10s
population:
  - {agents: 2, ask: {rate: 4/s, to: random agent, timeout: 9s}, answer: {after: 10ms}}
"""


class BothSidesCountTheSame(EndToEnd):
    def assert_same_story(self, run, saw):
        kinds = ("direct", "broadcast", "question", "answer", "command")
        self.assertEqual({kind: run[f"relay.sent{{kind={kind}}}"] for kind in kinds},
                         {kind: saw["messages"].get(kind, 0) for kind in kinds})
        lost = saw.get("dropped", 0) + saw.get("misdelivered", 0)
        self.assert_counts(run, {
            "relay.registered": saw["registered"],
            "relay.connected": saw["connected"],
            "relay.expected": saw["owed"],
            "relay.received": saw["owed"] - lost,
            "relay.lost": lost,
            "relay.misdelivered": saw.get("misdelivered", 0),
            "relay.duplicated": saw.get("duplicated", 0),
            "relay.reordered": saw.get("reordered", 0),
            "relay.subscription_copies": saw.get("subscription_copies", 0),
            "relay.in_flight": 0,
            "relay.late": 0,
            "relay.malformed": 0,
        })
        self.assertEqual(run.summary["series"]["relay.delivery_service"]["count"], run["relay.received"])

    def assert_lively(self, run):
        for kind in ("direct", "broadcast", "question", "answer", "command"):
            self.assertGreater(run[f"relay.sent{{kind={kind}}}"], 10, kind)
        self.assertGreater(run["relay.answered"], 10)
        self.assertEqual(run["relay.answered"] + run["relay.unanswered"], run["relay.asked"])

    def test_a_relay_after_the_documents(self):
        relay = self.foreign_relay(flavour="doc")
        run = self.run_scenario(CONVERSATION, f"targets.relay=http://127.0.0.1:{relay.port}", "population.0.ping=1/s")
        saw = relay.saw()
        self.assert_same_story(run, saw)
        self.assert_lively(run)
        self.assertEqual(run.failures("relay"), {})
        self.assertGreater(saw["commands.ping"], 10)
        self.assertEqual(run.summary["series"]["relay.command"]["count"],
                         saw["commands.ping"] + saw["commands.list_subscriptions"],
                         "this relay acknowledges no subscription")

    def test_a_relay_as_seen_running(self):
        relay = self.foreign_relay(flavour="seen")
        run = self.run_scenario(CONVERSATION, relay.relay_target)
        saw = relay.saw()
        self.assert_same_story(run, saw)
        self.assert_lively(run)
        self.assertEqual(run.failures("relay"), {})
        self.assertGreater(saw["subscription_copies"], 10)
        self.assertEqual(run.summary["series"]["relay.command"]["count"], saw["messages"]["command"])

    def test_a_relay_that_welcomes_nobody(self):
        relay = self.foreign_relay(flavour="seen", welcome="none")
        run = self.run_scenario(CONVERSATION, relay.relay_target)
        self.assert_same_story(run, relay.saw())

    def test_ids_that_the_relay_assigns(self):
        relay = self.foreign_relay(flavour="doc")
        run = self.run_scenario(CONVERSATION, relay.relay_target, "population.0.id=assigned")
        self.assert_same_story(run, relay.saw())

    def test_no_client_writes_what_only_the_relay_may_write(self):
        relay = self.foreign_relay(flavour="doc")
        self.run_scenario(CONVERSATION, relay.relay_target, "duration=2500ms")
        saw = relay.saw()
        self.assertNotIn("spoofed", saw)
        self.assertNotIn("malformed", saw["messages"])

    def test_every_seventh_delivery_dropped(self):
        relay = self.foreign_relay(drop_every=7)
        run = self.run_scenario(CONVERSATION, relay.relay_target, "drain=1s", exit_code=NOT_MET)
        saw = relay.saw()
        self.assertGreater(saw["dropped"], 10)
        self.assert_same_story(run, saw)

    def test_every_eleventh_direct_message_to_a_stranger(self):
        relay = self.foreign_relay(misdeliver_every=11)
        run = self.run_scenario(CONVERSATION, relay.relay_target, "drain=1s", exit_code=NOT_MET)
        saw = relay.saw()
        self.assertGreater(saw["misdelivered"], 10)
        self.assert_same_story(run, saw)

    def test_every_fifth_delivery_sent_twice(self):
        relay = self.foreign_relay(duplicate_every=5)
        run = self.run_scenario(SPEECH, relay.relay_target)
        saw = relay.saw()
        self.assertGreater(saw["duplicated"], 10)
        self.assert_same_story(run, saw)

    def test_every_ninth_delivery_overtaken_by_the_next(self):
        relay = self.foreign_relay(reorder_every=9)
        run = self.run_scenario(SPEECH, relay.relay_target)
        saw = relay.saw()
        self.assertGreater(saw["reordered"], 10)
        self.assert_same_story(run, saw)

    def test_registrations_that_meet_429_are_counted_and_tried_again(self):
        relay = self.foreign_relay(refuse_registrations=6)
        run = self.run_scenario(CONVERSATION, relay.relay_target, "connect=2s", "duration=3500ms",
                                "population.0.reconnect={first: 100ms}")
        saw = relay.saw()
        self.assertEqual(run.failures("relay"), {"rate_limited": 6})
        self.assertEqual(saw["registered"], 20)
        self.assert_same_story(run, saw)

    def test_a_ping_that_is_never_answered_times_out_under_that_name(self):
        relay = self.foreign_relay(flavour="seen")
        run = self.run_scenario(PINGS, relay.relay_target)
        saw = relay.saw()
        self.assertGreater(saw["commands.ping"], 10)
        self.assertEqual(run.failures("relay"), {"timed_out": saw["commands.ping"]})
        self.assertEqual(run["relay.errors"], saw["commands.ping"])

    def test_answers_that_a_command_gives(self):
        relay = self.foreign_relay(flavour="seen")
        run = self.run_scenario(QUESTIONS, relay.relay_target, "population.0.answer.with=\"test $(wc -c) -gt 100 && echo no\"")
        saw = relay.saw()
        self.assert_same_story(run, saw)
        self.assertGreater(run["relay.answered"], 5)
        self.assertEqual(run["relay.answered"], run["relay.asked"])
        self.assertEqual(run.failures("runner"), {})

    def test_answers_that_a_command_fails_to_give(self):
        relay = self.foreign_relay()
        run = self.run_scenario(QUESTIONS, relay.relay_target, "population.0.answer.with=exit 3", "population.0.ask.timeout=2s")
        self.assert_same_story(run, relay.saw())
        self.assertEqual(run["relay.answered"], 0)
        self.assertEqual(run.failures("runner"), {"rejected": run["relay.asked"]})

    def test_agents_that_are_registered_already(self):
        relay = self.foreign_relay()
        tokens = self.new_folder() / "tokens.jsonl"
        for _ in range(3):
            registered = self.gauntlet("agent", "register", "--json", "--relay", f"http://127.0.0.1:{relay.port}")
            with tokens.open("a") as file:
                file.write(registered.stdout)
        with tokens.open("a") as file:
            file.write("stranger tok_wrong\n")
        run = self.run_scenario(QUESTIONS, relay.relay_target, "agents=4", f"population.0.tokens={tokens}")
        self.assertEqual(run.failures("relay"), {"unauthorized": 1})
        self.assert_counts(run, {"relay.registered": 0, "relay.connected": 3})
        self.assertGreater(run["relay.answered"], 5)
        self.assertEqual(relay.saw()["registered"], 3)
        written = "".join(file.read_text() for file in run.out.iterdir()) + run.stdout + run.stderr
        self.assertNotIn("tok_", written.replace(str(tokens), ""))


if __name__ == "__main__":
    main()
