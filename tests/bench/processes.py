"""What every benchmark needs of processes: each on a core of its own, its CPU time and memory read from outside."""

import json
import os
import resource
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


class Process:
    """A program on a core; what it costs is asked of the kernel, not of the program."""

    def __init__(self, core, *command):
        def settle():
            os.sched_setaffinity(0, {core})
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

        self.command = [str(word) for word in command]
        self.complaints = tempfile.TemporaryFile("w+")
        self.popen = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=self.complaints, preexec_fn=settle, text=True)

    @property
    def pid(self):
        return self.popen.pid

    def cpu_seconds(self):
        """User and system, of all threads: the process's CPU clock (clock_getcpuclockid(3))."""
        return time.clock_gettime((~self.pid << 3) | 2)

    def resident_bytes(self):
        with open(f"/proc/{self.pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")

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
            stream.close()


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
