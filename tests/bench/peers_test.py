"""What the tools print is read right, and a comparison without peers does its work: no speed is looked at."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER / "peers"))
build = None  # set below

from lateness import late_ns, pace, read_arrivals  # noqa: E402
from printed import gauntlet_mean_s, locust_mean_s, node_mean_s, tsung_mean_s  # noqa: E402

LOCUST = """\
[2026-11-26 20:10:25,148] vm/INFO/locust.main: Shutting down (exit code 0)
Type     Name              # reqs      # fails |    Avg     Min     Max    Med |   req/s  failures/s
--------|-------------|-----------|-------------|-------|-------|-------|-------|--------|-----------
POST     /register           1000     0(0.00%) |    242      10     419    250 |  218.91        0.00
WS       round_trip         59291     0(0.00%) |      8       0      87      8 | 12697.75        0.00
--------|-------------|-----------|-------------|-------|-------|-------|-------|--------|-----------
         Aggregated         60291     0(0.00%) |      5       0     419      3 | 23335.41        0.00

Response time percentiles (approximated)
WS       round_trip              8      9     10     11     13     15     27     48     82     87     88  59291
"""

TSUNG = """\
# stats: dump at 1795722169
stats: users 1000 1000
stats: request 30000 7.0 7.229753424889939 40.458 0.122 0 0
stats: connect 2000 1.7611929999999998 1.8042274991671643 24.524 0.106 0 0
# stats: dump at 1795722172
stats: users 1000 1000
stats: request 10000 3.0 4.6696522719458535 40.458 0.121 7.0 30000
stats: page 10000 3.0 4.6696522719458535 40.458 0.121 7.0 30000
stats: error_abort 1 1
"""

NODE = """\
(node:1) Warning: something that Node says first
{"received":205004,"mean_ms":14.5}
"""


class Printed(unittest.TestCase):
    def test_locusts_mean_is_that_of_round_trips_alone(self):
        self.assertEqual(locust_mean_s(LOCUST), 0.008)

    def test_tsungs_mean_is_that_of_all_dumps_by_their_weight(self):
        self.assertAlmostEqual(tsung_mean_s(TSUNG), 0.006)

    def test_nodes_mean_is_in_its_last_line(self):
        self.assertEqual(node_mean_s(NODE), 0.0145)

    def test_gauntlets_mean_is_the_delivery_from_its_intended_time(self):
        self.assertEqual(gauntlet_mean_s('{"series": {"relay.delivery": {"count": 5, "mean": 0.007}}}'), 0.007)


class Lateness(unittest.TestCase):
    def test_arrivals_are_read_line_by_line(self):
        self.assertEqual(read_arrivals("7 1000\n8 2000\n"), [(7, 1000), (8, 2000)])

    def test_an_exact_beat_is_punctual_whatever_its_phase(self):
        self.assertEqual(late_ns([(1, 0), (2, 37), (1, 100), (2, 137), (1, 200)], 100), [0] * 5)

    def test_the_earliest_against_the_beat_counts_as_punctual(self):
        self.assertEqual(late_ns([(1, 5), (1, 100), (1, 230)], 100), [5, 0, 30])

    def test_a_slow_beat_falls_behind_more_and_more(self):
        self.assertEqual(late_ns([(1, 0), (1, 110), (1, 220), (1, 330)], 100), [0, 10, 20, 30])

    def test_only_the_window_counts(self):
        arrivals = [(1, at) for at in (0, 900, 1000, 1100, 1230, 1300, 5000)]
        found = pace(arrivals, period_ns=100, settle_ns=1000, window_ns=400)
        self.assertEqual(found.rate_per_s, 4 / 400e-9)
        self.assertEqual((found.p50_ns, found.p99_ns), (0, 30))


class Peers(unittest.TestCase):
    def test_every_table_has_its_figures(self):
        run = subprocess.run([sys.executable, "-B", FOLDER / "peers" / "peers.py", build, "--repetitions", "1",
                              "--seconds", "0.2", "--clients", "50", "--tools", "Gauntlet"],
                             capture_output=True, text=True, timeout=150)
        self.assertEqual(run.returncode, 0, run.stderr)
        for row in (r"raw epoll client \| [\d,]+ \| 1.00", r"Gauntlet \| [\d,]+ \| [\d.]+ \| 1.0",  # per CPU second
                    r"Gauntlet \| [\d.]+ \| [\d.]+ to [\d.]+",                                      # memory
                    r"Gauntlet \| from its plan \| [\d,]+ \| [\d,.]+ \| [\d,.]+",                     # lateness
                    r"Gauntlet \| [\d,]+ \| [\d.]+ \| [\d.]+ \| [\d.]+"):                           # latency
            self.assertIsNotNone(re.search(rf"^\| {row} \|", run.stdout, re.MULTILINE), row + "\n" + run.stdout)


if __name__ == "__main__":
    build = sys.argv.pop(1)
    unittest.main()
