"""Gauntlet beside other tools that do the same work.

    peers.py BUILD [--repetitions N] [--seconds S] [--clients N] [--tools PATTERN] [--gauntlet BINARY] [--page]

BUILD is a build folder with gauntlet and the raw programs, and in peers/node_modules the npm packages of
package.json (./dev bench peers puts them there). All tools take turns against the same raw relay, a new one each
time: the client, with whatever it starts, on one core, the relay on another. The relay counts the messages and says
when they came; CPU time and memory are read from outside. What each tool does is written in tools.py.
"""

import argparse
import re
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent)]

import page  # noqa: E402
from bench import AGENTS, Bench, Sample  # noqa: E402
from lateness import pace, read_arrivals  # noqa: E402
from tools import TOOLS, Gauntlet, Raw, Task  # noqa: E402

WARM_UP_S = 2  # of traffic, before the clock is started: compilers that work meanwhile shall have done so
LOOK_S = 0.02
RATE_PER_S = 10_000
MORE = 5  # memory: what so many times as many agents take more is theirs; below, runtimes still grow by themselves


@dataclass
class Loop:
    """A closed loop: what was done in the measured seconds, and of the whole run the rate and what the tool printed."""

    sample: Sample
    rate_per_s: float
    printed_s: float | None  # mean latency


def closed_loop(tool, clients):
    task = Task("closed-loop", clients, WARM_UP_S + tool.bench.seconds + 1)
    with tool.bench.raw_relay() as relay, tool.start(relay, task) as client:
        relay.wait_for(lambda stats: stats["connected_agents"] == clients, client)
        relay.wait_for(lambda stats: stats["messages"]["delivered"] > 0, client)
        begin = time.monotonic()
        sample = tool.bench.sample(relay, client, client, WARM_UP_S)
        delivered, end = watch(relay, client)
        said, _ = client.finish(tool.codes)
        return Loop(sample, delivered / (end - begin), tool.mean_latency_s(said))


def watch(relay, client):
    """How many messages there were when the client ended, and when the last of them was seen."""
    delivered, end = 0, time.monotonic()
    while True:
        alive = client.alive()
        if (now := relay.delivered()) > delivered:
            delivered, end = now, time.monotonic()
        if not alive:
            return delivered, end
        time.sleep(LOOK_S)


def paced(tool, clients):
    task = Task("paced", clients, WARM_UP_S + tool.bench.seconds + 1, RATE_PER_S)
    arrivals = tool.fresh_folder() / "arrivals"
    with tool.bench.raw_relay(0, arrivals) as relay:
        with tool.start(relay, task) as client:
            relay.wait_for(lambda stats: stats["messages"]["received"] > 0, client)
            client.finish(tool.codes)
        relay.popen.stdin.close()
        relay.finish()
    return pace(read_arrivals(arrivals.read_text()), task.period_ms * 1e6, WARM_UP_S * 1e9, tool.bench.seconds * 1e9)


def growth_bytes(tool, clients):
    """Of resident memory, for each agent that is in and does nothing."""

    def resident(agents):
        with tool.bench.raw_relay() as relay, tool.start(relay, Task("idle", agents, 3600)) as client:
            relay.wait_for(lambda stats: stats["connected_agents"] == agents, client)
            time.sleep(WARM_UP_S)
            return client.resident_bytes()

    return (resident(clients * MORE) - resident(clients)) / (clients * MORE - clients)


def measured(what, tools, repetitions, clients):
    """{tool: the results}, everybody in turn."""
    results = {tool: [] for tool in tools}
    for _ in range(repetitions):
        for tool, found in results.items():
            found.append(what(tool, clients))
            print(f"{what.__name__}: {tool.name}: {found[-1]}", file=sys.stderr, flush=True)
    return results


# ---- Tables

def spread(values, form):
    return f"{form(min(values))} to {form(max(values))}"


def times_table(loops):
    """Messages per CPU second; ratios are of the same repetition."""
    by_name = {tool.name: [loop.sample.per_cpu_s for loop in found] for tool, found in loops.items()}
    raw, ours = by_name[Raw.name], by_name[Gauntlet.name]
    rows = []
    for tool in loops:
        theirs = by_name[tool.name]
        of_raw = [their / all_ for their, all_ in zip(theirs, raw)]
        factors = [our / their for our, their in zip(ours, theirs)]
        factor = statistics.median(factors)
        verdict = f"{tool.target} {'met' if factor >= tool.target else 'missed'}" if tool.target else ""
        rows.append([f"{tool.name} {tool.version}".strip(), page.big(statistics.median(theirs)),
                     f"{statistics.median(of_raw):.2f}", f"{factor:.1f}", spread(factors, "{:.1f}".format), verdict])
    return page.table(["messages per CPU second", "messages", "of raw", "Gauntlet does so many times as many", "spread",
                       "target"], rows)


def memory_table(growths, clients):
    rows = [[tool.name, f"{statistics.median(found) / 1024:.1f}", spread(found, lambda n: f"{n / 1024:.1f}")]
            for tool, found in growths.items()]
    return page.table([f"memory of an idle connection, from {clients:,} to {clients * MORE:,}", "KiB",
                       "spread"], rows)


def schedule_table(paces):
    def ms(values):
        return f"{statistics.median(values) / 1e6:,.2f}"

    rows = [[tool.name, tool.pacing, page.big(statistics.median(p.rate_per_s for p in found)),
             ms([p.p50_ns for p in found]), ms([p.p99_ns for p in found])] for tool, found in paces.items()]
    return page.table([f"lateness at {RATE_PER_S:,} messages/s", "paced by", "reached, messages/s", "p50, ms", "p99, ms"],
                      rows)


def latency_table(loops, clients):
    rows = []
    for tool, found in loops.items():
        rate = statistics.median(loop.rate_per_s for loop in found)
        row = [tool.name, page.big(rate), f"{1000 * clients / rate:.1f}", "none", ""]
        if found[0].printed_s is not None:
            row[3] = f"{1000 * statistics.median(loop.printed_s for loop in found):.1f}"
            share = statistics.median(loop.printed_s * loop.rate_per_s / clients for loop in found)
            row[4] = f"{share:.2f}"
        rows.append(row)
    return page.table(["mean latency of a round trip", "messages/s", f"{clients:,} under way / rate, ms", "it prints, ms",
                       "printed of real"], rows)


EXPLAINED = """The relay, the message (120 bytes to oneself) and the number of connections are the same for all; so is the order:
register over HTTP, connect, be welcomed, wait until everybody is in. Entering is not part of what is measured.

{tools}

CPU time is user and system, of the tool with all that it starts. Memory is resident memory, so with a garbage
collector it includes what is not collected yet. Lateness is seen by the relay: against an exact beat of each connection
whose earliest message of the window counts as punctual; the raw client's row is what relay and kernel add. A beat
that is slower than asked falls behind more and more: read it with the rate that was reached.

In a closed loop there are always as many messages under way as connections, so by Little's law the mean time from a
message's turn to its return is connections / rate. A tool that prints less has not counted the time in which a message
that was due, or one that was back, waited for the tool itself. Both are of the whole run, its start included."""


def main():
    flags = argparse.ArgumentParser(description="Gauntlet beside other tools that do the same work.")
    flags.add_argument("build", type=Path)
    flags.add_argument("--repetitions", type=int, default=5)
    flags.add_argument("--seconds", type=float, default=3, help="measured of each repetition")
    flags.add_argument("--clients", type=int, default=AGENTS, help="connections")
    flags.add_argument("--tools", default="", help="only those whose name matches: a regular expression")
    flags.add_argument("--gauntlet", type=Path, help="another binary than the build's")
    flags.add_argument("--page", action="store_true", help="keep the result in docs/BENCHMARKS.md")
    options = flags.parse_args()
    bench = Bench(options.build.resolve(), options.gauntlet or options.build / "gauntlet", options.seconds)

    tools = [kind(bench) for kind in TOOLS if kind in (Raw, Gauntlet) or re.search(options.tools, kind.name)]
    absent = {tool: tool.missing() for tool in tools if tool.missing()}
    tools = [tool for tool in tools if tool not in absent]
    for tool, what in absent.items():
        print(f"{tool.name} is left out: {what} is not installed; ./dev bench peers installs it", file=sys.stderr)

    def all_of(what, work):
        return measured(what, [tool for tool in tools if tool.can(work)], options.repetitions, options.clients)

    loops = all_of(closed_loop, "closed-loop")
    said = [times_table(loops), memory_table(all_of(growth_bytes, "idle"), options.clients),
            schedule_table(all_of(paced, "paced")), latency_table(loops, options.clients)]
    print("\n\n".join(said))
    if options.page:
        explained = EXPLAINED.format(tools="\n".join(f"- **{tool.name}**: {tool.says}." for tool in tools))
        page.replace("peers", "\n\n".join([f"{page.machine(options.build)}; `{page.command('peers')}`.", *said, explained]))


main()
