"""A generator that is not let run says so, whatever its thresholds say."""

import os
import re
import signal
import subprocess
import sys
import time

from harness import INVALID, STRICT, EndToEnd, end, main

CHATTER = """
name: chatter
duration: 4s
connect: 1s
drain: 1s
targets: {relay: embedded}
population:
  - {agents: 200, send: [{to: random agent, rate: 50/s}]}
thresholds: [relay.lost == 0]
"""
PAUSE_S = 0.3
STOPPING_S = 0.05  # until the signal reaches the last thread, and the nap that it cuts
HOGS = 12  # so many that a thread which needs little still waits for most of the time
HOG_S = 20  # the measured window lies within, and what follows it is nobody's to starve
HOG = f"import time\nlast = time.monotonic() + {HOG_S}\nwhile time.monotonic() < last: pass"


class Starved(EndToEnd):
    def test_a_generator_that_shares_its_core_with_busy_loops_is_starved(self):
        core = min(os.sched_getaffinity(0))
        for _ in range(HOGS):
            hog = subprocess.Popen(["taskset", "-c", str(core), sys.executable, "-c", HOG])
            self.addCleanup(end, hog)
        run = self.run_scenario(CHATTER, *STRICT, exit_code=INVALID, core=core)
        self.assertEqual(run.summary["verdict"], "invalid")
        self.assertFalse(run.summary["thresholds"][0]["met"])
        starved = [why for why in run.summary["why_invalid"] if "had no core" in why]
        self.assertEqual(len(starved), 1, run.summary["why_invalid"])
        self.assertIn("End what else runs on this machine", starved[0])
        self.assertGreater(max(run.summary["generator"]["loop_starved"]), 0.5)
        self.assertIn("INVALID", run.stdout)

    def test_a_generator_that_was_stopped_for_a_while_knows_for_how_long(self):
        live = self.start(CHATTER, "validity.pause=100ms")
        live.wait_for(r"^measure ")
        live.process.send_signal(signal.SIGSTOP)
        time.sleep(PAUSE_S)
        live.process.send_signal(signal.SIGCONT)
        run = live.finish()
        self.assertEqual(run.code, INVALID, run)
        (why,) = run.summary["why_invalid"]
        self.assertRegex(why, r"^The generator did not run for (\d+ ms|[\d.]+ s), [\d.]+ s after the start")
        pause = run.summary["generator"]["longest_pause"]
        self.assertGreater(pause["seconds"], PAUSE_S - STOPPING_S)
        self.assertGreater(pause["at_s"], 1)
        self.assertLess(pause["at_s"], 4)
        self.assertIn(re.match(r"[^,]+", why).group(), " ".join(run.stdout.split()))


if __name__ == "__main__":
    main()
