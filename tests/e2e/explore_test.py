"""`gauntlet explore`: what it finds is a small file that shows it, and it finds what foreign servers do wrong."""

import contextlib
import json
import os
import shlex
import signal
import sys
import unittest

from harness import FOLDER, MET, NOT_MET, UNREACHABLE, USAGE, EndToEnd, free_port, main

SCENARIO = """
name: explored
duration: 8s
drain: 1s
targets: {relay: {embedded: {DEFECTS}}}
network: {latency: 1ms}
population:
  - agents: 4
    send: [{to: random agent, rate: 2/s}, {to: everyone, rate: 1/s}]
"""

LIVE = """
name: explored-live
duration: 3s
drain: 1s
targets: {relay: "http://127.0.0.1:1"}
population:
  - agents: 4
    send: [{to: random agent, rate: 4/s}, {to: everyone, rate: 2/s}]
"""

DEADLY = """
name: deadly
connect: 200ms
duration: 1s
drain: 1s
targets: {relay: "http://127.0.0.1:1"}
population:
  - agents: 3
    send: [{to: random agent, rate: 4/s}]
faults:
  - {at: 300ms, to: agent-1, do: half_close}
  - {at: 350ms, to: agent-0, do: wrong_types}
"""

UNWATCHED = """
name: unwatched
duration: 8s
targets: {arena: {embedded: {defects: [hide-tenth-token]}}}
population:
  - participants: 2
    runner: {mock: {tokens_per_second: 20, tokens: 20}}
rounds: [{at: 2s, prompt: one, deadline: 3s}]
invariants: [all]
"""


class Explored(EndToEnd):
    def explore(self, scenario, *flags, exit_code):
        """@return  what it said, and where it writes what it finds"""
        folder = self.new_folder()
        file, found = folder / "scenario.yaml", folder / "found.yaml"
        file.write_text(scenario)
        ended = self.gauntlet("explore", file, "--out", found, *flags)
        self.assertEqual(ended.returncode, exit_code, ended)
        return ended.stdout + ended.stderr, found

    def test_what_it_finds_is_shown_every_time_and_passes_once_it_is_mended(self):
        broken = SCENARIO.replace("DEFECTS", "defects: [replay-on-reconnect]")
        said, found = self.explore(broken, exit_code=NOT_MET)
        self.assertIn("broken: `once`", said)
        self.assertRegex(said, r"shrunk, in \d+ runs?:\n  at agent-\d, of (message|answer) \d+ of agent-\d, .*, 1 fault, ")
        self.assertLess(len(found.read_text().splitlines()), 30)

        for _ in range(2):
            again = self.gauntlet("simulate", found)
            self.assertEqual(again.returncode, NOT_MET, again)
            self.assertRegex(again.stdout, r"how `once` was broken, at agent-\d(?s:.)*meets a fault")
            self.assertIn("expects `once` to be broken, and it was.", " ".join(again.stdout.split()))
        mended = self.gauntlet("simulate", found, "--set", "targets.relay=embedded")
        self.assertEqual(mended.returncode, MET, mended)
        self.assertIn("and it was not", " ".join(mended.stdout.split()))

    def test_an_arena_that_nobody_watches_gets_an_observer(self):
        folder = self.new_folder()
        (folder / "unwatched.yaml").write_text(UNWATCHED)
        run = self.gauntlet("simulate", folder / "unwatched.yaml", "--out", folder / "out")
        self.assertEqual(run.returncode, MET, run)
        self.assertIn("warning: Nobody watched the arena", run.stdout)
        said, found = self.explore(UNWATCHED, exit_code=NOT_MET)
        self.assertIn("an observer was added", said)
        self.assertIn("broken: `tokens_in_order`", said)
        self.assertNotIn("Nobody watched", self.gauntlet("simulate", found).stdout)

    def test_without_a_defect_it_says_what_was_reached(self):
        said, found = self.explore(SCENARIO.replace("DEFECTS", ""), "--runs", "40", exit_code=MET)
        self.assertRegex(said, r"40 runs of explored from seed 1\nnothing was broken\nfaults: \d+ of \d+ kinds")
        self.assertRegex(said, r"agent: \d of 9 states, \d+ of \d+ steps")
        self.assertFalse(found.exists())

    def test_a_foreign_relay_that_misdelivers_is_found_out(self):
        relay = self.foreign_relay(misdeliver_every=3)
        said, found = self.explore(LIVE, "--live", "--minutes", "0.15", "--set", relay.relay_target, exit_code=NOT_MET)
        self.assertIn("`addressed` was broken", said)
        self.assertRegex(said, r"shrunk, in \d runs?:")
        self.assertIn("expect: addressed", found.read_text())

    def test_a_foreign_relay_that_dies_is_a_finding(self):
        relay = self.foreign_relay(dies_of="gauntlet")
        # The first message kills it; the clients that look after it in the beginning say something, too.
        said, _ = self.explore(LIVE, "--live", "--set", relay.relay_target, exit_code=UNREACHABLE)
        self.assertIn("before any fault", said)

    def test_what_a_foreign_relay_dies_of_is_shown_again_by_the_file(self):
        def mortal():
            return self.foreign_relay(dies_of='"to":7')

        deadly = LIVE + "faults: [{at: 1500ms, to: agent-0, do: wrong_types}]\n"
        _, found = self.explore(deadly, "--live", "--set", mortal().relay_target, exit_code=NOT_MET)
        self.assertRegex(found.read_text(), r"expect: .?relay\.failures\{")
        relay = mortal()
        again = self.gauntlet("run", found, "--set", relay.relay_target, "--out", self.new_folder(), "--quiet")
        self.assertEqual(again.returncode, NOT_MET, again)
        healthy = self.foreign_relay()
        mended = self.gauntlet("run", found, "--set", healthy.relay_target, "--out", self.new_folder(), "--quiet")
        self.assertEqual(mended.returncode, MET, mended)

    def test_what_a_foreign_relay_dies_of_is_shrunk_where_a_command_starts_it_again(self):
        with self.restarts(dies_of='"to":7') as (relay, command):
            said, found = self.explore(DEADLY, "--live", "--runs", "1", "--minutes", "0.2", "--set", relay.relay_target,
                                       "--restart-command", command, exit_code=NOT_MET)
        self.assertRegex(said, r"shrunk, in \d+ runs:\n  \d actors?, 1 fault, ")
        self.assertRegex(said, r"shrinking, run 1 of 60 at most: 3 actors, 3 faults, 1.00 s\n")
        self.assertIn("do: wrong_types", found.read_text())
        self.assertNotIn("do: half_close", found.read_text())
        self.assertRegex(found.read_text(), r"expect: .?relay\.failures\{")
        relay = self.foreign_relay(dies_of='"to":7')
        again = self.gauntlet("run", found, "--set", relay.relay_target, "--out", self.new_folder(), "--quiet")
        self.assertEqual(again.returncode, NOT_MET, again)

    def test_what_a_target_died_of_that_stays_dead_is_written_as_it_was(self):
        relay = self.foreign_relay(dies_of='"to":7')
        said, found = self.explore(DEADLY, "--live", "--set", relay.relay_target, "--wait", "300ms", exit_code=NOT_MET)
        self.assertIn("it could not be shrunk: the relay is dead, and was not back 300 ms later", said)
        self.assertIn("--restart-command 'CMD'", said)
        self.assertIn("do: half_close", found.read_text())

    def test_an_interrupt_while_a_command_starts_the_target_again_is_one(self):
        relay = self.foreign_relay(dies_of='"to":7')
        said, found = self.explore(DEADLY, "--live", "--set", relay.relay_target, "--restart-command",
                                   "kill -INT $PPID; sleep 1000", exit_code=NOT_MET)
        self.assertIn("it was interrupted, so it was not shrunk", said)
        self.assertNotIn("the restart command", said)
        self.assertIn("do: half_close", found.read_text())

    @contextlib.contextmanager
    def restarts(self, **options):
        """@return  a foreign relay, and a shell command that starts it again at the same port"""
        options["port"] = free_port()
        relay, process = self.foreign_relay(**options), self.new_folder() / "process"
        program = [sys.executable, str(FOLDER / "peers" / "arc_relay.py"), json.dumps(options)]
        try:
            yield relay, f"{shlex.join(program)} > {process}.out 2>&1 & echo $! >> {process}"
        finally:
            for started in process.read_text().split() if process.exists() else []:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(started), signal.SIGKILL)

    def test_of_an_exploration_without_time_nothing_is_said(self):
        said, _ = self.explore(LIVE, "--live", "--minutes", "0.00000000001", "--set", self.foreign_relay().relay_target,
                               exit_code=USAGE)
        self.assertIn("fix: give it more --minutes", said)

    def test_a_target_that_is_not_there_is_said_before_any_run(self):
        place = f"targets.relay=http://127.0.0.1:{free_port()}"
        said, _ = self.explore(LIVE, "--live", "--set", place, exit_code=UNREACHABLE)
        self.assertIn("cannot be reached", said)

    def test_virtual_time_with_a_real_target_is_refused(self):
        said, _ = self.explore(LIVE, exit_code=USAGE)
        self.assertIn("fix: write `relay: embedded`", said)


main()
