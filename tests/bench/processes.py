"""What every benchmark needs of processes: each on a core of its own, its CPU time and memory read from outside."""

import contextlib
import json
import os
import resource
import signal
import subprocess
import tempfile
import time
import urllib.request

PATIENCE_S = 60  # for whatever must happen before something is measured


class Cores:
    """One core for whoever asks, another for whoever answers."""

    def __init__(self):
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) < 2:
            raise SystemExit("the benchmarks need two cores: client and server would measure each other on one")
        self.client, self.server = cores[:2]


def cpu_seconds_of(pid):
    return time.clock_gettime((~pid << 3) | 2)


def resident_bytes_of(pid):
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


class Process:
    """A program on a core; what it costs is asked of the kernel, not of the program."""

    def __init__(self, core, *command, output=None, **options):
        """`output`: a file for all that it says; `options` are Popen's."""
        def settle():
            os.sched_setaffinity(0, {core})
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

        self.command = [str(word) for word in command]
        self.complaints = output or tempfile.TemporaryFile("w+")
        self.popen = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=output or subprocess.PIPE,
                                      stderr=self.complaints, preexec_fn=settle, text=True, **options)

    @property
    def pid(self):
        return self.popen.pid

    def cpu_seconds(self):
        """User and system, of all threads: the process's CPU clock (clock_getcpuclockid(3))."""
        return cpu_seconds_of(self.pid)

    def resident_bytes(self):
        return resident_bytes_of(self.pid)

    def alive(self):
        # Without reaping it: what it took is read at its end.
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def read_line(self):
        return self.popen.stdout.readline().strip()

    def finish(self, codes=(0,)):
        """Waits for its end. Returns what it printed, and all the CPU time that it took."""
        printed = self.popen.stdout.read()
        _, status, usage = os.wait4(self.pid, 0)
        self.popen.returncode = os.waitstatus_to_exitcode(status)
        if self.popen.returncode not in codes:
            self.give_up(f"ended with {self.popen.returncode}: {printed}")
        return printed, usage.ru_utime + usage.ru_stime

    def give_up(self, why):
        self.complaints.seek(0)
        raise SystemExit(f"`{' '.join(self.command)}` {why}\n{self.complaints.read()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()
        for stream in (self.popen.stdin, self.popen.stdout, self.complaints):
            if stream:
                stream.close()


class Tree(Process):
    """A program with all that it starts; what it says goes to a file, since nobody reads it meanwhile."""

    def __init__(self, core, *command, **options):
        super().__init__(core, *command, output=tempfile.TemporaryFile("w+"), start_new_session=True, **options)

    def members(self):
        """Those who are alive, the first of all first."""
        children = {}
        for folder in os.listdir("/proc"):
            if not folder.isdigit():
                continue
            try:
                with open(f"/proc/{folder}/stat") as stat:
                    parent = int(stat.read().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has just ended
            children.setdefault(parent, []).append(int(folder))
        found = [self.pid]
        for pid in found:
            found += children.get(pid, [])
        return found

    def of_all(self, amount):
        total = 0
        for pid in self.members():
            try:
                total += amount(pid)
            except OSError:
                pass  # it has just ended
        return total

    def cpu_seconds(self):
        return self.of_all(cpu_seconds_of)

    def resident_bytes(self):
        return self.of_all(resident_bytes_of)

    def finish(self, codes=(0,)):
        """Waits for its end. Returns all that it said, and the CPU time of those of it that were waited for."""
        _, status, usage = os.wait4(self.pid, 0)
        self.popen.returncode = os.waitstatus_to_exitcode(status)
        if self.popen.returncode not in codes:
            self.give_up(f"ended with {self.popen.returncode}")
        self.complaints.seek(0)
        return self.complaints.read(), usage.ru_utime + usage.ru_stime

    def __exit__(self, *_):
        for pid in reversed(self.members()) if self.popen.poll() is None else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        super().__exit__()


class Relay(Process):
    """A relay, raw or embedded: it prints where it listens, and counts what it delivers."""

    def __init__(self, core, *command):
        super().__init__(core, *command)
        self.port = int(self.read_line().split("/")[2].split(":")[1]) if "serve" in command else int(self.read_line())

    def stats(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/stats", timeout=PATIENCE_S) as reply:
            return json.load(reply)

    def delivered(self):
        return self.stats()["messages"]["delivered"]

    def wait_for(self, holds, client):
        """Until `holds` is true of the statistics; not longer than the client lives."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds(self.stats()):
            if not client.alive() or time.monotonic() > deadline:
                client.give_up(f"did not get as far as it should: {self.stats()}")
            time.sleep(0.02)
