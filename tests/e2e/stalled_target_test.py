"""A target that freezes for a known time at a known rate: what we print is what the calculation says,
and what a closed-loop tool would have printed is not."""

from harness import EndToEnd, main

# Of every 4 s, the relay stands still for 1 s, 3 times while the run measures: a quarter of the messages
# waits, evenly for 0 to 1 s. So the quantile q > 0.75 is (q - 0.75) / 0.25 seconds.
STALLS, STALL_S, EVERY_S, AGENTS, RATE_PER_S = 3, 1, 4, 4, 50
SCENARIO = f"""
name: stalls
connect: 2s
duration: {2 + STALLS * EVERY_S}s
targets: {{relay: {{embedded: {{stall: {{every: {EVERY_S}s, for: {STALL_S}s}}}}}}}}
population:
  - {{agents: {AGENTS}, send: [{{to: random agent, rate: {RATE_PER_S}/s, arrivals: constant}}]}}
"""


class StalledTarget(EndToEnd):
    def test_response_times_are_those_of_the_calculation(self):
        run = self.run_scenario(SCENARIO)
        response = run.summary["series"]["relay.delivery"]
        messages = AGENTS * RATE_PER_S * STALLS * EVERY_S
        self.assertAlmostEqual(response["count"], messages, delta=AGENTS)
        waiting = STALL_S / EVERY_S
        for name, fraction in {"p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1}.items():
            expected = (fraction - (1 - waiting)) / waiting * STALL_S
            self.assertAlmostEqual(response[name], expected, delta=0.02 * expected, msg=name)

        # One connection for each agent: it sends one message into a stall, and then waits.
        closed_loop = run.summary["series"]["relay.delivery_closed_loop"]
        never_sent = AGENTS * STALLS * (RATE_PER_S * STALL_S - 1)
        self.assertAlmostEqual(closed_loop["count"], messages - never_sent, delta=0.02 * messages)
        self.assertLess(closed_loop["p99"], response["p99"] / 2)
        self.assertAlmostEqual(closed_loop["max"], response["max"], delta=0.02)

        (note,) = run.summary["notes"]
        self.assertRegex(note, "^a tool that waits for each message before it sends the next would have reported a p99")
        self.assertIn("note: a tool that waits for each message", run.stdout)


if __name__ == "__main__":
    main()
