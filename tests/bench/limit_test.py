"""Every program of the benchmarks does its work, for an instant: no speed is looked at."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
build = None  # set below


class Limit(unittest.TestCase):
    def test_every_row_is_measured(self):
        run = subprocess.run([sys.executable, "-B", FOLDER / "limit" / "limit.py", build, "--repetitions", "1",
                              "--seconds", "0.2"], capture_output=True, text=True, timeout=150)
        self.assertEqual(run.returncode, 0, run.stderr)
        for row in ("closed loop, 1,000 agents, 1 message", "closed loop, 1,000 agents, 16 messages", "fan-out", "arena",
                    "register, connect, welcome", "embedded relay, 1 message", "embedded relay, 16 messages"):
            found = re.search(rf"^\| {row}[^|]* \| [a-z ]+ \| ([\d,]+) \| ([\d,]+) \|", run.stdout, re.MULTILINE)
            self.assertIsNotNone(found, run.stdout)
            for amount in found.groups():
                self.assertGreater(int(amount.replace(",", "")), 0, run.stdout)
        for row in ("clock_nanosleep", "Gauntlet, 10,000 agents", "growth from", "60 s of 1,000 agents"):
            self.assertRegex(run.stdout, rf"(?m)^\| {row}[^|]* \| [\d,]+ \|")

    def test_a_row_that_is_not_there_is_an_error(self):
        run = subprocess.run([sys.executable, "-B", FOLDER / "limit" / "limit.py", build, "--rows", "nothing of the kind"],
                             capture_output=True, text=True, timeout=30)
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("no row matches", run.stderr)


if __name__ == "__main__":
    build = sys.argv.pop(1)
    unittest.main()
