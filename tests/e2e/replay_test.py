"""A recording: what it keeps, what it must not keep, and that others hear the same again."""

import json
import signal
import subprocess

from harness import LENIENT, MET, NOT_MET, UNREACHABLE, USAGE, EndToEnd, main, wait_until

CHATTER = """
name: chatter
duration: 2s
connect: 500ms
drain: 500ms
targets: {relay: embedded}
population:
  - agents: 10
    send: [{to: random agent, rate: 5/s}, {to: everyone, rate: 1/s}]
    subscribe: {to: 2 random agents}
  - {agents: 3, id: assigned, send: [{to: random agent, rate: 2/s}]}
"""

PIN = "pin-of-tonight-7Q4Z"
EVENING = """
name: evening
duration: 3s
connect: 500ms
drain: 500ms
targets: {arena: {url: "${ARENA_URL}/ws", control: "${ARENA_CONTROL}", pin: "${ARENA_PIN}"}}
population:
  - participants: 3
    runner: {mock: {first_token: 50ms, gap: 5ms, tokens: 20}}
rounds: [{at: 1s, prompt: Hi, deadline: 1s}]
"""


class Replay(EndToEnd):
    def record(self, scenario, *settings, flags=(), **more):
        run = self.run_scenario(scenario, *settings, flags=("--record", *flags), **more)
        self.assertEqual(run.summary["recording"], "recording.gauntlet")
        return run.out / "recording.gauntlet"

    def replay(self, recording, *targets, flags=(), exit_code=MET, env=None):
        out = self.new_folder()
        given = [word for target in targets for word in ("--target", target)]
        settings = [word for setting in LENIENT for word in ("--set", setting)]
        process = self.gauntlet("replay", recording, *given, *settings, "--out", out, *flags, env=env)
        self.assertEqual(process.returncode, exit_code, process.stdout + process.stderr)
        summary = out / "summary.json"
        return json.loads(summary.read_text())["counters"] if summary.exists() else process.stderr

    def print(self, recording):
        process = self.gauntlet("replay", recording, "--print")
        self.assertEqual(process.returncode, MET, process.stderr)
        return process.stdout.splitlines()

    def assert_all_sent_and_heard(self, counters):
        self.assertGreater(counters["replay.offered"], 0)
        self.assertEqual(counters["replay.sent"], counters["replay.offered"])
        self.assertEqual(counters["replay.heard"], counters["replay.expected"])
        self.assertEqual(counters["relay.failures"], 0)

    def test_is_heard_by_a_foreign_relay_as_the_run_was(self):
        first, second = self.foreign_relay(), self.foreign_relay()
        recording = self.record(CHATTER, first.relay_target)
        target = second.relay_target.removeprefix("targets.")
        self.assert_all_sent_and_heard(self.replay(recording, target))
        self.assertEqual(second.saw()["messages"], first.saw()["messages"])

    def test_can_be_done_again_where_all_names_are_taken(self):
        relay = self.foreign_relay()
        recording = self.record(CHATTER, relay.relay_target)
        for speed in "1x", "3x":
            counters = self.replay(recording, relay.relay_target.removeprefix("targets."), flags=("--speed", speed))
            self.assertEqual(counters["replay.unsent"], 0)
            self.assertEqual(counters["replay.heard"], counters["replay.expected"])

    def test_of_several_processes_is_one(self):
        recording = self.record(CHATTER, flags=("--processes", "2"))
        actors = {line.split("  ")[-2] for line in self.print(recording) if line.endswith("  starts")}
        self.assertEqual(len(actors), 13)
        self.assert_all_sent_and_heard(self.replay(recording, "embedded"))

    def test_of_virtual_time_is_the_same_file_every_time(self):
        folder = self.new_folder()
        (folder / "s.yaml").write_text(CHATTER)
        files = []
        for out in folder / "a", folder / "b":
            self.gauntlet("simulate", folder / "s.yaml", "--record", "--out", out)
            files.append((out / "recording.gauntlet").read_bytes())
        self.assertEqual(*files)
        counters = self.replay(folder / "a" / "recording.gauntlet", "embedded", flags=("--virtual",))
        self.assert_all_sent_and_heard(counters)

    def test_that_a_crash_cut_off_is_good_up_to_there(self):
        folder = self.new_folder()
        (folder / "s.yaml").write_text(CHATTER)
        process = subprocess.Popen([self.gauntlet_path, "run", folder / "s.yaml", "--set", "duration=1min",
                                    "--record", "--quiet", "--out", folder / "out"])
        recording = folder / "out" / "recording.gauntlet"
        wait_until(lambda: recording.exists() and recording.stat().st_size > 10_000, "a recording that grows")
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertGreater(len(self.print(recording)), 50)
        counters = self.replay(recording, "embedded")
        self.assertEqual(counters["replay.sent"], counters["replay.offered"])

    def test_holds_no_pin_and_asks_for_one(self):
        arena = self.foreign_arena(pin=PIN, registration_s=0.01)
        env = {"ARENA_URL": f"ws://127.0.0.1:{arena.port}", "ARENA_CONTROL": f"http://127.0.0.1:{arena.port}",
               "ARENA_PIN": PIN}
        recording = self.record(EVENING, env=env)
        self.assertNotIn(PIN.encode(), recording.read_bytes())
        self.assertTrue(any('"pin":"[pin]"' in line for line in self.print(recording)))
        other = self.foreign_arena(pin="another-7Q4Z", registration_s=0.01)
        there = f"arena=http://127.0.0.1:{other.port}"
        self.assertIn("--pin", self.replay(recording, there, exit_code=USAGE))
        counters = self.replay(recording, there, flags=("--pin", "another-7Q4Z"))
        self.assertEqual(counters["replay.unsent"], 0)
        self.assertEqual(other.saw(), arena.saw())

    def test_holds_no_token(self):
        relay = self.foreign_relay()
        talk = self.record(CHATTER, relay.relay_target).read_bytes()
        for token in relay.saw()["tokens"]:
            self.assertNotIn(token.encode(), talk)

    def test_against_a_relay_that_refuses_says_what_was_not_sent(self):
        recording = self.record(CHATTER)
        deaf = self.foreign_relay(forget_tokens=True)
        counters = self.replay(recording, deaf.relay_target.removeprefix("targets."), exit_code=NOT_MET)
        self.assertGreater(counters["replay.unsent"], 0)
        self.assertEqual(counters["replay.sent"] + counters["replay.unsent"], counters["replay.offered"])

    def test_that_is_none_or_broken_is_refused_in_words(self):
        recording = self.record(CHATTER, "duration=1s")
        damaged = recording.with_name("damaged")
        whole = bytearray(recording.read_bytes())
        whole[-40] ^= 1
        damaged.write_bytes(whole)
        later = recording.with_name("later")
        later.write_bytes(b"gauntlet recording 2\n")
        said = self.replay(damaged, "embedded", exit_code=USAGE)
        self.assertRegex(said, r"(?s)checksum.*fix: head -c \d+ ")
        self.assertIn("version 2", self.replay(later, "embedded", exit_code=USAGE))
        self.assertIn("is no recording", self.replay(recording.parent / "scenario.yaml", exit_code=USAGE))
        self.assertIn("no target is given", self.replay(recording, exit_code=USAGE))
        self.assertIn("refused", self.replay(recording, "http://127.0.0.1:1", exit_code=UNREACHABLE))


if __name__ == "__main__":
    main()
