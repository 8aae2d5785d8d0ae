"""Did it get worse: two folders of results, a verdict, an exit code."""

import json
import shutil

from harness import MET, NOT_MET, USAGE, EndToEnd, main

CHATTER = """
name: chatter
duration: 21s
connect: 1s
targets: {relay: {embedded: {service_time: {lognormal: {median: 1ms, p99: 4ms}}}}}
population:
  - {agents: 20, send: [{to: random agent, rate: 10/s}]}
thresholds: [relay.delivery.p99 < 50ms]
"""


class Comparison(EndToEnd):
    def simulate(self, *settings, seed=1):
        folder = self.new_folder()
        file = folder / "scenario.yaml"
        file.write_text(CHATTER)
        overrides = [word for setting in settings for word in ("--set", setting)]
        self.gauntlet("simulate", str(file), "--seed", str(seed), "--out", str(folder / "out"), *overrides)
        return folder / "out"

    def compare(self, first, second, *flags, exit_code):
        process = self.gauntlet("compare", str(first), str(second), *flags)
        self.assertEqual(process.returncode, exit_code, process.stdout + process.stderr)
        return process

    def test_of_two_seeds_of_the_same_finds_nothing(self):
        process = self.compare(self.simulate(seed=1), self.simulate(seed=2), exit_code=MET)
        self.assertTrue(process.stdout.startswith("NO REGRESSION"), process.stdout)

    def test_of_a_slower_target_ends_in_4(self):
        slower = "targets.relay.embedded.service_time={lognormal: {median: 2ms, p99: 6ms}}"
        process = self.compare(self.simulate(), self.simulate(slower, seed=2), exit_code=NOT_MET)
        self.assertRegex(process.stdout, r"^WORSE: relay\.delivery p50, ")
        found = json.loads(self.compare(self.simulate(), self.simulate(slower, seed=2), "--json",
                                        exit_code=NOT_MET).stdout)
        changes = {(line["subject"], line["statistic"]): line["change"] for line in found["lines"]}
        self.assertEqual(changes["relay.delivery", "p50"], "worse")
        self.assertEqual(changes["relay.sent", "per second"], "no difference")

    def test_the_other_way_round_it_is_better(self):
        slower = "targets.relay.embedded.service_time={lognormal: {median: 2ms, p99: 6ms}}"
        process = self.compare(self.simulate(slower), self.simulate(seed=2), exit_code=MET)
        self.assertIn("better", process.stdout)

    def test_what_cannot_be_compared_ends_in_2_and_says_why(self):
        good = self.simulate()
        broken = self.new_folder() / "broken"
        shutil.copytree(good, broken)
        (broken / "relay.delivery.hlog").write_text("nonsense\n")
        old = self.new_folder() / "old"
        shutil.copytree(good, old)
        (old / "timeline.json").unlink()
        others = {
            "timeline.json cannot be read": old,
            "relay.delivery.hlog, line 1": broken,
            "is not a folder": good / "nowhere",
            "different scenarios": self.simulate("population.0.agents=30"),
        }
        for said, other in others.items():
            with self.subTest(said):
                process = self.compare(good, other, exit_code=USAGE)
                self.assertIn(said, process.stderr)
                self.assertIn("fix: ", process.stderr)


if __name__ == "__main__":
    main()
