"""The schema, judged by a validator that is not ours, and the parser agree on what a scenario is."""

import json
import re

import yaml
from jsonschema import Draft202012Validator

from harness import LIBRARY, MET, USAGE, EndToEnd, main

GOOD = """
name: good
targets: {relay: embedded, arena: embedded}
population:
  - agents: 5
    arrive: {over: 100ms}
    send: [{to: everyone, rate: 1/s, payload: 200 bytes}]
    subscribe: {to: 2 random agents}
    ask: {rate: 1/min, timeout: 5s}
    answer: {probability: 10%, after: {lognormal: {median: 50ms, p99: 400ms}}}
    reconnect: {backoff: linear, first: 1s, max: 10s, attempts: 3}
  - participants: 5
    runner: {mock: {tokens: {uniform: {min: 5, max: 9}}, gap: 10ms}}
rounds: [{at: 2s, prompt: hello, deadline: 1s}]
thresholds: [relay.delivery.p99 < 250ms]
"""

# One edit each that makes a good file a bad one.
BAD = {
    "no name": ("name: good", ""),
    "an unknown key at the top": ("name: good", "name: good\nspeed: fast"),
    "an unknown key in a population": ("arrive:", "arive:"),
    "an unknown key in a stream": ("payload:", "payloud:"),
    "a name with a space": ("name: good", "name: not so good"),
    "no population": (GOOD[GOOD.index("population"):GOOD.index("rounds")], ""),
    "an empty population": (GOOD[GOOD.index("population"):GOOD.index("rounds")], "population: []\n"),
    "nobody": ("agents: 5", "agents: 0"),
    "half an agent": ("agents: 5", "agents: 2.5"),
    "agents in words": ("agents: 5", "agents: five"),
    "a duration without a unit": ("over: 100ms", "over: 100"),
    "a duration with a wrong unit": ("over: 100ms", "over: 100 parsecs"),
    "a negative duration": ("timeout: 5s", "timeout: -5s"),
    "a rate without a unit": ("rate: 1/s", "rate: 1"),
    "a rate of nothing": ("rate: 1/s", "rate: 0/s"),
    "a stream without a rate": ("rate: 1/s, ", ""),
    "a size without a unit": ("200 bytes", "200"),
    "recipients that nobody is": ("to: everyone", "to: somebody"),
    "a probability above one": ("probability: 10%", "probability: 110%"),
    "a distribution of no kind": ("lognormal", "normal"),
    "a distribution that lacks a part": (", p99: 400ms", ""),
    "a backoff of no kind": ("backoff: linear", "backoff: cubic"),
    "a runner of no kind": ("runner: {mock:", "runner: {mok:"),
    "a round without a prompt": ("prompt: hello, ", ""),
    "a round too hot": ("prompt: hello,", "prompt: hello, temperature: 3,"),
    "a threshold without a limit": ("relay.delivery.p99 < 250ms", "relay.delivery.p99"),
    "a target with a wrong scheme": ("relay: embedded", "relay: ftp://127.0.0.1"),
    "a target with an unknown option": ("relay: embedded", "relay: {embedded: {speed: 1}}"),
    "a negative seed": ("name: good", "name: good\nseed: -1"),
    "a list for a map": ("targets: {relay: embedded, arena: embedded}", "targets: [relay, arena]"),
    "not a map at all": (GOOD, "- name: good\n"),
}


class SchemaAndParser(EndToEnd):
    def setUp(self):
        schema = json.loads(self.gauntlet("schema").stdout)
        Draft202012Validator.check_schema(schema)
        self.validator = Draft202012Validator(schema)

    def check(self, text):
        file = self.new_folder() / "scenario.yaml"
        file.write_text(text)
        return self.gauntlet("check", file)

    def assert_both_take(self, text):
        self.assertEqual([error.message for error in self.validator.iter_errors(yaml.safe_load(text))], [])
        process = self.check(text)
        self.assertEqual((process.returncode, process.stderr), (MET, ""))

    def test_both_take_every_shipped_scenario(self):
        files = sorted(LIBRARY.glob("*.yaml"))
        self.assertGreaterEqual(len(files), 6)
        for file in files:
            with self.subTest(file.name):
                self.assert_both_take(file.read_text())

    def test_both_take_the_effective_form_of_every_shipped_scenario(self):
        for file in sorted(LIBRARY.glob("*.yaml")):
            with self.subTest(file.name):
                self.assert_both_take(self.gauntlet("check", file).stdout)

    def test_both_take_the_good_file(self):
        self.assert_both_take(GOOD)

    def test_both_refuse_each_bad_file(self):
        for what, (good, bad) in BAD.items():
            with self.subTest(what):
                self.assertEqual(GOOD.count(good), 1)
                text = GOOD.replace(good, bad)
                self.assertFalse(self.validator.is_valid(yaml.safe_load(text)), "the schema takes it")
                process = self.check(text)
                self.assertEqual(process.returncode, USAGE, "the parser takes it")
                self.assertRegex(process.stderr, r"(?m)^\S+scenario\.yaml:\d+:\d+: error: .+\n  fix: .+")

    def test_every_mistake_is_reported_at_once(self):
        text = GOOD
        for good, bad in (("timeout: 5s", "timeout: 5"), ("rate: 1/s", "rate: 1"), ("gap: 10ms", "gap: 10")):
            text = text.replace(good, bad)
        self.assertEqual(len(re.findall(": error: ", self.check(text).stderr)), 3)


class EffectiveScenario(EndToEnd):
    def test_running_what_a_run_wrote_is_the_same_plan(self):
        first = self.run_scenario(GOOD, "duration=3s", "seed=77", 'thresholds=["relay.lost == 0"]')
        written = first.out / "scenario.yaml"
        self.assertIn(f"# plan {first.summary['plan_hash']}\n", self.gauntlet("check", written).stdout)
        again = self.run_scenario(written.read_text())
        self.assertEqual(again.summary["plan_hash"], first.summary["plan_hash"])
        self.assertEqual(again.summary["effective_scenario"], written.read_text())
        for planned in ("relay.offered", "arena.rounds_offered", "arena.tokens_sent"):
            self.assertEqual(again[planned], first[planned], planned)

    def test_another_seed_is_another_plan(self):
        checks = (self.gauntlet("check", LIBRARY / "quickstart.yaml", "--seed", seed).stdout for seed in "123")
        self.assertEqual(len({re.search("# plan (0x[0-9a-f]{16})\n", said).group(1) for said in checks}), 3)


if __name__ == "__main__":
    main()
