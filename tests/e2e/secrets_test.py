"""What is secret stays so: the PIN of a session, and the tokens of agents."""

import json
import re
import urllib.error
import urllib.request

from harness import EndToEnd, free_port, main, wait_until

PIN = "pin-of-tonight-7Q4Z"

SCENARIO = """
name: discreet
duration: 2500ms
connect: 1s
targets: {arena: {url: "${ARENA_URL}", pin: "${ARENA_PIN}"}}
population:
  - {agents: 5, send: [{rate: 5/s}]}
  - {participants: 5, timeout: 2s}
"""


ROUND = """
name: discreet
duration: 2s
targets: {arena: embedded}
population: [{participants: 2, model: m}]
rounds: [{at: 1s, prompt: Hi, deadline: 2s}]
"""


def scrape(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as reply:
            return reply.read().decode()
    except urllib.error.URLError:
        return ""


class NothingSecretIsTold(EndToEnd):
    def run_and_scrape(self, *settings, relay, env):
        port = free_port()
        self.log = self.new_folder() / "log"
        live = self.start(SCENARIO, relay.relay_target, *settings, env=env,
                          flags=("--prometheus", f"127.0.0.1:{port}", *self.log_flags()))
        pages = []

        def all_are_in():
            pages.append(scrape(port))
            return re.search(r"^gauntlet_relay_agents\{.*\} 5$", pages[-1], re.MULTILINE)

        wait_until(all_are_in, "5 agents on the metrics page")
        return live.finish(), pages[-1]

    def everything_said(self, run, page):
        files = "\n".join(path.read_text() for path in sorted(run.out.iterdir()))
        log = self.log.read_text()
        for line in "agent 4: says", "participant 4: connects  to=arena_socket", "bearer=[secret]":
            self.assertIn(line, log, "the log is to hold everything that may be said")
        return "\n".join([run.stdout, run.stderr, page, files, log])

    def log_flags(self):
        return "--log", "trace", "--log-file", self.log

    def test_neither_the_pin_nor_a_token_when_all_goes_well(self):
        relay, arena = self.foreign_relay(), self.foreign_arena(pin=PIN, registration_s=0.01)
        run, page = self.run_and_scrape(
            relay=relay, env={"ARENA_URL": f"ws://127.0.0.1:{arena.port}/ws", "ARENA_PIN": PIN})
        self.assertEqual(run.code, 0, run)
        self.assertEqual(run["arena.joined"], 5)
        said = self.everything_said(run, page)
        self.assertNotIn(PIN, said)
        tokens = relay.saw()["tokens"]
        self.assertEqual(len(tokens), 5)
        for token in tokens:
            self.assertNotIn(token, said)
        self.assertNotIn("tok_", said)

    def test_nor_when_they_are_refused(self):
        relay = self.foreign_relay(connections=["expired_token"] * 5)
        arena = self.foreign_arena(pin="another", registration_s=0.01)
        run, page = self.run_and_scrape(
            "population.0.reconnect={first: 100ms}", "population.0.id=assigned",
            relay=relay, env={"ARENA_URL": f"ws://127.0.0.1:{arena.port}/ws", "ARENA_PIN": PIN})
        self.assertEqual((run.failures("arena"), run.failures("relay")), ({"wrong_pin": 5}, {"unauthorized": 5}))
        said = self.everything_said(run, page)
        self.assertNotIn(PIN, said)
        self.assertNotIn("tok_", said)

    def test_nor_in_what_check_says_of_a_file_right_or_wrong(self):
        folder = self.new_folder()
        (folder / "right.yaml").write_text(SCENARIO)
        (folder / "wrong.yaml").write_text(SCENARIO.replace("2500ms", "fast"))
        env = {"ARENA_URL": "ws://127.0.0.1:1/ws", "ARENA_PIN": PIN}
        for file, code in (("right.yaml", 0), ("wrong.yaml", 2)):
            with self.subTest(file):
                process = self.gauntlet("check", folder / file, "--set", "targets.relay=embedded", env=env)
                self.assertEqual(process.returncode, code, process.stderr)
                self.assertNotIn(PIN, process.stdout + process.stderr)

    def test_nor_an_api_key(self):
        key = "sk-of-tonight-Y7"
        model = self.start_peer("model_server.py", {"key": key})
        self.log = self.new_folder() / "log"
        server = f'{{openai: {{url: "http://127.0.0.1:{model.port}", api_key_env: MODEL_KEY}}}}'
        run = self.run_scenario(ROUND, f"population.0.runner={server}", env={"MODEL_KEY": key},
                                flags=(*self.log_flags(), "--log-json"))
        self.assertEqual((run["arena.rounds_completed"], model.saw()["bad_keys"]), (2, 0))
        log = self.log.read_text()
        lines = [json.loads(line) for line in log.splitlines()]
        self.assertIn(("participant 1", "generated", 10),
                      [(line["whom"], line["what"], line.get("tokens")) for line in lines])
        for said in run.stdout, run.stderr, log, (run.out / "scenario.yaml").read_text():
            self.assertNotIn(key, said)

    def test_nor_what_a_person_gives_to_an_agent(self):
        http, _ = self.serve("relay")
        self.log = self.new_folder() / "log"
        registered = json.loads(self.gauntlet("agent", "register", "--relay", http, "--json").stdout)
        self.gauntlet("agent", "send", "hi", "--relay", http, *self.log_flags(), env={"ARC_TOKEN": registered["token"]})
        log = self.log.read_text()
        self.assertIn("bearer=[secret]", log)
        self.assertNotIn(registered["token"], log)

    def test_what_a_run_wrote_runs_again_with_the_pin_from_the_environment(self):
        arena = self.foreign_arena(pin=PIN, registration_s=0.01)
        env = {"ARENA_URL": f"ws://127.0.0.1:{arena.port}/ws", "ARENA_PIN": PIN}
        first = self.run_scenario(SCENARIO, "targets.relay=embedded", "duration=1500ms", env=env)
        written = (first.out / "scenario.yaml").read_text()
        self.assertIn("${ARENA_PIN}", written)
        again = self.run_scenario(written, env=env)
        self.assertEqual(again["arena.joined"], 5)
        self.assertEqual(again.summary["plan_hash"], first.summary["plan_hash"])


if __name__ == "__main__":
    main()
