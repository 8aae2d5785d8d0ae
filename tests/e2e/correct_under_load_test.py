"""Conformance beside a load: correct when idle is not correct when there is something to do."""

from harness import MET, NOT_MET, USAGE, EndToEnd, main

SCENARIO = """
name: correct
seed: 11
duration: 9s
connect: 1s
drain: 10s
targets: {relay: embedded}
population:
  - agents: 20
    send: [{to: random agent, rate: 15/s}]
"""

ARENA = """
name: correct
seed: 11
duration: 12s
connect: 1s
drain: 10s
targets: {arena: embedded}
population:
  - participants: 20
    runner: {mock: {first_token: 50ms, tokens_per_second: 30, tokens: 100}}
  - observers: 1
rounds:
  - {at: 2s, prompt: one, deadline: 8s}
"""


def both(run, case):
    row = next(row for row in run.summary["conformance"][0]["cases"] if row["id"] == case)
    return row["idle"]["verdict"], row["under_load"]["verdict"]


class CorrectUnderLoad(EndToEnd):
    def test_a_relay_that_gets_the_order_wrong_when_it_is_busy(self):
        # Idle, the two cases make 51 deliveries; the load makes 300 a second.
        relay = self.foreign_relay(reorder_every=3, flawed_above=80)
        run = self.run_scenario(SCENARIO, relay.relay_target, "conformance=[ARC-ROUTE-01, ARC-ROUTE-16]",
                                exit_code=NOT_MET)
        self.assertEqual(both(run, "ARC-ROUTE-01"), ("pass", "pass"), run)
        self.assertEqual(both(run, "ARC-ROUTE-16"), ("pass", "fail"), run)
        self.assertIn("correct when idle, not under load: ARC-ROUTE-16\n", run.stdout)
        self.assertIn("--set 'conformance=[ARC-ROUTE-16]'", run.stdout.replace("\n" + " " * 18, " "))
        order = run.summary["conformance"][0]["cases"][1]
        self.assertTrue(order["worse_under_load"])
        self.assertTrue(any("alice >" in line for line in order["under_load"]["transcript"]), order)
        self.assertNotIn("transcript", order["idle"])
        met = {row["text"]: row["met"] for row in run.summary["thresholds"]}
        self.assertEqual(met, {"conformance of the relay idle": True, "conformance of the relay under load": False})
        self.assert_counts(run, {"relay.foreign": 0})

    def test_our_relay_is_correct_in_both_and_in_several_processes(self):
        for flags in ((), ("--processes", "2")):
            run = self.run_scenario(SCENARIO, "conformance=[ARC-ROUTE-01, ARC-ROUTE-06, ARC-REG-05]", flags=flags)
            for case in ("ARC-ROUTE-01", "ARC-ROUTE-06", "ARC-REG-05"):
                self.assertEqual(both(run, case), ("pass", "pass"), run)
            self.assert_counts(run, {"relay.foreign": 0, "relay.lost": 0})

    def test_our_arena_is_correct_in_both_and_in_several_processes(self):
        for flags in ((), ("--processes", "2")):
            run = self.run_scenario(ARENA, "conformance=[ARENA-REG-0*, ARENA-OBS-0*]", flags=flags)
            for case in ("ARENA-REG-01", "ARENA-REG-03", "ARENA-OBS-04"):
                self.assertEqual(both(run, case), ("pass", "pass"), run)
            self.assertIn({"id": "ARENA-OBS-07", "why": "it plays rounds, and so does the load"},
                          run.summary["conformance"][0]["left_out"])
            self.assert_counts(run, {"arena.tokens_lost": 0})

    def test_the_same_in_virtual_time_every_time(self):
        for subject, scenario, pattern in (("relay", SCENARIO, "ARC-*"), ("arena", ARENA, "ARENA-*")):
            folder = self.new_folder()
            (folder / "s.yaml").write_text(scenario)
            run = self.gauntlet("simulate", str(folder / "s.yaml"), "--set", f"conformance=[{pattern}]",
                                "--set", "duration=30s", "--check-determinism")
            self.assertEqual(run.returncode, MET, run)
            self.assertRegex(run.stdout, rf"conformance of the {subject} +idle +under load\n  pass +(\d+) +\1\n")
            self.assertIn("run twice: the same trace", run.stdout)

    def test_a_case_that_there_is_not(self):
        run = self.run_scenario(SCENARIO, "conformance=[ARC-ROUT-16]", exit_code=USAGE)
        self.assertIn("there is no such case\n  fix: write `ARC-ROUTE-16`", run.stderr)


if __name__ == "__main__":
    main()
