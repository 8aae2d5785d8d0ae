"""Our participants, screens, operator and voters at an arena that is not ours: both must tell the same story."""

import json
import urllib.request

from harness import NOT_MET, EndToEnd, main, wait_until

EVENING = """
name: evening
duration: 4500ms
population:
  - participants: 10
    arrive: {over: 200ms}
    runner: {mock: {first_token: 50ms, gap: 10ms, tokens: {uniform: {min: 10, max: 30}}}}
  - observers: 2
  - {voters: 5, votes: 2, after: 100ms}
rounds:
  - {at: 1500ms, prompt: "One", max_tokens: 25, deadline: 700ms, seed: 7}
  - {at: 2800ms, prompt: "Two", temperature: 0, deadline: 700ms}
thresholds:
  - arena.rounds_completed >= 100%
  - arena.tokens_lost == 0
  - arena.claims_differ == 0
"""

# In a session that is there already; whoever runs it starts the rounds.
GUESTS = """
name: guests
duration: 6s
connect: 2s
population:
  - participants: 10
    arrive: {over: 200ms}
    reconnect: {first: 300ms}
    runner: {mock: {first_token: 50ms, gap: 10ms, tokens: 12}}
  - observers: 1
"""


def post(arena, path, body):
    request = urllib.request.Request(f"http://127.0.0.1:{arena.port}{path}", json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def connected(arena):
    with urllib.request.urlopen(f"http://127.0.0.1:{arena.port}/presence", timeout=10) as reply:
        return json.load(reply)["connectedCount"]


class BothSidesCountTheSame(EndToEnd):
    def assert_same_story(self, run, saw, observers):
        self.assertGreater(run["arena.tokens_sent"], 100)
        self.assert_counts(run, {
            "arena.joined": saw["registered"],
            "arena.rounds_challenged": saw["challenges"],
            "arena.rounds_completed": saw["complete"],
            "arena.tokens_sent": saw["token"],
            "arena.tokens_expected": observers * saw["token"],
            "arena.tokens_received": saw["token_updates"],
            "arena.completions_seen": observers * saw["complete"],
            "arena.tokens_duplicated": 0,
            "arena.tokens_in_flight": 0,
            "arena.malformed": 0,
            "arena.unknown": 0,
        })
        self.assertNotIn("nulls", saw, "an optional field is left out, never null")

    def assert_flawless(self, run, saw, observers):
        self.assert_same_story(run, saw, observers)
        self.assertEqual(saw["tokens_taken"], saw["token"])
        self.assertNotIn("tokens_out_of_order", saw)
        self.assertNotIn("completes_disagree", saw)

    def assert_scoreboards_agree(self, run, rows):
        self.assert_counts(run, {"arena.claims_agree": rows, "arena.claims_differ": 0})

    def test_an_evening_of_two_rounds(self):
        for registered_with in ("participant_id", "session_id"):
            with self.subTest(registered_with=registered_with):
                arena = self.foreign_arena(registered_with=registered_with)
                run = self.run_scenario(EVENING, arena.arena_target)
                saw = arena.saw()
                self.assert_flawless(run, saw, observers=2)
                self.assert_scoreboards_agree(run, rows=20)
                self.assert_counts(run, {
                    "arena.rounds_offered": 20,
                    "arena.rounds_completed": 20,
                    "arena.votes_offered": 20,
                    "arena.votes_accepted": saw["votes"],
                })
                self.assertEqual(saw["votes"], 20)
                self.assertEqual(run.failures("arena"), {})
                self.assertEqual({path: saw.get(path) for path in OPERATOR_ASKS}, OPERATOR_ASKS)

    def test_a_registration_that_is_never_acknowledged_is_over_with_the_first_challenge(self):
        arena = self.foreign_arena(registered_with="nothing", registration_s=0.01)
        run = self.run_scenario(EVENING, arena.arena_target)
        self.assert_flawless(run, arena.saw(), observers=2)

    def test_tokens_that_the_arena_loses_are_missed(self):
        arena = self.foreign_arena(lose_token_every=40)
        run = self.run_scenario(EVENING, arena.arena_target, "drain=1s", exit_code=NOT_MET)
        saw = arena.saw()
        self.assert_same_story(run, saw, observers=2)
        self.assertGreater(saw["tokens_not_taken"], 0)
        self.assertEqual(run["arena.tokens_lost"], 2 * (saw["token"] - saw["tokens_taken"]))
        self.assertEqual(run["arena.claims_differ"], saw["completes_disagree"])

    def test_a_scoreboard_that_claims_too_much_is_found_out(self):
        arena = self.foreign_arena(claim_more=1)
        run = self.run_scenario(EVENING, arena.arena_target, exit_code=NOT_MET)
        self.assert_counts(run, {"arena.claims_agree": 0, "arena.claims_differ": 20, "arena.tokens_lost": 0})

    def test_an_operator_that_meets_429_tries_again(self):
        arena = self.foreign_arena(refuse_requests=1)
        run = self.run_scenario(EVENING, arena.arena_target, "duration=6s", "rounds.0.at=2700ms", "rounds.1.at=4s")
        saw = arena.saw()
        self.assertEqual(run.failures("arena"), {"rate_limited": saw["requests_refused"]})
        self.assert_flawless(run, saw, observers=2)
        self.assert_scoreboards_agree(run, rows=20)


OPERATOR_ASKS = {
    "POST /session": 1,
    "POST /rounds": 2,
    "POST /rounds/start": 2,
    "POST /rounds/stop": 2,
    "POST /votes": 20,
    "GET /scoreboard": 2,
    "GET /metrics": 1,
    "GET /export.csv": 1,
}


class SomebodyElsesSession(EndToEnd):
    def test_rounds_that_others_start_are_played(self):
        arena = self.foreign_arena(pin="482916")
        live = self.start(GUESTS, f'targets.arena={{url: "ws://127.0.0.1:{arena.port}/ws", pin: "482916"}}')
        wait_until(lambda: connected(arena) == 10, "all participants are in")
        round_id = post(arena, "/rounds", {"prompt": "Who are you?"})["id"]
        post(arena, "/rounds/start", {"roundId": round_id})
        run = live.finish()
        saw = arena.saw()
        self.assertEqual(run.code, 0, run)
        self.assert_conserved(run)
        self.assert_counts(run, {
            "arena.rounds_offered": 10,
            "arena.rounds_completed": 10,
            "arena.tokens_sent": saw["tokens_taken"],
            "arena.tokens_received": saw["token_updates"],
            "arena.tokens_lost": 0,
        })
        self.assertEqual(saw["tokens_taken"], 120)
        self.assertNotIn("POST /session", saw)

    def test_a_wrong_pin_is_said_once_by_each(self):
        arena = self.foreign_arena(pin="482916")
        run = self.run_scenario(GUESTS, f'targets.arena={{url: "ws://127.0.0.1:{arena.port}/ws", pin: "000000"}}',
                                "duration=3s")
        self.assertEqual(run.failures("arena"), {"wrong_pin": 10})
        self.assertEqual(arena.saw()["registrations_refused"], 10)

    def test_no_session_is_counted_under_that_name_at_every_attempt(self):
        arena = self.foreign_arena()
        run = self.run_scenario(GUESTS, f'targets.arena={{url: "ws://127.0.0.1:{arena.port}/ws", pin: "482916"}}',
                                "duration=3s")
        self.assertEqual(run.failures("arena"), {"no_session": arena.saw()["registrations_refused"]})
        self.assertGreaterEqual(run["arena.errors"], 20)


if __name__ == "__main__":
    main()
