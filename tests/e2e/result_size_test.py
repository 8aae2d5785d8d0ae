"""Results are of a fixed size: an hour leaves as much behind as a minute at the same rate."""

import os
import subprocess

from harness import EndToEnd, main

SCENARIO = """
name: size
connect: 1s
drain: 2s
targets: {relay: embedded}
population:
  - {agents: 20, send: [{to: random agent, rate: 3/s}], ask: {rate: 0.1/s}, answer: {probability: 100%}}
thresholds: [relay.lost == 0, relay.delivery.p99 < 1s]
"""


class ResultSize(EndToEnd):
    def simulate(self, duration):
        """The sizes of what a run in virtual time wrote, by file, its peak of memory, and what it received."""
        folder = self.new_folder()
        (folder / "scenario.yaml").write_text(SCENARIO)
        process = subprocess.Popen([self.gauntlet_path, "simulate", folder / "scenario.yaml", "--set",
                                    f"duration={duration}", "--out", folder / "out"], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        return {file.name: file.stat().st_size for file in (folder / "out").iterdir()}, usage.ru_maxrss

    def test_an_hour_leaves_as_much_as_a_minute_and_takes_as_much_memory(self):
        minute, minute_kib = self.simulate("1min")
        hour, hour_kib = self.simulate("60min")
        self.assertEqual(minute.keys(), hour.keys())
        for file in minute:  # larger numbers have more digits, and nothing else is more
            self.assertLess(hour[file], 1.5 * minute[file] + 100, file)
        self.assertLess(hour_kib, 1.1 * minute_kib)


if __name__ == "__main__":
    main()
