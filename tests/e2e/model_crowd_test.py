"""A thousand participants stream from a model server at once: nothing is lost, and nothing piles up."""

import re
import time
import urllib.request
from pathlib import Path

from harness import MET, EndToEnd, free_port, main

PARTICIPANTS, TOKENS, TOKEN_BYTES = 1000, 30, 4000

# What the ledger remembers of a token for a minute, and something for everything else.
GROWTH_BYTES_MAX = TOKEN_BYTES / 8

SCENARIO = f"""
name: crowd
duration: 4s
drain: 30s
population:
  - {{observers: 1}}
  - {{participants: {PARTICIPANTS}, arrive: {{over: 1s}}, runner: {{ollama: {{url: "http://127.0.0.1:11434"}}}}}}
rounds:
  - {{at: 2s, prompt: Say é, deadline: 20s}}
thresholds: [arena.tokens_lost == 0, arena.tokens_reordered == 0]
"""


class Crowd(EndToEnd):
    def look(self, live, port):
        """How many tokens were sent, and the memory that the run has; nothing once it is over."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as reply:
                sent = re.search(r"^gauntlet_arena_tokens_sent_total\S* (\d+)", reply.read().decode(), re.MULTILINE)
            status = Path(f"/proc/{live.process.pid}/status").read_text()
            return int(sent.group(1)), 1024 * int(re.search(r"VmRSS:\s+(\d+)", status).group(1))
        except (OSError, AttributeError):
            return None

    def watch(self, live, port):
        """What there was to see between the first tenth of the tokens and the last, which is steady streaming."""
        seen = []
        while live.process.poll() is None:
            seen.append(self.look(live, port))
            if seen[-1] and seen[-1][0] == PARTICIPANTS * TOKENS:
                break
            time.sleep(0.1)  # between two looks
        return [look for look in seen if look and 0.1 < look[0] / (PARTICIPANTS * TOKENS) < 0.9]

    def test_a_thousand_participants_stream_at_once_in_flat_memory(self):
        server = self.start_peer("model_server.py", {"tokens": TOKENS, "token_bytes": TOKEN_BYTES, "gap_s": 0.4})
        arena, _ = self.serve("arena")  # which keeps what was said, in a process of its own
        port = free_port()
        live = self.start(SCENARIO, f"targets.arena={arena}",
                          f'population.1.runner={{ollama: {{url: "http://127.0.0.1:{server.port}"}}}}',
                          flags=["--prometheus", f"127.0.0.1:{port}"])
        steady = self.watch(live, port)
        run = live.finish()
        self.assertEqual(run.code, MET, run)
        self.assert_conserved(run)
        saw = server.saw()
        self.assertEqual((saw["whole"], saw["at_once_max"]), (PARTICIPANTS, PARTICIPANTS))
        self.assert_counts(run, {
            "arena.rounds_completed": PARTICIPANTS, "arena.tokens_sent": PARTICIPANTS * TOKENS,
            "arena.tokens_received": PARTICIPANTS * TOKENS, "arena.tokens_lost": 0, "arena.tokens_reordered": 0,
            "arena.tokens_duplicated": 0, "arena.claims_differ": 0})
        (sent_first, memory_first), (sent_last, memory_last) = steady[0], steady[-1]
        self.assertGreater(sent_last - sent_first, PARTICIPANTS * TOKENS / 2, "it was looked at long enough")
        growth = (memory_last - memory_first) / (sent_last - sent_first)
        self.assertLess(growth, GROWTH_BYTES_MAX, f"{steady[0]} to {steady[-1]}: bytes for each token")


if __name__ == "__main__":
    main()
