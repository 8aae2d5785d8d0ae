"""A real Prometheus scrapes a run: what it then knows is what the run's summary says."""

import json
import math
import re
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import requests
from harness import FOLDER, MET, EndToEnd, Live, end, free_port, main, wait_until

DASHBOARD = FOLDER.parent.parent / "deploy" / "grafana" / "dashboards" / "gauntlet.json"

# Something of everything, so that no query of the dashboard has an excuse for having no data. Clients come
# only after a first scrape, since a rate is what changed between two.
SCENARIO = """
name: scraped
duration: 8s
connect: 3s
targets: {relay: embedded, arena: embedded}
population:
  - agents: 20
    arrive: {at: 1500ms, over: 1s}
    send:
      - {to: random agent, rate: 20/s}
      - {to: everyone, rate: 2/s}
    subscribe: {to: 2 random agents}
    ask: {to: everyone, rate: 1/s, timeout: 1s}
    answer: {probability: 30%, after: 10ms}
  - participants: 10
    arrive: {at: 1500ms, over: 1s}
    runner: {mock: {first_token: {uniform: {min: 100ms, max: 600ms}}, tokens_per_second: 20, tokens: 30}}
  - {observers: 1, arrive: {at: 1500ms}}
rounds:
  - {at: 4s, prompt: "A haiku about scrapes", deadline: 3s}
thresholds:
  - relay.lost == 0
"""

CONFIGURATION = """
global: {{scrape_interval: 500ms, scrape_timeout: 500ms}}
scrape_configs:
  - {{job_name: gauntlet, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}
"""

# The whole run: longer than any run of SCENARIO, shorter than Prometheus keeps what it scraped.
EVER = "10m"


class Prometheus:
    """Debian's server, on loopback, with a store that goes away with its folder."""

    def __init__(self, folder, scraped_port):
        configuration = folder / "prometheus.yml"
        configuration.write_text(CONFIGURATION.format(port=scraped_port))
        self.url = f"http://127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={folder / 'data'}",
             f"--web.listen-address={self.url.removeprefix('http://')}", "--log.level=error"])

    def scrapes(self):
        """Whether it has tried to: it takes seconds to look for its targets."""
        try:
            return requests.get(f"{self.url}/-/ready", timeout=5).ok and self.value("up") is not None
        except requests.ConnectionError:
            return False

    def ask(self, path, **parameters):
        answer = requests.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=30).json()
        if answer["status"] != "success":
            raise AssertionError(f"{parameters}: {answer['error']}")
        return answer["data"]

    def value(self, query):
        """The value of a query that gives one series; None without one."""
        found = self.ask("query", query=query)["result"]
        return float(found[0]["value"][1]) if found else None

    def values(self, query, begin, finish):
        """Every value that is a number, of every series, four times a second."""
        found = self.ask("query_range", query=query, start=begin, end=finish, step=0.25)["result"]
        return [value for series in found for _, value in series["values"] if not math.isnan(float(value))]


class AfterAScrapedRun(unittest.TestCase):
    """One run, scraped; then each test holds a claim about it."""

    @classmethod
    def setUpClass(cls):
        kept = tempfile.TemporaryDirectory(prefix="gauntlet-e2e-")
        cls.addClassCleanup(kept.cleanup)
        folder = Path(kept.name)
        port = free_port()
        cls.prometheus = Prometheus(folder, port)
        cls.addClassCleanup(end, cls.prometheus.process)
        wait_until(cls.prometheus.scrapes, "Prometheus scrapes")

        file = folder / "scenario.yaml"
        file.write_text(SCENARIO)
        cls.begin = time.time()
        process = subprocess.Popen(
            [EndToEnd.gauntlet_path, "run", file, "--out", folder / "out", "--prometheus", f"127.0.0.1:{port}"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        cls.addClassCleanup(end, process)
        live = Live(process, folder / "out")
        live.wait_for("^measure")
        cls.text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text
        cls.run_ = live.finish()
        cls.finish = time.time()
        if cls.run_.code != MET:
            raise AssertionError(cls.run_)
        # A failed scrape comes after the last good one, whose numbers are then in the store.
        wait_until(lambda: cls.prometheus.value("up") == 0, "the last scrape is stored")

    def test_promtool_finds_nothing_to_say_about_the_text(self):
        check = subprocess.run(["promtool", "check", "metrics"], input=self.text, capture_output=True, text=True)
        self.assertEqual((check.returncode, check.stdout + check.stderr), (0, ""))

    def test_every_total_is_the_summarys(self):
        known = {}
        falling = ("relay.expected", "relay.in_flight", "arena.tokens_expected", "arena.tokens_in_flight")
        gauges = "|".join("gauntlet_" + name.replace(".", "_") for name in falling)
        every_total = f'last_over_time({{__name__=~"gauntlet_.+_total|{gauges}"}}[{EVER}])'
        for series in self.prometheus.ask("query", query=every_total)["result"]:
            labels = series["metric"]
            own = [f"{key}={value}" for key, value in labels.items() if key in ("kind", "outcome", "direction", "invariant")]
            known[(labels["__name__"], *own)] = int(float(series["value"][1]))
        known.pop(("gauntlet_generator_cpu_seconds_total",))  # no counter of the run: it goes on

        counters = self.run_.summary["counters"]
        rows = [re.fullmatch(r"([^{]+)(?:\{(.+)\})?", name).groups() for name in counters]
        split = {name for name, label in rows if label}  # their bare name is a sum
        summary = {}
        for name, label in rows:
            if label or name not in split:
                key = f"gauntlet_{name.replace('.', '_')}" + ("" if name in falling else "_total")
                summary[(key, label) if label else (key,)] = counters[f"{name}{{{label}}}" if label else name]
        self.assertEqual(known, summary)
        self.assertGreater(counters["relay.received"], 1000)
        self.assertEqual(counters["arena.tokens_sent"], 300)

    def test_every_quantile_lies_in_the_bucket_where_the_summary_has_it(self):
        for name in ("relay.delivery", "relay.fanout", "relay.answer", "arena.first_token", "arena.inter_token",
                     "arena.relayed_token", "generator.slip"):
            bucket = f"gauntlet_{name.replace('.', '_')}_seconds_bucket"
            totals = f"sum by (le) (last_over_time({bucket}[{EVER}]))"
            found = self.prometheus.ask("query", query=totals)["result"]
            bounds = [float(one["metric"]["le"]) for one in found]
            series = self.run_.summary["series"][name]
            for fraction, quantile in ((0.5, "p50"), (0.99, "p99")):
                if series[quantile] is None:  # too few samples; Prometheus does not mind
                    continue
                with self.subTest(name, quantile=quantile):
                    value = self.prometheus.value(f"histogram_quantile({fraction}, {totals})")
                    upper = min(bound for bound in bounds if bound >= value)
                    lower = max((bound for bound in bounds if bound < value), default=0)
                    rounding = 1.001  # of the summary's quantiles
                    self.assertGreaterEqual(series[quantile] * rounding, lower)
                    self.assertLessEqual(series[quantile], upper * rounding)
            with self.subTest(name):
                count = bucket.replace("_bucket", "_count")
                self.assertEqual(self.prometheus.value(f"sum(last_over_time({count}[{EVER}]))"), series["count"])

    def test_every_query_of_the_dashboard_has_data(self):
        dashboard = json.loads(DASHBOARD.read_text())
        queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
        self.assertGreater(len(queries), 20)
        for query in queries:
            with self.subTest(query):
                asked = query.replace("$scenario", "scraped").replace("$__rate_interval", "2s")
                self.assertNotIn("$", asked)
                self.assertTrue(self.prometheus.values(asked, self.begin, self.finish))

    def test_the_dashboard_finds_the_scenario_by_name(self):
        variable, = json.loads(DASHBOARD.read_text())["templating"]["list"]
        metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["definition"]).groups()
        self.assertEqual(self.prometheus.ask(f"label/{label}/values", **{"match[]": metric}), ["scraped"])


if __name__ == "__main__":
    main()
