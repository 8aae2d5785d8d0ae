"""Every micro-benchmark runs, for an instant: no speed is looked at."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
build = None  # set below


class Micro(unittest.TestCase):
    def test_every_piece_has_its_figure(self):
        run = subprocess.run([sys.executable, "-B", FOLDER / "micro" / "micro.py", build, "--repetitions", "1",
                              "--seconds", "0.001"], capture_output=True, text=True, timeout=150)
        self.assertEqual(run.returncode, 0, run.stderr)
        for work, instead in (("a frame written and read, 186 bytes", "Beast"), ("a direct message written", "nlohmann"),
                              ("a delivery read", "nlohmann"), ("a token written", "nlohmann"),
                              ("a sample recorded", "prometheus-cpp"), ("a count under a label", "prometheus-cpp"),
                              ("a direct message in the ledger", ""), ("an operation planned", ""),
                              ("a random number", "std::mt19937_64"), ("an exponential time", "std"),
                              ("a log-normal time", "std"), ("a deadline of 10,000 moved", "std::set")):
            self.assertRegex(run.stdout, rf"(?m)^\| {work} \| [\d,.]+ \| {re.escape(instead)} \|")


if __name__ == "__main__":
    build = sys.argv.pop(1)
    unittest.main()
