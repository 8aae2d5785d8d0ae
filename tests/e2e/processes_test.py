"""One run in several processes is the run of one; and what becomes of it when one of them dies."""

import os
import signal
from pathlib import Path

from harness import INTERRUPTED, INVALID, EndToEnd, main, wait_until

SCENARIO = """
name: crowd
seed: 5
duration: 6s
connect: 2s
targets: {relay: embedded}
population:
  - agents: 300
    arrive: {over: 1s}
    send:
      - {to: 2 random agents, rate: 1/s}
      - {to: everyone, rate: 0.01/s}
    ask: {rate: 0.1/s, to: random agent, timeout: 2s}
    answer: {probability: 1.0}
validity: {slip_p99: 10s}
"""


def workers_of(live):
    pid = live.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Processes(EndToEnd):
    def test_three_do_what_one_does(self):
        one = self.run_scenario(SCENARIO)
        three = self.run_scenario(SCENARIO, flags=("--processes", "3"))
        self.assertEqual(three.summary["plan_hash"], one.summary["plan_hash"])
        for counter in ("relay.registered", "relay.connected", "relay.offered", "relay.sent{kind=direct}",
                        "relay.sent{kind=broadcast}", "relay.sent{kind=question}", "relay.expected", "relay.received",
                        "relay.answered"):
            self.assertEqual(three[counter], one[counter], counter)
        self.assertGreater(three["relay.received"], 0)
        for series in ("relay.connect", "relay.register"):
            self.assertEqual(three.summary["series"][series]["count"], 300)
        self.assertEqual(len(three.summary["generator"]["loop_busy"]), 3)

    def test_participants_hear_of_the_pin_wherever_they_are(self):
        run = self.run_scenario("""
name: evening
duration: 5s
targets: {arena: embedded}
population:
  - participants: 30
    runner: {mock: {first_token: 10ms, gap: 1ms, tokens: 20}}
  - observers: 2
rounds: [{at: 3s, prompt: "A haiku", deadline: 1s}]
validity: {slip_p99: 10s}
""", flags=("--processes", "3"))
        self.assert_counts(run, {"arena.rounds_completed": 30, "arena.tokens_sent": 600})

    def test_a_worker_that_is_killed_makes_the_run_invalid_and_is_named(self):
        live = self.start(SCENARIO, flags=("--processes", "3"))
        live.wait_for("^measure")
        victim = workers_of(live)[1]
        os.kill(victim, signal.SIGKILL)
        run = live.finish()
        self.assertEqual(run.code, INVALID, run)
        sentence = run.summary["why_invalid"][0]
        self.assertIn(f"Worker 2 of 3 (pid {victim}) was killed by signal 9", sentence)
        self.assertIn("its 100 clients were lost with it", sentence)
        self.assertEqual(run["relay.registered"], 300, "what it had recorded still counts")
        self.assertEqual(run["relay.expected"], run["relay.received"] + run["relay.lost"] + run["relay.in_flight"])

    def test_an_interrupt_ends_all_of_them_in_order(self):
        live = self.start(SCENARIO, flags=("--processes", "3"))
        live.wait_for("^measure")
        workers = workers_of(live)
        self.assertEqual(len(workers), 3)
        live.interrupt()
        run = live.finish()
        self.assertEqual(run.code, INTERRUPTED, run)
        self.assert_conserved(run)
        self.assertFalse([pid for pid in workers if alive(pid)])

    def test_no_worker_outlives_its_supervisor(self):
        live = self.start(SCENARIO, flags=("--processes", "3"))
        live.wait_for("^connect")
        workers = workers_of(live)
        live.process.kill()
        wait_until(lambda: not any(alive(pid) for pid in workers), "that the workers are gone")


if __name__ == "__main__":
    main()
