"""One run in several processes, or of several machines, is the run of one; and what becomes of it when one of them
dies or is missing."""

import json
import os
import shutil
import signal
import time
from pathlib import Path

from harness import INTERRUPTED, INVALID, MET, USAGE, EndToEnd, Run, alive, main, wait_until

SCENARIO = """
name: crowd
seed: 5
duration: 6s
connect: 2s
targets: {relay: embedded}
population:
  - agents: 300
    arrive: {over: 1s}
    send:
      - {to: 2 random agents, rate: 1/s}
      - {to: everyone, rate: 0.01/s}
    ask: {rate: 0.1/s, to: random agent, timeout: 2s}
    answer: {probability: 1.0}
validity: {slip_p99: 10s}
"""


COUNTERS = ("relay.registered", "relay.connected", "relay.offered", "relay.sent{kind=direct}", "relay.sent{kind=broadcast}",
            "relay.sent{kind=question}", "relay.expected", "relay.received", "relay.answered")


def workers_of(live):
    pid = live.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Processes(EndToEnd):
    def test_three_do_what_one_does(self):
        one = self.run_scenario(SCENARIO)
        three = self.run_scenario(SCENARIO, flags=("--processes", "3"))
        self.assertEqual(three.summary["plan_hash"], one.summary["plan_hash"])
        self.assert_counts(three, {name: one[name] for name in COUNTERS})
        self.assertGreater(three["relay.received"], 0)
        for series in ("relay.connect", "relay.register"):
            self.assertEqual(three.summary["series"][series]["count"], 300)
        self.assertEqual(len(three.summary["generator"]["loop_busy"]), 3)

    def test_participants_hear_of_the_pin_wherever_they_are(self):
        run = self.run_scenario("""
name: evening
duration: 5s
targets: {arena: embedded}
population:
  - participants: 30
    runner: {mock: {first_token: 10ms, gap: 1ms, tokens: 20}}
  - observers: 2
rounds: [{at: 3s, prompt: "A haiku", deadline: 1s}]
validity: {slip_p99: 10s}
""", flags=("--processes", "3"))
        self.assert_counts(run, {"arena.rounds_completed": 30, "arena.tokens_sent": 600})

    def test_a_worker_that_is_killed_makes_the_run_invalid_and_is_named(self):
        live = self.start(SCENARIO, flags=("--processes", "3"))
        live.wait_for("^measure")
        victim = workers_of(live)[1]
        os.kill(victim, signal.SIGKILL)
        run = live.finish()
        self.assertEqual(run.code, INVALID, run)
        sentence = run.summary["why_invalid"][0]
        self.assertIn(f"Worker 2 of 3 (pid {victim}) was killed by signal 9", sentence)
        self.assertIn("its 100 clients were lost with it", sentence)
        self.assertEqual(run["relay.registered"], 300, "what it had recorded still counts")
        self.assertEqual(run["relay.expected"], run["relay.received"] + run["relay.lost"] + run["relay.in_flight"])

    def test_an_interrupt_ends_all_of_them_in_order(self):
        live = self.start(SCENARIO, flags=("--processes", "3"))
        live.wait_for("^measure")
        workers = workers_of(live)
        self.assertEqual(len(workers), 3)
        for pid in workers:
            os.kill(pid, signal.SIGTERM)  # as whoever ends a whole group of processes does
        live.interrupt()
        run = live.finish()
        self.assertEqual(run.code, INTERRUPTED, run)
        self.assert_conserved(run)
        self.assertNotIn("was killed", run.stdout)
        self.assertFalse([pid for pid in workers if alive(pid)])

    def test_no_worker_outlives_its_supervisor(self):
        live = self.start(SCENARIO, flags=("--processes", "3"))
        live.wait_for("^connect")
        workers = workers_of(live)
        live.process.kill()
        wait_until(lambda: not any(alive(pid) for pid in workers), "that the workers are gone")


class Shards(EndToEnd):
    def soon(self):
        """A moment that every shard is ready for, however busy the machine is."""
        return str(int(time.time()) + 6)

    def run_shards(self, relay, count, *flags, scenario=SCENARIO):
        start = self.soon()
        shards = [self.start(scenario, f"targets.relay={relay}",
                             flags=("--shard", f"{k}/{count}", "--start-at", start, *flags))
                  for k in range(1, count + 1)]
        return [shard.finish() for shard in shards]

    def merge(self, *folders, exit_code=MET):
        out = self.new_folder() / "merged"
        process = self.gauntlet("merge", *folders, "--out", out)
        run = Run(process.returncode, process.stdout, process.stderr, out)
        self.assertEqual(run.code, exit_code, run)
        if run.summary:
            self.assert_conserved(run)
        return run

    def test_two_by_hand_are_the_run_of_one(self):
        relay, _ = self.serve("relay")
        one = self.run_scenario(SCENARIO, f"targets.relay={relay}")
        shards = self.run_shards(relay, 2)
        for number, shard in enumerate(shards, 1):
            self.assertEqual(shard.code, MET, shard)
            self.assertIn(f"shard {number} of 2 of crowd", shard.stdout)
            self.assertIsNone(shard.summary, "a part has no verdict")
            part = json.loads((shard.out / "shard.json").read_text())
            self.assertEqual((part["shard"], part["shards"], part["plan_hash"]), (number, 2, one.summary["plan_hash"]))
        folders = [shard.out for shard in shards]

        with self.subTest("merged"):
            merged = self.merge(*folders)
            self.assertEqual(merged.summary["plan_hash"], one.summary["plan_hash"])
            self.assert_counts(merged, {name: one[name] for name in COUNTERS})
            self.assertEqual(merged["relay.received"], merged["relay.expected"])
            self.assertEqual(merged.summary["series"]["relay.connect"]["count"], 300)
            self.assertEqual(merged.summary["series"]["relay.delivery"]["count"],
                             one.summary["series"]["relay.delivery"]["count"])
            self.assertEqual(merged.counters(r"invariant\.broken.*"), {})
            self.assertIn("2 shards on", merged.summary["host"])
            self.assertIn("relay.delivery", merged.stdout)
            written = {file.name for file in merged.out.iterdir()}
            self.assertEqual(written, {file.name for file in one.out.iterdir()})
            again = self.merge(*reversed(folders))
            self.assertEqual(again.summary["series"], merged.summary["series"])

        with self.subTest("a missing shard"):
            half = self.merge(folders[1], exit_code=INVALID)
            self.assertIn("Shard 1 of 2 is missing: what became of its 150 clients", half.summary["why_invalid"][0])
            self.assertEqual(half["relay.registered"], 150)
            self.assertEqual(half.counters(r"invariant\.broken.*"), {})

        def spoilt(name, spoil):
            folder = self.new_folder() / "shard"
            shutil.copytree(folders[1], folder)
            file = folder / name
            file.write_bytes(spoil(file.read_bytes()))
            return folder

        def with_other_json(**changes):
            return spoilt("shard.json", lambda old: json.dumps({**json.loads(old), **changes}).encode())

        empty = self.new_folder()
        mistakes = {
            "are both shard 1 of 2": (folders[0], folders[0]),
            "is of another plan": (folders[0], with_other_json(plan_hash="0x0000000000000007")),
            "is of another run": (folders[0], with_other_json(run="00c0ffee")),
            "schema is 9": (folders[0], with_other_json(schema=9)),
            "is not the result of a shard: shard.json is not there": (folders[0], empty),
            "is not a folder": (folders[0], empty / "nowhere"),
            "and should have": (folders[0], spoilt("events.bin", lambda old: old[:-3])),
            "differs from": (folders[0], spoilt("scenario.yaml", lambda old: old + b"drain: 17s\n")),
        }
        for said, arguments in mistakes.items():
            with self.subTest(said):
                refused = self.merge(*arguments, exit_code=USAGE)
                self.assertIn(said, refused.stderr)
                self.assertIn("fix: ", refused.stderr)
                self.assertIsNone(refused.summary)
        with self.subTest("into a part"):
            refused = self.gauntlet("merge", *folders, "--out", folders[0])
            self.assertEqual(refused.returncode, USAGE)
            self.assertIn("is the folder of a shard", refused.stderr)
            self.assertTrue((folders[0] / "shard.json").exists())

    def test_a_shard_may_have_processes(self):
        relay, _ = self.serve("relay")
        shards = self.run_shards(relay, 2, "--processes", "2")
        merged = self.merge(*(shard.out for shard in shards))
        self.assertEqual(merged["relay.registered"], 300)
        self.assertEqual(merged["relay.received"], merged["relay.expected"])
        self.assertEqual(len(merged.summary["generator"]["loop_busy"]), 4)

    def test_an_interrupted_shard_makes_the_run_invalid(self):
        relay, _ = self.serve("relay")
        start = self.soon()
        first, second = (self.start(SCENARIO, f"targets.relay={relay}", flags=("--shard", f"{k}/2", "--start-at", start))
                         for k in (1, 2))
        second.wait_for("^measure")
        second.interrupt()
        stopped = second.finish()
        self.assertEqual(stopped.code, INTERRUPTED, stopped)
        merged = self.merge(first.finish().out, stopped.out, exit_code=INVALID)
        self.assertIn("Shard 2 of 2 was interrupted", merged.summary["why_invalid"][0])
        self.assertEqual(merged["relay.lost"], 0, "nothing is owed to those who left")

    def test_what_cannot_be_is_refused_with_what_to_write(self):
        start = ("--start-at", self.soon())
        mistakes = {
            ("--shard", "1/2"): "--shard needs --start-at",
            ("--shard", "3/2", *start): "none of the shards",
            ("--shard", "0/2", *start): "none of the shards",
            ("--shard", "x/2", *start): "none of the shards",
            ("--shard", "1/0", *start): "is no shard",
            ("--shard", "1/2", "--start-at", "noon"): "must be a moment in UTC",
            ("--start-at", "2001-01-01T00:00:00Z"): "the start is over",
            ("--shard", "1/2", *start): "an embedded target of its own",
        }
        for flags, said in mistakes.items():
            with self.subTest(flags):
                run = self.run_scenario(SCENARIO, flags=flags, exit_code=USAGE)
                self.assertIn(said, run.stderr)
                self.assertIn("fix: ", run.stderr)


if __name__ == "__main__":
    main()
