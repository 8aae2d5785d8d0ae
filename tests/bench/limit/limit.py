"""Gauntlet beside raw programs that do the same work as fast as the machine allows.

    limit.py BUILD [--repetitions N] [--seconds S] [--rows PATTERN] [--gauntlet BINARY] [--page]

BUILD is a build folder with gauntlet and the raw programs. Everything runs in turn: raw, Gauntlet, raw, Gauntlet;
the client on one core, the server on another, a new server each time. What is counted is counted by the server, and
what it costs is read from outside, so that neither side keeps its own books.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import page  # noqa: E402
from bench import AGENTS, SCENARIOS, SETTLE_S, Bench, Sample  # noqa: E402
from processes import Process  # noqa: E402


# ---- The rows: each a pair of equal pieces of work.

def closed_loop(bench, outstanding):
    return (bench.raw_traffic(bench.raw_relay(), "closed-loop", clients=AGENTS, outstanding=outstanding),
            bench.gauntlet_traffic(bench.raw_relay(), "closed_loop.yaml", f"agents={AGENTS}",
                                   f"population.0.send.0.in_flight={outstanding}"))


def fan_out(bench):
    return (bench.raw_traffic(bench.raw_relay(), "fan-out", clients=AGENTS, batch=16, rate_per_s=320),
            bench.gauntlet_traffic(bench.raw_relay(), "fan_out.yaml"))


def arena(bench):
    return (bench.raw_traffic(bench.raw_arena(), "arena", clients=AGENTS, rate_per_s=40 * AGENTS),
            bench.gauntlet_traffic(bench.raw_arena(), "arena.yaml", f"participants={AGENTS}"))


def embedded_relay(bench, outstanding):
    options = dict(of="server", clients=AGENTS, outstanding=outstanding)
    return (bench.raw_traffic(bench.raw_relay(), "closed-loop", **options),
            bench.raw_traffic(bench.embedded_relay(), "closed-loop", **options))


def connects(bench):
    """The whole process of many agents, less that of few: what is left is the agents'."""
    few, many = 500, max(1000, int(2000 * bench.seconds))

    def difference(run):
        (less_wall, less_cpu), (more_wall, more_cpu) = run(few), run(many)
        return Sample(many - few, more_wall - less_wall, more_cpu - less_cpu)

    def raw(agents):
        with bench.raw_relay() as relay, bench.raw_client("connects", relay, clients=agents) as client:
            printed, cpu_s = client.finish()
            return json.loads(printed)["wall_seconds"], cpu_s

    def gauntlet(agents):
        with bench.raw_relay() as relay:
            with bench.gauntlet_client("connects.yaml", relay, f"agents={agents}") as client:
                relay.wait_for(lambda stats: stats["registered_agents"] > 0, client)
                begin = time.monotonic()
                relay.wait_for(lambda stats: stats["connected_agents"] == agents, client)
                wall_s = time.monotonic() - begin
                summary, cpu_s = bench.finish_gauntlet(client)
        if summary["counters"]["relay.connected"] != agents:
            raise SystemExit(f"only {summary['counters']['relay.connected']} of {agents} agents got in")
        return wall_s, cpu_s

    return difference(raw), difference(gauntlet)


@dataclass
class Row:
    name: str
    pair: object  # of samples: raw, Gauntlet
    target: float
    unit: str


ROWS = [
    Row("closed loop, 1,000 agents, 1 message each under way", lambda b: closed_loop(b, 1), 0.85, "round trips"),
    Row("closed loop, 1,000 agents, 16 messages each under way", lambda b: closed_loop(b, 16), 0.55, "round trips"),
    Row("fan-out, 1 to 999, 16 broadcasts at a time", fan_out, 0.8, "deliveries"),
    Row("arena, 1,000 participants, 40 tokens a second each", arena, 0.85, "tokens"),
    Row("register, connect, welcome, close", connects, 0.85, "agents"),
    Row("embedded relay, 1 message each under way", lambda b: embedded_relay(b, 1), 0.7, "round trips"),
    Row("embedded relay, 16 messages each under way", lambda b: embedded_relay(b, 16), 0.7, "round trips"),
]


def measured(row, bench, repetitions):
    """The row's cells."""
    pairs = [row.pair(bench) for _ in range(repetitions)]
    ratios = sorted(gauntlet.per_cpu_s / raw.per_cpu_s for raw, gauntlet in pairs)
    ratio = statistics.median(ratios)
    wall = statistics.median(gauntlet.per_wall_s / raw.per_wall_s for raw, gauntlet in pairs)
    raw, gauntlet = (statistics.median(pair[i].per_cpu_s for pair in pairs) for i in (0, 1))
    return [row.name, row.unit, page.big(raw), page.big(gauntlet), f"**{ratio:.2f}**", f"{ratios[0]:.2f} to {ratios[-1]:.2f}",
            f"{wall:.2f}", f"{row.target} {'met' if ratio >= row.target else 'missed'}"]


# ---- What has no raw counterpart of the same kind.

def slip(bench, repetitions):
    rows = []
    for _ in range(repetitions):
        seconds = str(max(1, round(bench.seconds)))
        sleepers = []
        for slack in ([], ["1"]):
            with Process(bench.cores.client, bench.raw("bare_sleep"), "10000", seconds, *slack) as sleeper:
                sleepers.append(json.loads(sleeper.finish()[0]))
        with bench.raw_relay() as relay:
            duration = f"duration={4 + bench.seconds:.1f}s"
            with bench.gauntlet_client("slip.yaml", relay, duration, "connect=4s") as client:
                summary, _ = bench.finish_gauntlet(client)
        ours = summary["series"]["generator.slip"]
        rows.append([(s["p50_seconds"], s["p99_seconds"]) for s in sleepers] + [(ours["p50"], ours["p99"])])
    medians = [[statistics.median(row[who][which] for row in rows) * 1e6 for which in (0, 1)] for who in range(3)]
    verdict = "met" if medians[2][0] <= 50 and medians[2][1] <= 2 * medians[0][1] else "missed"
    names = ["clock_nanosleep, 10,000/s", "the same with a timer slack of 1 ns", "Gauntlet, 10,000 agents at 1/s"]
    aims = ["", "", f"p50 <= 50, p99 <= {2 * medians[0][1]:.0f}: {verdict}"]
    return page.table(["lateness, µs", "p50", "p99", "target"],
                      [[name, f"{p50:.0f}", f"{p99:.0f}", aim] for name, (p50, p99), aim in zip(names, medians, aims)])


def memory(bench, repetitions):
    few, many = (2000, 18000) if bench.seconds >= 1 else (200, 1800)

    def resident(agents):
        with bench.raw_relay() as relay, bench.gauntlet_client("idle.yaml", relay, f"population.0.agents={agents}") as client:
            relay.wait_for(lambda stats: stats["connected_agents"] == agents, client)
            time.sleep(SETTLE_S)
            return client.resident_bytes()

    growths = sorted((resident(many) - resident(few)) / (many - few) for _ in range(repetitions))
    growth = statistics.median(growths)
    return page.table(["memory of an idle connected agent", "bytes", "spread", "target"],
                      [[f"growth from {few:,} to {many:,} agents", page.big(growth),
                        f"{growths[0]:.0f} to {growths[-1]:.0f}", f"2,048 {'met' if growth <= 2048 else 'missed'}"]])


def virtual_time(bench, repetitions):
    span = 3600 if bench.seconds >= 1 else 60

    def times_real_time():
        with Process(bench.cores.client, bench.gauntlet, "simulate", SCENARIOS / "virtual_hour.yaml", "--set",
                     f"duration={span}s", "--out", tempfile.mkdtemp(dir=bench.results.name)) as simulation:
            return span / simulation.finish()[1]

    times = sorted(times_real_time() for _ in range(repetitions))
    median = statistics.median(times)
    return page.table(["virtual time", "times real time", "spread", "target"],
                      [[f"{span:,} s of 1,000 agents at 1 message/s", page.big(median),
                        f"{times[0]:.0f} to {times[-1]:.0f}", f"600 {'met' if median >= 600 else 'missed'}"]])


# What is measured beside the rows, by the name that --rows knows it by.
EXTRAS = {"slip": slip, "memory": memory, "virtual time": virtual_time}


def main():
    flags = argparse.ArgumentParser(description="Gauntlet beside raw programs that do the same work.")
    flags.add_argument("build", type=Path)
    flags.add_argument("--repetitions", type=int, default=7)
    flags.add_argument("--seconds", type=float, default=3, help="measured of each repetition")
    flags.add_argument("--rows", default="", help="only those whose name matches: a regular expression")
    flags.add_argument("--gauntlet", type=Path, help="another binary than the build's")
    flags.add_argument("--page", action="store_true", help="keep the result in docs/BENCHMARKS.md")
    options = flags.parse_args()
    bench = Bench(options.build, options.gauntlet or options.build / "gauntlet", options.seconds)

    heads = ["work", "of", "raw, per CPU s", "Gauntlet, per CPU s", "ratio", "spread", "ratio per wall s", "target"]
    cells = []
    for row in ROWS:
        if re.search(options.rows, row.name):
            cells.append(measured(row, bench, options.repetitions))
            print(*cells[-1], sep="  ", file=sys.stderr, flush=True)
    said = [page.table(heads, cells)] if cells else []
    said += [extra(bench, options.repetitions) for name, extra in EXTRAS.items() if re.search(options.rows, name)]
    if not said:
        raise SystemExit(f"--rows {options.rows}: no row matches; there are: "
                         + "; ".join([*(row.name for row in ROWS), *EXTRAS]))
    print("\n\n".join(said))
    if options.page:
        page.replace("limit", "\n\n".join([f"{page.machine(options.build)}; `{page.command('limit')}`.", *said]))


main()
