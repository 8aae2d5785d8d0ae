"""The tools that do the same work: how each is started, and what it was asked to do.

The work: agents register over HTTP, open a WebSocket, are welcomed, wait until everybody is in, and then
  closed-loop  write 120 bytes to themselves, and again as soon as they have come back;
  paced        write to themselves once a period, and read what comes back;
  idle         do nothing.
"""

import json
import os
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from string import Template

import printed
from processes import PATIENCE_S, Process, Tree

FOLDER = Path(__file__).resolve().parent
PAYLOAD = json.dumps({"run": "0badcafe", "from": 123, "lane": 0, "n": 12345, "at": 1234567890,
                      "pad": "0123456789012345678901234567890123456789abcdefg"}, separators=(",", ":"))
ENTER_S = 2  # for everybody to come, where a tool wants to know


@dataclass(frozen=True)
class Task:
    work: str
    clients: int
    seconds: float  # of traffic, from when everybody is in
    rate_per_s: float = 1  # paced: of all

    @property
    def period_ms(self):
        return 1000 * self.clients / self.rate_per_s

    def environment(self, relay):
        return {**os.environ, "RELAY": f"127.0.0.1:{relay.port}", "WORK": self.work, "CLIENTS": str(self.clients),
                "SECONDS": str(self.seconds), "PERIOD_MS": f"{self.period_ms:g}"}


class Tool:
    """Somebody who can do the work. `says` is what a reader must know to judge whether the comparison is fair."""

    name = version = says = pacing = ""
    target = None  # Gauntlet's messages per CPU second are to be so many times the tool's
    codes = (0,)

    def __init__(self, bench):
        self.bench, self.out = bench, None

    def missing(self):
        """What is not installed; nothing if the tool can run."""
        return ""

    def can(self, work):
        return True

    def start(self, relay, task):
        """A process that does the task."""
        raise NotImplementedError

    def mean_latency_s(self, said):
        """The mean that it printed; None when it prints none."""
        return None

    def fresh_folder(self):
        self.out = Path(tempfile.mkdtemp(dir=self.bench.results.name))
        return self.out


class Raw(Tool):
    name = "raw epoll client"
    says = "the reference: prepared frames, no statistics, nothing read but frame headers"
    pacing = "one after another, `nanosleep` to absolute times"

    def can(self, work):
        return work != "idle"

    def start(self, relay, task):
        rate = {"rate_per_s": task.rate_per_s} if task.work == "paced" else {}
        return self.bench.raw_client(task.work, relay, clients=task.clients, seconds=task.seconds, **rate)


class Gauntlet(Tool):
    name = "Gauntlet"
    says = ("as users run it: each message written from the plan with a counter and its intended time, each return read "
            "and matched with it, every histogram, the ledger, and the checks of the generator's own validity")
    pacing = "from its plan"
    codes = (0, 5)  # at its limit on purpose: a run that is not valid is as good as another

    def start(self, relay, task):
        if task.work == "idle":
            return self.bench.gauntlet_client("idle.yaml", relay, f"population.0.agents={task.clients}")
        duration = [f"duration={task.seconds + 1.5:.1f}s", "connect=1500ms", f"population.0.agents={task.clients}"]
        if task.work == "closed-loop":
            return self.bench.gauntlet_client("closed_loop.yaml", relay, *duration)
        rate = f"population.0.send.0.rate={1000 / task.period_ms:g}/s"
        return self.bench.gauntlet_client(FOLDER / "gauntlet" / "paced.yaml", relay, *duration, rate)

    def mean_latency_s(self, said):
        return printed.gauntlet_mean_s((self.bench.out / "summary.json").read_text())


class Node(Tool):
    name = "Node ws"
    says = ("a plain loop; in its favour its native helper `bufferutil`, no compression, each agent's message "
            "built once, what comes back counted and not parsed, one sum instead of histograms")
    pacing = "`setTimeout` to absolute times"
    target = 2

    @property
    def modules(self):
        return self.bench.build / "peers" / "node_modules"

    @property
    def version(self):
        node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
        return f"{npm_version(self.modules / 'ws')}, Node {node.lstrip('v')}"

    def missing(self):
        return "" if (self.modules / "ws").exists() else "npm's ws"

    def start(self, relay, task):
        environment = {**task.environment(relay), "NODE_PATH": str(self.modules)}
        return Tree(self.bench.cores.client, "node", FOLDER / "node" / "loop.cjs", env=environment)

    def mean_latency_s(self, said):
        return printed.node_mean_s(said)


class Artillery(Tool):
    name = "Artillery"
    says = ("one worker, its WebSocket engine; registration in a hook, since that engine makes no HTTP requests; in its "
            "favour `bufferutil`, each agent's message built once, no report but the last; a capture, without which it "
            "waits for no answer; it measures no latency of messages")
    pacing = "`think` after each message"
    target = 3.5

    @property
    def folder(self):
        return self.bench.build / "peers" / "node_modules" / "artillery"

    @property
    def version(self):
        return npm_version(self.folder)

    def missing(self):
        return "" if self.folder.exists() else "npm's artillery"

    def start(self, relay, task):
        environment = {**task.environment(relay), "HOME": str(self.fresh_folder()), "WORKERS": "1",
                       "ARTILLERY_DISABLE_TELEMETRY": "true"}
        phases = {"config": {"phases": [{"duration": ENTER_S, "arrivalCount": task.clients}]}}
        return Tree(self.bench.cores.client, "node", self.folder / "bin" / "run", "run", "--quiet", "--scenario-name",
                    task.work, "--overrides", json.dumps(phases), FOLDER / "artillery" / "artillery.yaml",
                    env=environment)


class Tsung(Tool):
    name = "Tsung"
    says = ("one Erlang VM for controller and load; in its favour no busy waiting of the VM's schedulers, no web "
            "interface, and of each message only the own id filled in")
    pacing = "`thinktime` after each message, not waiting for an answer"
    target = 5

    class Beam(Tree):
        """With a name server of its own: Erlang would start one that stays."""

        def __init__(self, core, *command, env):
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = str(free.getsockname()[1])
            self.names = Process(core, "epmd", "-address", "127.0.0.1", "-port", port)
            super().__init__(core, *command, env={**env, "ERL_EPMD_PORT": port, "ERL_EPMD_ADDRESS": "127.0.0.1"})

        def __exit__(self, *why):
            super().__exit__(*why)
            self.names.__exit__(*why)

    @property
    def version(self):
        return debian_version("tsung")

    def missing(self):
        return "" if self.version else "Debian's tsung"

    def start(self, relay, task):
        out = self.fresh_folder()
        chosen = {work.replace("-", "_"): 100 * (work == task.work) for work in ("closed-loop", "paced", "idle")}
        (out / "tsung.xml").write_text(Template((FOLDER / "tsung" / "tsung.xml").read_text()).substitute(
            chosen, port=relay.port, clients=task.clients, arrivals_per_s=task.clients / ENTER_S, payload=PAYLOAD,
            period_s=task.period_ms / 1000, duration_s=round(2 * ENTER_S + task.seconds)))
        environment = {**task.environment(relay), "HOME": str(out),
                       "ERL_FLAGS": "+sbwt none +sbwtdcpu none +sbwtdio none"}
        return self.Beam(self.bench.cores.client, "tsung", "-f", out / "tsung.xml", "-l", out / "log", "-n", "start",
                         env=environment)

    def mean_latency_s(self, said):
        log, = self.out.glob("log/*/tsung.log")
        return printed.tsung_mean_s(log.read_text())


class Locust(Tool):
    name = "Locust"
    says = ("one process, FastHttpUser to register, websocket-client under gevent, one request event a round trip; in its "
            "favour each agent's message built once, and what comes back is not parsed. That it is UTF-8 is checked, as "
            "the protocol asks and Gauntlet and ws do; websocket-client does so in Python, and that is nearly half of its cost")
    pacing = "`constant_pacing`"
    target = 9

    @property
    def version(self):
        return debian_version("python3-locust")

    def missing(self):
        absent = [package for package in ("python3-locust", "python3-websocket") if not debian_version(package)]
        return "Debian's " + " and ".join(absent) if absent else ""

    def start(self, relay, task):
        return Tree(self.bench.cores.client, "/usr/bin/locust", "--headless", "--only-summary", "-f",
                    FOLDER / "locust" / "locustfile.py", "-u", task.clients, "-r", task.clients,
                    env={**task.environment(relay), "PYTHONDONTWRITEBYTECODE": "1"})

    def mean_latency_s(self, said):
        return printed.locust_mean_s(said)


TOOLS = [Raw, Gauntlet, Node, Artillery, Tsung, Locust]


def npm_version(folder):
    return json.loads((folder / "package.json").read_text())["version"]


def debian_version(package):
    """Empty when it is not installed."""
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", package],
                           capture_output=True, text=True, timeout=PATIENCE_S)
    return asked.stdout[3:] if asked.stdout.startswith("ii ") else ""
