"""What every end-to-end test needs: the program under test, foreign peers, and the laws of a result."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
LIBRARY = FOLDER.parent.parent / "scenarios" / "library"
PATIENCE_S = 60  # for anything that a test waits for; never what is measured

# A test machine has other things to do, and no run of a test is about that; those that are take STRICT.
LENIENT = ("validity={slip_p99: 1min, loop_lag_p99: 1min, pause: 1min, "
           "starved: 100%, stolen: 100%, throttled: 100%, packets_dropped: 100%}",)
STRICT = ("validity={}",)

MET, BUG, USAGE, UNREACHABLE, NOT_MET, INVALID, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130


class Run:
    """A finished `gauntlet run`."""

    def __init__(self, code, stdout, stderr, out):
        self.code, self.stdout, self.stderr, self.out = code, stdout, stderr, out
        summary = out / "summary.json"
        self.summary = json.loads(summary.read_text()) if summary.exists() else None

    def __getitem__(self, counter):
        return self.summary["counters"][counter]

    def counters(self, pattern):
        """The counters that are not zero and whose name matches; the named group, or the name, is the key."""
        found = ((re.fullmatch(pattern, name), count) for name, count in self.summary["counters"].items())
        return {match.group(match.lastindex or 0): count for match, count in found if match and count}

    def failures(self, protocol):
        return self.counters(protocol + r"\.failures\{outcome=(\w+)\}")

    def __str__(self):
        return f"exit code {self.code}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"


class Peer:
    """A foreign server as a process of its own."""

    def __init__(self, program, options):
        self.process = subprocess.Popen([sys.executable, FOLDER / "peers" / program, json.dumps(options)],
                                        stdout=subprocess.PIPE, text=True)
        self.ports = json.loads(self.process.stdout.readline())
        self.port = self.ports["port"]

    @property
    def relay_target(self):
        return (f'targets.relay={{register: "http://127.0.0.1:{self.ports["register_port"]}", '
                f'connect: "ws://127.0.0.1:{self.port}/arc"}}')

    @property
    def arena_target(self):
        return f"targets.arena=http://127.0.0.1:{self.port}"

    def saw(self):
        """Ends the peer, and returns what it has to say."""
        self.process.terminate()
        said, _ = self.process.communicate(timeout=PATIENCE_S)
        return json.loads(said)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Live:
    """A `gauntlet run` that is under way; its standard error is read as it comes."""

    def __init__(self, process, out):
        self.process, self.out, self.stderr = process, out, ""

    def wait_for(self, pattern):
        deadline = time.monotonic() + PATIENCE_S
        while not re.search(pattern, self.stderr, re.MULTILINE):
            readable, _, _ = select.select([self.process.stderr], [], [], max(0, deadline - time.monotonic()))
            chunk = os.read(self.process.stderr.fileno(), 65536).decode() if readable else ""
            if not chunk:
                raise AssertionError(f"`{pattern}` was not printed; what was:\n{self.stderr}")
            self.stderr += chunk

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def finish(self):
        stdout, rest = self.process.communicate(timeout=PATIENCE_S)
        return Run(self.process.returncode, stdout.decode(), self.stderr + rest.decode(), self.out)


class EndToEnd(unittest.TestCase):
    gauntlet_path = None  # set by main()

    # ---- Foreign servers, our clients.

    def foreign_relay(self, **options):
        return self.start_peer("arc_relay.py", options)

    def foreign_arena(self, **options):
        return self.start_peer("arena.py", options)

    def start_peer(self, program, options):
        peer = Peer(program, options)
        self.addCleanup(peer.kill)
        return peer

    def start(self, scenario, *settings, flags=(), env=None, core=None):
        """@param core  the only one that it may run on"""
        folder = self.new_folder()
        file = folder / "scenario.yaml"
        file.write_text(scenario)
        overrides = [word for setting in (*LENIENT, *settings) for word in ("--set", setting)]
        pinned = [] if core is None else ["taskset", "-c", str(core)]
        process = subprocess.Popen(
            [*pinned, self.gauntlet_path, "run", file, "--out", folder / "out", *overrides, *flags],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **(env or {})})
        self.addCleanup(end, process)
        return Live(process, folder / "out")

    def run_scenario(self, scenario, *settings, exit_code=MET, **more):
        """Runs to the end, and holds the result against what is true of every result."""
        run = self.start(scenario, *settings, **more).finish()
        self.assertEqual(run.code, exit_code, run)
        if run.summary:
            self.assert_conserved(run)
        return run

    def assert_conserved(self, run):
        self.assertEqual(run["relay.expected"], run["relay.received"] + run["relay.lost"] + run["relay.in_flight"])
        self.assertEqual(run["arena.tokens_expected"],
                         run["arena.tokens_received"] + run["arena.tokens_lost"] + run["arena.tokens_in_flight"])
        operations = sum(run[f"relay.sent{{kind={kind}}}"] for kind in ("direct", "broadcast", "question"))
        self.assertEqual(run["relay.offered"], operations + run["relay.unsent"] + run["generator.dropped"])

    def assert_counts(self, run, expected):
        """Exactly these values, every difference shown at once."""
        self.assertEqual({name: run[name] for name in expected}, expected)

    # ---- Our servers, foreign clients.

    def serve(self, target, *settings):
        """Starts `gauntlet serve`; returns its (http, ws) URLs."""
        return self.start_serving(target, *settings)[1:]

    def start_serving(self, target, *settings, port=0):
        """The same; its process, too."""
        overrides = [word for setting in settings for word in ("--set", setting)]
        process = subprocess.Popen([self.gauntlet_path, "serve", target, "--port", str(port), *overrides],
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(end, process)
        line = process.stdout.readline()
        http, ws = re.fullmatch(r"\w+ on (https?://[^/]+)\S*  (wss?://\S+)\n", line).groups()
        return process, http, ws

    # ---- Everything else.

    def gauntlet(self, *arguments, env=None):
        return subprocess.run([self.gauntlet_path, *arguments], capture_output=True, text=True, timeout=PATIENCE_S,
                              env={**os.environ, **(env or {})})

    def new_folder(self):
        folder = tempfile.TemporaryDirectory(prefix="gauntlet-e2e-")
        self.addCleanup(folder.cleanup)
        return Path(folder.name)


def end(process):
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(holds, what):
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"in vain: {what}")
        time.sleep(0.02)  # between two looks


def main():
    """TEST.py GAUNTLET [ARGUMENT OF unittest]..."""
    EndToEnd.gauntlet_path = sys.argv.pop(1)
    unittest.main(module="__main__")
