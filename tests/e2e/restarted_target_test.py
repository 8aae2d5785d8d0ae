"""Connections that are cut, and targets that are killed and started again, in the middle of a run."""

import json
import re
import urllib.request

from harness import EndToEnd, main, wait_until

AGENTS, ATTEMPTS, PAUSE_MAX_S = 20, 40, 0.5
POLICY_S = ATTEMPTS * PAUSE_MAX_S  # the longest that its pauses can take

CONVERSATION = f"""
name: restarted-relay
duration: 7s
connect: 1500ms
population:
  - agents: {AGENTS}
    arrive: {{over: 500ms}}
    reconnect: {{first: 200ms, max: {PAUSE_MAX_S}s, attempts: {ATTEMPTS}}}
    send: [{{to: random agent, rate: 6/s}}, {{to: everyone, rate: 1/s}}]
    subscribe: {{to: 3 random agents}}
    ask: {{to: everyone, rate: 1/s, timeout: 1s}}
    answer: {{probability: 30%, after: 10ms}}
thresholds: [relay.lost == 0, relay.duplicated == 0, relay.misdelivered == 0]
"""

PARTICIPANTS, TOKENS = 10, 60
EVENING = f"""
name: restarted-arena
duration: 10s
connect: 1200ms
population:
  - participants: {PARTICIPANTS}
    arrive: {{over: 200ms}}
    reconnect: {{first: 300ms, max: {PAUSE_MAX_S}s, attempts: {ATTEMPTS}, jitter: 0%}}
    runner: {{mock: {{first_token: 50ms, gap: 40ms, tokens: {TOKENS}}}}}
  - {{observers: 1, reconnect: {{first: 200ms, max: {PAUSE_MAX_S}s, attempts: {ATTEMPTS}}}}}
rounds:
  - {{at: 1500ms, prompt: "One", deadline: 4500ms}}
  - {{at: 7s, prompt: "Two", deadline: 4500ms}}
thresholds: [arena.tokens_lost == 0, arena.claims_differ == 0]
"""
QUICKER = ("duration=7500ms", "rounds.0.deadline=2900ms", "rounds.1.at=4500ms", "rounds.1.deadline=2900ms")


class EveryoneIsBack(EndToEnd):
    def finish(self, live):
        run = live.finish()
        self.assertEqual(run.code, 0, run)
        self.assert_conserved(run)
        return run

    def assert_says_how_long_it_took(self, run, series, clients):
        reconnect = run.summary["series"][series]
        self.assertEqual(reconnect["count"], clients)
        self.assertLess(reconnect["max"], POLICY_S)
        self.assertRegex(run.stdout, rf"{re.escape(series)} +{clients} +\d")


class Relays(EveryoneIsBack):
    def assert_all_registered_again(self, run):
        self.assert_says_how_long_it_took(run, "relay.reconnect", AGENTS)
        self.assert_counts(run, {
            "relay.registered": 2 * AGENTS,
            "relay.connected": 2 * AGENTS,
            "relay.duplicated": 0,
            "relay.misdelivered": 0,
            "relay.lost": 0,
            "relay.late": 0,
        })
        self.assertEqual(run.failures("relay")["unauthorized"], AGENTS, "the tokens died with the relay")

    def test_a_foreign_relay(self):
        relay = self.foreign_relay(flavour="doc")
        live = self.start(CONVERSATION, f"targets.relay=http://127.0.0.1:{relay.port}")
        live.wait_for("measure")
        relay.kill()
        again = self.foreign_relay(flavour="doc", port=relay.port)
        run = self.finish(live)
        saw = again.saw()
        self.assert_all_registered_again(run)
        self.assertEqual((saw["registered"], saw["connected"], saw["tokens_refused"]), (AGENTS, AGENTS, AGENTS))
        self.assertEqual(saw["commands.subscribe"], AGENTS, "subscriptions end with their connection")
        for kind in ("direct", "broadcast", "question", "answer"):
            self.assertGreater(saw["messages"][kind], 10, kind)

    def test_our_relay(self):
        process, http, _ = self.start_serving("relay")
        live = self.start(CONVERSATION, f"targets.relay={http}")
        live.wait_for("measure")
        process.kill()
        process.wait()
        self.start_serving("relay", port=http.rsplit(":", 1)[1])
        self.assert_all_registered_again(self.finish(live))


class Arenas(EveryoneIsBack):
    def assert_the_first_round_was_cut(self, run):
        self.assert_says_how_long_it_took(run, "arena.reconnect", PARTICIPANTS + 1)
        self.assert_counts(run, {
            "arena.joined": 2 * PARTICIPANTS,
            "arena.rounds_offered": 2 * PARTICIPANTS,
            "arena.rounds_challenged": 2 * PARTICIPANTS,
            "arena.rounds_cut": PARTICIPANTS,
            "arena.rounds_completed": PARTICIPANTS,
            "arena.rounds_expired": 0,
            "arena.rounds_missed": 0,
            "arena.tokens_duplicated": 0,
            "arena.tokens_reordered": 0,
            "arena.tokens_late": 0,
            "arena.claims_agree": PARTICIPANTS,
        })
        self.assertIn(f"{PARTICIPANTS} completed, 0 failed, 0 expired, {PARTICIPANTS} cut", run.stdout)
        self.assertGreater(run["arena.tokens_received"], PARTICIPANTS * TOKENS)

    def wait_for_tokens(self, http):
        def flowing():
            with urllib.request.urlopen(http + "/metrics", timeout=10) as reply:
                return json.load(reply)["total_tokens"] > 5 * PARTICIPANTS
        wait_until(flowing, "the first round is under way")

    def test_a_foreign_arena(self):
        arena = self.foreign_arena()
        live = self.start(EVENING, arena.arena_target)
        live.wait_for("measure")
        self.wait_for_tokens(f"http://127.0.0.1:{arena.port}")
        arena.kill()
        again = self.foreign_arena(port=arena.port)
        run = self.finish(live)
        saw = again.saw()
        self.assert_the_first_round_was_cut(run)
        self.assertEqual((saw["POST /session"], saw["POST /rounds"], saw["challenges"]), (1, 1, PARTICIPANTS))
        self.assertEqual((saw["registered"], saw["token"]), (PARTICIPANTS, PARTICIPANTS * TOKENS))
        self.assertEqual(saw["tokens_taken"], saw["token"], "no token of the round that was cut")

    def test_our_arena(self):
        process, http, _ = self.start_serving("arena")
        live = self.start(EVENING, f"targets.arena={http}")
        live.wait_for("measure")
        self.wait_for_tokens(http)
        process.kill()
        process.wait()
        self.start_serving("arena", port=http.rsplit(":", 1)[1])
        self.assert_the_first_round_was_cut(self.finish(live))

    def test_a_connection_that_is_cut_resumes_where_it_was(self):
        arena = self.foreign_arena(cut_at_token=7)
        run = self.run_scenario(EVENING, arena.arena_target, *QUICKER)
        saw = arena.saw()
        self.assert_says_how_long_it_took(run, "arena.reconnect", PARTICIPANTS)
        self.assertEqual(run.failures("arena"), {"closed_by_peer": PARTICIPANTS})
        self.assertEqual(saw["tokens_taken"], 2 * PARTICIPANTS * TOKENS, "the numbers go on without a gap")
        self.assertNotIn("tokens_out_of_order", saw)
        self.assertEqual(saw["registered"], 2 * PARTICIPANTS)
        self.assert_counts(run, {
            "arena.tokens_sent": 2 * PARTICIPANTS * TOKENS,
            "arena.tokens_received": 2 * PARTICIPANTS * TOKENS,
            "arena.rounds_completed": 2 * PARTICIPANTS,
            "arena.rounds_missed": 0,
            "arena.claims_agree": 2 * PARTICIPANTS,
        })

    def test_a_challenge_while_a_participant_is_away_is_missed(self):
        arena = self.foreign_arena(away=[0, 4])
        run = self.run_scenario(EVENING, arena.arena_target, *QUICKER)
        self.assert_says_how_long_it_took(run, "arena.reconnect", 4)
        self.assert_counts(run, {
            "arena.rounds_offered": 2 * PARTICIPANTS,
            "arena.rounds_challenged": arena.saw()["challenges"],
            "arena.rounds_missed": 4,
            "arena.rounds_completed": 2 * PARTICIPANTS - 4,
            "arena.joined": PARTICIPANTS + 4,
        })
        self.assertIn("0 expired, 4 missed;", run.stdout)


if __name__ == "__main__":
    main()
