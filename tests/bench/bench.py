"""Gauntlet and the raw programs: how each is started, and how its work is counted."""

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from processes import Cores, Process, Relay

SCENARIOS = Path(__file__).resolve().parent / "limit"
SETTLE_S = 0.5  # from the first message on, before the clock is started
AGENTS = 1000


@dataclass
class Sample:
    """An amount of work and what it took."""

    work: float
    wall_s: float
    cpu_s: float

    @property
    def per_cpu_s(self):
        return self.work / self.cpu_s

    @property
    def per_wall_s(self):
        return self.work / self.wall_s


class Bench:
    """The programs, the cores and how long to measure."""

    def __init__(self, build, gauntlet, seconds):
        self.build, self.gauntlet, self.seconds, self.cores = build, gauntlet, seconds, Cores()
        self.results = tempfile.TemporaryDirectory(prefix="gauntlet-limit-")

    def raw(self, program):
        return self.build / "tests" / "bench" / "limit" / program

    def raw_relay(self, *arguments):
        return Relay(self.cores.server, self.raw("raw_relay"), *arguments)

    def raw_arena(self):
        return Relay(self.cores.server, self.raw("raw_arena"), AGENTS)

    def embedded_relay(self):
        return Relay(self.cores.server, self.gauntlet, "serve", "relay", "--port", 0)

    def raw_client(self, work, relay, **options):
        words = [f"{name}={value}" for name, value in options.items()]
        return Process(self.cores.client, self.raw("raw_client"), work, relay.port, *words)

    def gauntlet_client(self, scenario, relay, *settings):
        """Sets the target, and a fresh folder for the results. A scenario is one of limit's, or has a whole path."""
        self.out = Path(tempfile.mkdtemp(dir=self.results.name))
        target = (f"targets.arena.url=ws://127.0.0.1:{relay.port}/ws" if "arena" in Path(scenario).name else
                  f"targets.relay=http://127.0.0.1:{relay.port}")
        overrides = [word for setting in (target, *settings) for word in ("--set", setting)]
        return Process(self.cores.client, self.gauntlet, "run", SCENARIOS / scenario, "--threads", 1, "--quiet",
                       "--out", self.out, *overrides)

    def finish_gauntlet(self, client):
        """Its summary, and all the CPU time that it took. The generator is the bottleneck on purpose, so a run that
        is not valid (5) is as good as another (0)."""
        _, cpu_s = client.finish(codes=(0, 5))
        return json.loads((self.out / "summary.json").read_text()), cpu_s

    # ---- Traffic: counted by the server, between two moments.

    def sample(self, server, client, of, settle_s=SETTLE_S):
        """The CPU time is that of `of`, client or server."""
        before = server.delivered()
        server.wait_for(lambda stats: stats["messages"]["delivered"] > before, client)
        time.sleep(settle_s)

        def look():
            return server.delivered(), time.monotonic(), of.cpu_seconds()

        first = look()
        time.sleep(self.seconds)
        last = look()
        return Sample(*(b - a for a, b in zip(first, last)))

    @property
    def traffic_s(self):
        return SETTLE_S + self.seconds + 0.5

    def raw_traffic(self, server, work, of=None, **options):
        with server, self.raw_client(work, server, seconds=self.traffic_s, **options) as client:
            result = self.sample(server, client, of=server if of == "server" else client)
            client.finish()
            return result

    def gauntlet_traffic(self, server, scenario, *settings):
        duration = f"duration={self.traffic_s + 1.5:.1f}s"
        with server, self.gauntlet_client(scenario, server, duration, "connect=1500ms", *settings) as client:
            result = self.sample(server, client, of=client)
            summary, _ = self.finish_gauntlet(client)
            lost = summary["counters"]["relay.lost"]
            if lost != 0:
                raise SystemExit(f"{scenario}: {lost} messages were lost; this is no fair comparison")
            return result
