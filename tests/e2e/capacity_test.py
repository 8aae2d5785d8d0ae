"""How many can it hold: the search as users start it, its answers, its exit codes and its mistakes."""

import json
import signal
import subprocess

from harness import INTERRUPTED, INVALID, MET, NOT_MET, PATIENCE_S, USAGE, EndToEnd, end, main

# A worker that takes 2 ms for each message, and so holds 500 a second; each agent sends ten.
LINE = """
name: line
duration: 11s
connect: 1s
validity: {slip_p99: 10s}
targets: {relay: {embedded: {service_time: 2ms}}}
population:
  - agents: 20
    send: [{to: random agent, rate: 10/s, arrivals: poisson}]
thresholds: [relay.lost == 0]
"""


class Capacity(EndToEnd):
    def search(self, scenario, *arguments, exit_code=MET):
        folder = self.new_folder()
        file = folder / "scenario.yaml"
        file.write_text(scenario)
        process = self.gauntlet("find-capacity", str(file), "--out", str(folder / "out"), *arguments)
        self.assertEqual(process.returncode, exit_code, process.stdout + process.stderr)
        result = folder / "out" / "capacity.json"
        return process, json.loads(result.read_text()) if result.exists() else None


class InVirtualTime(Capacity):
    def test_the_answer_is_the_saturation_of_the_line(self):
        process, found = self.search(LINE, "--vary", "population.agents", "--max", "2000", "--virtual")
        self.assertEqual(found["ending"], "edge")
        self.assertAlmostEqual(found["holds"], 50, delta=2.5)
        self.assertLessEqual(found["fails_from"], 1.05 * found["holds"] + 1)
        self.assertEqual(found["vary"], "population.0.agents")
        self.assertRegex(process.stdout, r"\nIt holds \d+ agents\.\n")
        self.assertRegex(process.stdout, r"What broke first: At \d+ agents: .*still growing")
        for line in process.stdout.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_the_same_search_twice_has_the_same_answer(self):
        arguments = ("--vary", "send.rate", "--max", "100/s", "--virtual", "--seed", "7", "--quiet")
        first, second = (self.search(LINE, *arguments) for _ in range(2))
        self.assertEqual(first[1]["steps"], second[1]["steps"])
        self.assertEqual(first[0].stderr, "")

    def test_met_everywhere_says_at_least(self):
        process, found = self.search(LINE, "--vary", "agents", "--max", "20", "--virtual")
        self.assertEqual((found["ending"], found["holds"], found["fails_from"]), ("everywhere", 20, None))
        self.assertIn("It holds at least 20 agents", process.stdout)

    def test_met_nowhere_says_not_even(self):
        process, found = self.search(LINE, "--vary", "agents", "--min", "200", "--max", "400", "--virtual",
                                     exit_code=NOT_MET)
        self.assertEqual((found["ending"], found["holds"]), ("nowhere", None))
        self.assertIn("It does not even hold 200 agents", process.stdout)


class OverSockets(Capacity):
    def test_the_edge_is_found_live(self):
        _, found = self.search(LINE, "--set", "duration=5s", "--vary", "agents", "--min", "20", "--max", "200",
                               "--tolerance", "20%", "--repeats", "1")
        self.assertEqual((found["ending"], found["driver"]), ("edge", "live"))
        self.assertGreater(found["holds"], 30)
        self.assertLess(found["holds"], 65)

    def test_the_edge_is_the_same_from_several_processes(self):
        _, found = self.search(LINE, "--set", "duration=5s", "--vary", "agents", "--min", "20", "--max", "200",
                               "--tolerance", "20%", "--repeats", "1", "--processes", "2")
        self.assertEqual(found["ending"], "edge")
        self.assertGreater(found["holds"], 30)
        self.assertLess(found["holds"], 65)

    def test_a_generator_that_is_the_limit_is_no_answer(self):
        process, found = self.search(LINE, "--set", "duration=2s", "--set", "validity.slip_p99=1ns", "--vary", "agents",
                                     "--max", "20", "--repeats", "1", exit_code=INVALID)
        self.assertEqual(found["ending"], "generator")
        self.assertIn("the generator was the limit at 10 agents already", process.stdout)

    def test_the_target_is_reset_between_two_runs(self):
        marks = self.new_folder() / "marks"
        _, found = self.search(LINE, "--set", "duration=1500ms", "--vary", "agents", "--min", "5", "--max", "10",
                               "--repeats", "2", "--reset-command", f"echo reset >> {marks}")
        self.assertEqual(len(marks.read_text().split()), len(found["steps"]) - 1)

    def test_a_target_that_cannot_be_reset_ends_the_search(self):
        process, _ = self.search(LINE, "--set", "duration=1500ms", "--vary", "agents", "--min", "5", "--max", "10",
                                 "--reset-command", "echo in the middle; exit 7", exit_code=USAGE)
        self.assertIn("the reset command `echo in the middle; exit 7` ended with 7", process.stdout + process.stderr)
        self.assertNotIn("\nin the middle", process.stdout)

    def test_an_interruption_leaves_what_is_known(self):
        folder = self.new_folder()
        file = folder / "scenario.yaml"
        file.write_text(LINE)
        process = subprocess.Popen(
            [self.gauntlet_path, "find-capacity", file, "--set", "duration=2s", "--vary", "agents", "--max", "2000",
             "--out", folder / "out"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(end, process)
        process.stderr.readline()  # the first run is over
        process.send_signal(signal.SIGINT)
        stdout, _ = process.communicate(timeout=PATIENCE_S)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertRegex(stdout, r"Stopped: it holds at least \d+ agents\.")
        self.assertEqual(json.loads((folder / "out" / "capacity.json").read_text())["ending"], "stopped")


class Mistakes(Capacity):
    def test_are_said_before_anything_runs(self):
        agents = ("--vary", "agents", "--max", "100")
        mistakes = {
            ("--set", "thresholds=[]", *agents): "no thresholds",
            ("--vary", "agents", "--max", "10", "--min", "20"): "--max 10 is below --min 20",
            ("--vary", "agents", "--max", "0"): "must be above 0",
            ("--vary", "agents", "--max", "many"): "`many` is no value",
            ("--vary", "send.to", "--max", "10"): "no number at `send.to`",
            ("--vary", "agnets", "--max", "10"): "did you mean",
            ("--vary", "agents", "--max", "1000000"): "open files",
            (*agents, "--tolerance", "5"): "--tolerance 5",
            (*agents, "--virtual", "--reset-command", "true"): "nothing to reset",
            (*agents, "--virtual", "--processes", "2"): "virtual time is one process",
            (*agents, "--virtual", "--set", "targets.relay=http://127.0.0.1:1"): "virtual time needs embedded targets",
        }
        for arguments, said in mistakes.items():
            with self.subTest(said):
                process, found = self.search(LINE, *arguments, exit_code=USAGE)
                self.assertIn(said, process.stderr)
                self.assertIn("fix: ", process.stderr)
                self.assertIsNone(found)


if __name__ == "__main__":
    main()
