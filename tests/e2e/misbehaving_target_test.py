"""Whatever a target does, a run ends by itself, and each misfortune is counted under its own name."""

import socket
from collections import Counter

from harness import MET, UNREACHABLE, EndToEnd, free_port, main

ONE_AFTER_THE_OTHER = """
name: misfortunes
duration: 4s
connect: 2500ms
drain: 2s
population:
  - agents: 24
    arrive: {over: 500ms}
    timeout: 3s
    send: [{to: random agent, rate: 5/s}, {to: everyone, rate: 1/s}]
    reconnect: {first: 100ms, max: 200ms}
"""

# What a client meets -> the name that it is counted under. None: the connection goes on.
REGISTRATIONS = {
    "server_error": "server_error",
    "rejected": "rejected",
    "taken": "id_taken",
    "not_json": "bad_reply",
    "no_token": "bad_reply",
    "a_list": "bad_reply",
    "not_http": "bad_reply",
    "nothing": "closed_early",
    "half_a_reply": "closed_early",
}
UPGRADES = {
    "rate_limited": "rate_limited",
    "overloaded": "server_error",
    "not_found": "rejected",
    "a_list": "bad_reply",
    "not_http": "bad_reply",
    "wrong_key": "bad_reply",
    "nothing": "closed_early",
    "half_a_head": "closed_early",
}
CONNECTIONS = {
    "not_json": None,
    "binary": None,
    "wrong_shape": None,
    "unknown_type": None,
    "error_frame": None,
    "error_top_level": None,
    "deep": None,
    "bad_opcode": "protocol_error",
    "reserved_bit": "protocol_error",
    "not_utf8": "protocol_error",
    "continues_nothing": "protocol_error",
    "long_ping": "protocol_error",
    "masked": "protocol_error",
    "endless_message": "too_big",
    "ends_in_mid_frame": "closed_early",
    "ends_without_close": "closed_early",
    "reset": "reset",
    "going_away": "closed_by_peer",
    "expired_token": "unauthorized",
    "too_many_messages": "rate_limited",
    "too_big": "too_big",
}
MALFORMED = {"not_json": 4, "binary": 1, "wrong_shape": 4, "deep": 1}  # messages in each


def names(misfortunes):
    return dict(Counter(name for name in misfortunes.values() if name))


class MisfortunesHaveNames(EndToEnd):
    def test_of_a_registration(self):
        relay = self.foreign_relay(registrations=list(REGISTRATIONS))
        run = self.run_scenario(ONE_AFTER_THE_OTHER, relay.relay_target)
        self.assertEqual(run.failures("relay"), names(REGISTRATIONS))
        self.assertEqual(run["relay.registered"], 24)
        self.assertEqual(run["relay.lost"], 0)

    def test_of_an_upgrade(self):
        relay = self.foreign_relay(upgrades=list(UPGRADES))
        run = self.run_scenario(ONE_AFTER_THE_OTHER, relay.relay_target)
        self.assertEqual(run.failures("relay"), names(UPGRADES))
        self.assertEqual(run["relay.connected"], 24)
        self.assertEqual(run["relay.lost"], 0)

    def test_of_a_connection_to_a_relay(self):
        relay = self.foreign_relay(connections=list(CONNECTIONS))
        run = self.run_scenario(ONE_AFTER_THE_OTHER, relay.relay_target)
        self.assertEqual(run.failures("relay"), names(CONNECTIONS))
        self.assert_counts(run, {
            "relay.malformed": sum(MALFORMED.values()),
            "relay.unknown": 1,
            "relay.errors": 2,
            "relay.registered": 25,
            "relay.lost": 0,
        })

    def test_an_agent_that_gets_a_new_id_is_written_to_under_that(self):
        relay = self.foreign_relay(connections=["expired_token"] * 24)
        run = self.run_scenario(ONE_AFTER_THE_OTHER, relay.relay_target, "population.0.id=assigned")
        self.assertEqual(run.failures("relay"), {"unauthorized": 24})
        self.assertGreater(run["relay.sent{kind=direct}"], 0)
        self.assert_counts(run, {"relay.registered": 48, "relay.lost": 0})

    def test_a_token_that_is_never_good(self):
        for bad_token in (401, 4001):
            with self.subTest(bad_token=bad_token):
                relay = self.foreign_relay(bad_token=bad_token, forget_tokens=True)
                run = self.run_scenario(ONE_AFTER_THE_OTHER, relay.relay_target, "population.0.reconnect=never",
                                        "duration=1500ms", "connect=1s")
                self.assertEqual(run.failures("relay"), {"unauthorized": 24})
                self.assertEqual(relay.saw()["tokens_refused"], 24)

    def test_of_a_connection_to_an_arena(self):
        arena = self.foreign_arena(
            registration_s=0.01,
            connections=["session_ends", "nonsense", "something_new", "bad_frame", "ends_in_mid_frame"])
        run = self.run_scenario(PARTICIPANTS, arena.arena_target)
        self.assertEqual(run.failures("arena"), {"session_ended": 1, "protocol_error": 1, "closed_early": 1})
        self.assert_counts(run, {"arena.malformed": 5, "arena.unknown": 1, "arena.errors": 1,
                                 "arena.joined": 13, "arena.rounds_completed": 10})


PARTICIPANTS = """
name: participants
duration: 4s
population:
  - participants: 10
    arrive: {over: 200ms}
    timeout: 3s
    reconnect: {first: 100ms, max: 200ms}
    runner: {mock: {first_token: 50ms, gap: 10ms, tokens: 10}}
rounds:
  - {at: 2s, prompt: "Anybody there?", deadline: 1s}
"""

PATIENT = """
name: patient
duration: 1500ms
connect: 500ms
drain: 1s
population:
  - {agents: 20, timeout: 600ms, reconnect: never, send: [{rate: 5/s}]}
"""


class NothingThere(EndToEnd):
    def assert_said_in_one_sentence(self, run, address, cause):
        self.assertIsNone(run.summary)
        self.assertEqual(len(run.stderr.splitlines()), 1, run)
        self.assertIn(address, run.stderr)
        self.assertIn(cause, run.stderr.lower())

    def test_a_relay_that_is_not_there(self):
        port = free_port()
        run = self.run_scenario(PATIENT, f"targets.relay=http://127.0.0.1:{port}", exit_code=UNREACHABLE)
        self.assert_said_in_one_sentence(run, f"127.0.0.1:{port}", "connection refused")

    def test_a_relay_without_its_registration(self):
        relay, port = self.foreign_relay(), free_port()
        target = f'targets.relay={{register: "http://127.0.0.1:{port}", connect: "ws://127.0.0.1:{relay.port}/arc"}}'
        run = self.run_scenario(PATIENT, target, exit_code=UNREACHABLE)
        self.assert_said_in_one_sentence(run, f"127.0.0.1:{port}", "connection refused")

    def test_an_arena_that_is_not_there(self):
        port = free_port()
        run = self.run_scenario(PARTICIPANTS, f"targets.arena=http://127.0.0.1:{port}", exit_code=UNREACHABLE)
        self.assert_said_in_one_sentence(run, f"127.0.0.1:{port}", "connection refused")


class NobodyAnswers(EndToEnd):
    def test_a_relay_that_accepts_and_never_answers(self):
        relay = self.foreign_relay(silent=True)
        run = self.run_scenario(PATIENT, f"targets.relay=http://127.0.0.1:{relay.port}")
        self.assertEqual(run.failures("relay"), {"timed_out": 20})
        self.assertEqual(run["relay.offered"], run["relay.unsent"])
        self.assertGreater(run["relay.unsent"], 0)

    def test_an_arena_that_accepts_and_never_answers(self):
        silent = self.foreign_relay(silent=True)
        run = self.run_scenario(PARTICIPANTS, f"targets.arena=http://127.0.0.1:{silent.port}", "duration=2500ms",
                                "drain=500ms")
        self.assertEqual(run["arena.joined"], 0)
        self.assertEqual(run["arena.rounds_offered"], 10)

    def test_a_backlog_that_nobody_accepts_from(self):
        with socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))
            deaf.listen(64)
            run = self.run_scenario(PATIENT, f"targets.relay=http://127.0.0.1:{deaf.getsockname()[1]}")
        self.assertEqual(run.failures("relay"), {"timed_out": 20})


class DeathInMidRun(EndToEnd):
    def test_a_relay_that_dies(self):
        relay = self.foreign_relay()
        live = self.start(ONE_AFTER_THE_OTHER, relay.relay_target, "connect=1s")
        live.wait_for(r"^measure .* agents 24 ")
        relay.kill()
        run = live.finish()
        self.assertEqual(run.code, MET, run)
        self.assert_conserved(run)
        failures = run.failures("relay")
        self.assertEqual(failures.pop("closed_early", 0) + failures.pop("reset", 0), 24)
        self.assertGreater(failures.pop("refused"), 0)
        self.assertEqual(failures, {})
        self.assertGreater(run["relay.unsent"], 0)
        self.assertEqual(run["relay.lost"], 0, "who lost its connection is owed nothing")

    def test_an_arena_that_dies(self):
        arena = self.foreign_arena(registration_s=0.01)
        live = self.start(PARTICIPANTS, arena.arena_target, "rounds.0.deadline=7s",
                          "population.0.runner={mock: {first_token: 50ms, gap: 20ms, tokens: 300}}")
        live.wait_for(r"^measure .* arena 10 ")
        arena.kill()
        run = live.finish()
        self.assertEqual(run.code, MET, run)
        self.assert_conserved(run)
        self.assertGreaterEqual(sum(run.failures("arena").values()), 10)
        self.assertEqual(run["arena.rounds_completed"], 0)


if __name__ == "__main__":
    main()
