"""How a run ends: its exit code, and what an interruption leaves behind."""

import json
import re
import signal
import subprocess

from harness import (INTERRUPTED, INVALID, MET, NOT_MET, PATIENCE_S, USAGE, EndToEnd, Live, alive, end, free_port,
                     main, wait_until)

CHATTER = """
name: chatter
duration: 1500ms
connect: 500ms
drain: 1s
targets: {relay: embedded}
population:
  - {agents: 10, arrive: {over: 100ms}, send: [{rate: 10/s}]}
"""


class ExitCodes(EndToEnd):
    def test_thresholds_that_hold_end_in_0(self):
        run = self.run_scenario(CHATTER, 'thresholds=["relay.lost == 0"]', exit_code=MET)
        self.assertEqual((run.summary["verdict"], run.summary["valid"]), ("met", True))

    def test_a_threshold_that_does_not_hold_ends_in_4(self):
        run = self.run_scenario(CHATTER, 'thresholds=["relay.lost > 0"]', exit_code=NOT_MET)
        self.assertEqual((run.summary["verdict"], run.summary["valid"]), ("not met", True))

    def test_a_generator_that_was_too_slow_ends_in_5_whatever_else_holds(self):
        run = self.run_scenario(CHATTER, 'thresholds=["relay.lost == 0"]', "validity.slip_p99=1ns", exit_code=INVALID)
        self.assertEqual((run.summary["verdict"], run.summary["valid"]), ("invalid", False))
        self.assertEqual(len(run.summary["why_invalid"]), 1)
        self.assertFalse(run.summary["thresholds"][0]["met"])

    def test_a_run_that_cannot_take_place_leaves_what_the_last_one_left(self):
        run = self.run_scenario(CHATTER)
        before = {file.name: file.read_bytes() for file in run.out.iterdir()}
        scenario = self.file(CHATTER)
        for flags in (("--set", f"targets.relay=http://127.0.0.1:{free_port()}"), ("--prometheus", "203.0.113.1:1")):
            with self.subTest(flags[0]):
                refused = self.gauntlet("run", scenario, "--record", "--out", run.out, *flags)
                self.assertNotIn(refused.returncode, (MET, NOT_MET), refused)
                self.assertEqual({file.name: file.read_bytes() for file in run.out.iterdir()}, before)

    def test_mistakes_end_in_2(self):
        mistakes = {
            "a wrong scenario": ("run", self.file("agents: 5")),
            "no scenario": ("run", "/there/is/no/such/file.yaml"),
            "an unknown flag": ("run", self.file(CHATTER), "--fast"),
            "an unknown command": ("walk",),
            "no command": (),
            "a wrong override": ("check", self.file(CHATTER), "--set", "duration=fast"),
            "no traces to compare": ("trace", "diff", self.file(CHATTER), self.file(CHATTER)),
            "a wrong address to listen on": ("serve", "relay", "--bind", "here"),
        }
        for what, arguments in mistakes.items():
            with self.subTest(what):
                process = self.gauntlet(*arguments)
                self.assertEqual(process.returncode, USAGE, process.stderr)
                self.assertNotEqual(process.stderr, "")

    def file(self, text):
        file = self.new_folder() / "scenario.yaml"
        file.write_text(text)
        return file


class Interrupted(EndToEnd):
    def test_once_it_finishes_what_is_under_way_and_writes_what_it_has(self):
        relay = self.foreign_relay()
        live = self.start(CHATTER, relay.relay_target, "duration=60s")
        live.wait_for(r"^measure .* agents 10 ")
        live.interrupt()
        run = live.finish()
        saw = relay.saw()
        self.assertEqual(run.code, INTERRUPTED, run)
        self.assertTrue(run.summary["interrupted"])
        self.assertLess(run.summary["duration_s"], 50)
        self.assert_conserved(run)
        self.assert_counts(run, {"relay.expected": saw["owed"], "relay.received": saw["owed"], "relay.lost": 0})
        self.assertGreater(saw["owed"], 0)

    def test_twice_it_stops_at_once(self):
        live = self.start(CHATTER, self.foreign_relay(drop_every=1).relay_target, "duration=60s", "drain=50s")
        live.wait_for(r"^measure .* agents 10 .* sent [1-9]")
        live.interrupt()
        live.wait_for(r"^drain ")
        live.interrupt()
        run = live.finish()
        self.assertEqual(run.code, INTERRUPTED, run)
        self.assertIsNone(run.summary)

    def test_twice_it_leaves_no_command_behind(self):
        for flags in ((), ("--processes", "2")):
            with self.subTest(flags):
                begun = self.new_folder() / "begun"
                asking = (f'population=[{{agents: 4, ask: {{rate: 5/s, to: random agent, timeout: 50s}}, '
                          f'answer: {{with: "echo $$ >> {begun}; exec sleep 100"}}}}]')
                live = self.start(CHATTER, asking, "duration=60s", "drain=50s", flags=flags)
                wait_until(lambda: begun.exists() and len(begun.read_text().split()) >= 4, "commands")
                live.interrupt()
                live.wait_for(r"^drain ")
                live.interrupt()
                self.assertEqual(live.finish().code, INTERRUPTED)
                wait_until(lambda: not any(alive(int(pid)) for pid in begun.read_text().split()), "that they are gone")

    def test_while_connecting_it_leaves_as_well(self):
        live = self.start(CHATTER, self.foreign_relay(silent=True).relay_target, "connect=50s", "duration=60s")
        live.wait_for(r"^connect ")
        live.interrupt()
        run = live.finish()
        self.assertEqual(run.code, INTERRUPTED, run)
        self.assertTrue(run.summary["interrupted"])

    def test_by_the_end_of_its_terminal_it_keeps_what_it_has_though_nobody_listens(self):
        live = self.start(CHATTER, self.foreign_relay().relay_target, "duration=60s")
        live.wait_for(r"^measure .* agents 10 ")
        for stream in (live.process.stdout, live.process.stderr):
            stream.close()
        for _ in ("the shell", "the terminal"):  # both tell
            live.process.send_signal(signal.SIGHUP)
        live.process.wait(timeout=PATIENCE_S)
        summary = json.loads((live.out / "summary.json").read_text())
        self.assertTrue(summary["interrupted"])
        self.assertGreater(summary["counters"]["relay.received"], 0)


# More than anybody waits for, were it not interrupted.
ENDLESS = """
name: endless
duration: 20h
targets: {relay: embedded}
population:
  - {agents: 200, arrive: {over: 100ms}, send: [{rate: 100/s}]}
"""


class InterruptedInVirtualTime(EndToEnd):
    def test_a_run_finishes_what_is_under_way_and_writes_what_it_has(self):
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(sent.name):
                trace = self.new_folder() / "trace"
                run = self.simulate(ENDLESS, "--trace", trace)
                wait_until(lambda: trace.exists() and trace.stat().st_size > 0, "events")
                run.process.send_signal(sent)
                run = run.finish()
                self.assertEqual(run.code, INTERRUPTED, run)
                self.assertIn("The run was interrupted before its end", run.stdout)
                self.assertTrue(run.summary["interrupted"])
                self.assertNotIn("trace_hash", run.summary)
                self.assertLess(run.summary["duration_s"], 20 * 3600)
                self.assertEqual(run["relay.lost"], 0)
                self.assert_conserved(run)

    def test_a_series_says_what_came_of_the_runs_that_were_made(self):
        for flags in ((), ("--check-determinism",)):
            with self.subTest(flags):
                run = self.simulate(CHATTER, "--runs", "1000000", "--seed", "1", *flags)
                first = run.process.stdout.readline().decode()
                self.assertRegex(first, "^seed 1  met ")
                run.interrupt()
                run = run.finish()
                self.assertEqual(run.code, INTERRUPTED, run)
                said = re.search(r"^(\d+) of (\d+) met\ninterrupted after (\d+) of 1000000 runs\n$", run.stdout, re.M)
                self.assertIsNotNone(said, run)
                self.assertEqual(len(set(said.groups())), 1, run)

    def simulate(self, scenario, *flags):
        folder = self.new_folder()
        file = folder / "scenario.yaml"
        file.write_text(scenario)
        process = subprocess.Popen([self.gauntlet_path, "simulate", file, "--out", folder / "out", *flags],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(end, process)
        return Live(process, folder / "out")


if __name__ == "__main__":
    main()
